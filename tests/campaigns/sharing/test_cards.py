"""The card that represents a petition where it is shared."""

import io
import re

import pytest
from PIL import Image

from campaigns import caching
from campaigns.models import DefaultTexts, Petition
from campaigns.sharing import cards, posters
from home.identity.font_pairs import Faces
from home.models import Identity
from tests.campaigns.sharing.test_typesetting import LONG
from tests.factories import make_campaign, make_image

pytestmark = pytest.mark.django_db

TITLES = {
    "short": "Bees",
    "long": LONG[:160],
    "one word": "Донаудампфшиффартсгезельшафтскапитэн" * 4,
    "arabic": "لا لبناء السد على نهر تالفا",
    "emoji": "🐝 Save the bees",
}


def colours(card: bytes) -> set[tuple[int, ...]]:
    picture = Image.open(io.BytesIO(card)).convert("RGB").resize((120, 63))
    return {tuple(value // 32 for value in pixel) for _, pixel in picture.getcolors(120 * 63)}


def test_the_card_shows_the_count(petition):
    assert cards.draw(petition, total=0) != cards.draw(petition, total=3412)


def test_under_the_count_stands_whom_it_counts_and_not_the_end_of_another_sentence(petition):
    card = cards.draw(petition, total=3412)

    DefaultTexts.objects.create(locale=petition.locale, by_people="by others")
    caching.clear()

    assert cards.draw(Petition.objects.get(pk=petition.pk), total=3412) == card


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


def test_the_title_of_a_card_ends_above_the_count(petition):
    petition.title = "Grundwasserschutz statt Gewerbegebietserweiterung jetzt in Niederösterreich"

    card = Image.open(io.BytesIO(cards.draw(petition, total=10)))

    above_the_count = card.crop((0, 410, cards.WIDTH, 428))
    assert not [c for _, c in above_the_count.getcolors(10**5) if min(c) > 200]


def test_a_card_and_a_poster_have_the_type_of_the_site(petition):
    identity = Identity.objects.create(site=make_campaign(petition).get_site())
    seen = {}

    for identity.faces in Faces:
        identity.save()
        fonts = re.findall(rb"/BaseFont /[A-Z]+\+([\w-]+)", posters.poster(petition))
        seen[identity.faces] = sorted({*fonts}), cards.draw(petition, total=1)

    assert {faces: fonts for faces, (fonts, _) in seen.items()} == {
        "poster": [b"Literata", b"SofiaSansExtraCondensedExtraBold"],
        "plain": [b"NotoSans", b"OswaldBold"],
        "device": [b"NotoSans", b"NotoSansBold"],
    }
    assert len({card for _, card in seen.values()}) == 3
