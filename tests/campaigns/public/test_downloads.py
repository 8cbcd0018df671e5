"""What a petition hands out: a card for where it is shared, a QR code, a poster."""

import io
import re

import pytest
import zxingcpp
from django.conf import settings
from django.utils import translation
from PIL import Image

from campaigns.sharing import cards, posters, typesetting
from tests.factories import make_campaign, make_home, make_image, make_petition

pytestmark = pytest.mark.django_db

LONG = "We call on everybody who is anybody " * 4
TITLES = {
    "short": "Bees",
    "long": LONG[:160],
    "one word": "Донаудампфшиффартсгезельшафтскапитэн" * 4,
    "arabic": "لا لبناء السد على نهر تالفا",
    "emoji": "🐝 Save the bees",
}


@pytest.fixture
def petition():
    make_home()
    return make_petition(goal=10)


def colours(card: bytes) -> set[tuple[int, ...]]:
    picture = Image.open(io.BytesIO(card)).convert("RGB").resize((120, 63))
    return {tuple(value // 32 for value in pixel) for _, pixel in picture.getcolors(120 * 63)}


def test_the_card_is_a_picture_that_may_be_shown_anywhere(client, petition):
    response = client.get(petition.url_path("card"))

    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format, picture.size) == ("JPEG", (1200, 630))
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"].startswith("public")
    assert len(response.content) < 300_000


def test_the_card_shows_the_count(petition):
    assert cards.draw(petition, total=0) != cards.draw(petition, total=3412)


def test_the_card_shows_the_picture_of_its_campaign(petition):
    without = colours(cards.draw(petition, total=1))

    make_campaign(petition, listing_image=make_image(colour="green"))

    assert any(g > r and g > b for r, g, b in colours(cards.draw(petition, total=1)) - without)


@pytest.mark.parametrize("was_drawn", [True, False])
def test_a_card_is_drawn_while_the_file_of_its_picture_is_away(petition, was_drawn):
    without = cards.draw(petition, total=1)
    picture = make_image(colour="green")
    make_campaign(petition, listing_image=picture)
    if was_drawn:
        cards.draw(petition, total=1)
        picture.renditions.get().file.delete(save=False)
    picture.file.delete(save=False)

    assert cards.draw(petition, total=1) == without


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_any_title_fits(petition, title):
    petition.title = petition.ask = title

    assert Image.open(io.BytesIO(cards.draw(petition, total=1))).size == cards.SIZE
    assert posters.poster(petition).startswith(b"%PDF-")


@pytest.mark.parametrize("title", [LONG[:160], "Short"])
def test_no_title_lies_over_the_sign(petition, title):
    petition.title = title
    card = Image.open(io.BytesIO(cards.draw(petition, total=1)))

    place = card.crop((cards.WIDTH - cards.MARGIN - cards.DROP_WIDTH, 0, *cards.SIZE))

    assert not [c for _, c in place.getcolors(10**6) if min(c) > 200]


def test_lines_are_no_wider_than_they_may_be():
    lines = typesetting.lines_of(LONG + "x" * 50, width=20, measure=len)

    assert max(map(len, lines)) <= 20
    assert " ".join(lines).replace(" ", "") == (LONG + "x" * 50).replace(" ", "")


def test_no_last_word_of_a_title_stands_alone():
    lines = typesetting.balanced("KEEP THE TALVA FREE", width=15, measure=len)

    assert lines == ["KEEP THE", "TALVA FREE"]
    assert typesetting.balanced("SCHIFFFAHRT AB", width=12, measure=len) == ["SCHIFFFAHRT", "AB"]


def test_no_word_is_broken_that_has_room_in_a_smaller_size():
    def size(text: str) -> int | None:
        return typesetting.largest(
            text,
            sizes=range(9, 3, -1),
            lines_at=lambda size: typesetting.lines_of(text, width=60 / size, measure=len),
            has_room=lambda size, lines: len(lines) <= 4,
        )

    assert size("STATT GEWERBE") == 8
    assert size("S" * 20) == 9
    assert size("S" * 50) == 4
    assert size("S" * 90) is None


def test_the_title_of_a_card_ends_above_the_count(petition):
    petition.title = "Grundwasserschutz statt Gewerbegebietserweiterung jetzt in Niederösterreich"

    card = Image.open(io.BytesIO(cards.draw(petition, total=10)))

    above_the_count = card.crop((0, 410, cards.WIDTH, 428))
    assert not [c for _, c in above_the_count.getcolors(10**5) if min(c) > 200]


def test_vowel_signs_stand_above_their_letters(petition):
    with translation.override("ar"):
        sheet = posters.Sheet("")
        sheet.pdf.set_compression(False)
        sheet.say("ليبقَ", top=0, size=40, width=100, lines=1)

    assert b" Tm " in bytes(sheet.pdf.output())  # moved there, not set beside the last letter


def test_the_code_leads_to_the_petition(petition):
    picture = io.BytesIO()
    posters.code(petition).save(picture, kind="png", scale=4, border=4)

    read = zxingcpp.read_barcode(Image.open(picture).convert("L"))

    assert read.text == f"{settings.BASE_URL}{petition.get_absolute_url()}?source=poster"


def test_the_code_is_a_picture_without_styles(client, petition):
    response = client.get(petition.url_path("qr_code"))

    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert b"style" not in response.content


def test_the_poster_is_one_page(client, petition):
    response = client.get(petition.url_path("poster"))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="keep-the-river-free.pdf"'
    assert len(re.findall(rb"/Type /Page\b", response.content)) == 1


@pytest.mark.parametrize("name", ["card", "qr_code", "poster"])
def test_nothing_is_handed_out_of_a_draft(client, name):
    make_home()

    response = client.get(make_petition(live=False).url_path(name))

    assert response.status_code == 404


def test_a_shared_page_shows_the_card_unless_the_editor_chose_a_picture(client, petition):
    campaign = make_campaign(petition)
    card = f'content="{settings.BASE_URL}{petition.url_path("card")}"'
    assert card in client.get(campaign.url).content.decode()

    campaign.social_image = make_image()
    campaign.save_revision().publish()

    assert card not in client.get(campaign.url).content.decode()
