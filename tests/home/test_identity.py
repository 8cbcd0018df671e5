"""The organisation's name, logo, colour and links, on every page and in previews."""

import io
import re
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from PIL import Image, ImageColor
from wagtail.models import Locale, Site

from campaigns import caching
from campaigns.mail import composing
from campaigns.models import DefaultTexts
from campaigns.sharing import cards, posters, typesetting
from home import colours, stylesheets
from home.models import Identity, Navigation
from home.styleguide import tokens
from tests.factories import make_article, make_home, make_image, make_petition


def make_identity(**fields):
    make_home()
    return Identity.objects.create(site=Site.objects.get(is_default_site=True), **fields)


def test_contrast_is_measured_against_the_colours_of_the_design():
    known = tokens.parse(stylesheets.read("tokens.css"))
    names = ("paper", "pale", "ground", "drop")

    light = [tokens.colour(known[name], "light", known) for name in names]

    assert light == [colours.WHITE, colours.SOFT, colours.GROUND, colours.DROP]
    assert tokens.colour(known["sheet"], "dark", known) == colours.DARK_SHEET
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colours.contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("colour", ["#2511c6", "#7a0c2e", "#0b4f3a", "#000000"])
def test_a_dark_colour_is_taken(colour):
    assert colours.check(colour) is None


@pytest.mark.parametrize("colour", ["#ff5a2b", "#ffee00", "#8d89c0", "#ffffff"])
def test_a_light_colour_is_refused_and_a_darker_one_named(colour):
    with pytest.raises(ValidationError) as refusal:
        colours.check(colour)

    named = refusal.value.params["darker"]
    assert named in refusal.value.messages[0]
    assert colours.check(named) is None


@pytest.mark.parametrize("colour", ["#2511c6", "#7a0c2e", "#000000"])
def test_links_in_the_dark_can_be_read(colour):
    assert colours.contrast(colours.lighter(colour), colours.DARK_SHEET) >= 4.5


def test_the_sheet_of_a_colour_may_be_kept_for_ever(client):
    response = client.get("/accent/7a0c2e.css")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/css"
    assert "immutable" in response["Cache-Control"]
    assert "--ultramarine: #7a0c2e;" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ffee00", "7A0C2E", "red", "7a0c2e}"])
def test_what_is_no_colour_of_ours_has_no_sheet(client, name):
    make_home()

    assert client.get(f"/accent/{name}.css").status_code == 404


@pytest.mark.django_db
def test_identity_stands_on_every_page(client):
    logo = make_image(title="Logo")
    links = [("link", {"label": "Mastodon", "url": "https://social.example/@us"})]
    make_identity(name="Rivers First", logo=logo, accent="#7a0c2e", social=links)

    text = client.get("/").content.decode()

    rendition = logo.renditions.get()
    assert "Rivers First" in text
    assert '<link rel="stylesheet" href="/accent/7a0c2e.css">' in text
    assert f'src="{rendition.url}"' in text
    assert '<a rel="me noopener" href="https://social.example/@us">Mastodon</a>' in text


@pytest.mark.django_db
def test_while_files_are_away_the_house_stands_without_its_pictures(client):
    logo = make_image()
    make_identity(name="Rivers First", logo=logo)
    article = make_article(listing_image=logo)
    Path(logo.file.path).unlink()

    pages = [client.get(path) for path in ("/", article.url, article.get_parent().url)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert "icons/mark" in pages[0].content.decode()
    assert "og:image" not in pages[1].content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("accent", ["#7a0c2e", "", "#ffee00"])
def test_its_colour_is_on_mails_cards_and_posters(accent):
    make_identity(accent=accent)
    petition = make_petition()
    shown = accent if accent == "#7a0c2e" else typesetting.ULTRAMARINE

    mail = composing.sample(petition, "thanks", name="Ana", email="ana@example.org")
    card = Image.open(io.BytesIO(cards.draw(petition, total=1)))
    content = re.search(rb"stream\n(.*?)\nendstream", posters.poster(petition), re.DOTALL)[1]

    assert f"border-top: 8px solid {shown}" in mail.alternatives[0].content
    assert all(
        abs(a - b) < 4 for a, b in zip(card.getpixel((9, 9)), ImageColor.getrgb(shown), strict=True)
    )
    levels = (f"{level / 255:.4f}".rstrip("0").rstrip(".") for level in ImageColor.getrgb(shown))
    assert " ".join(levels).encode() + b" rg" in zlib.decompress(content)


@pytest.mark.django_db
def test_without_any_of_it_the_house_looks_as_it_comes(client):
    make_identity(name="Rivers First")

    text = client.get("/").content.decode()

    assert "/accent/" not in text
    assert "icons/mark" in text
    assert 'class="social"' not in text


@pytest.mark.django_db
def test_a_draft_of_the_identity_is_previewed_and_nobody_else_sees_it(client):
    identity = make_identity(name="Rivers First")
    identity.name, identity.accent = "Rivers Only", "#0b4f3a"

    preview = identity.make_preview_request().content.decode()

    assert "Rivers Only" in preview
    assert "/accent/0b4f3a.css" in preview
    assert "Rivers First" in client.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("half", ["#", "red", "#ffee00"])
def test_a_colour_that_is_being_typed_breaks_no_preview(half):
    identity = make_identity()
    identity.accent = half

    response = identity.make_preview_request()

    assert response.status_code == 200
    assert "/accent/" not in response.content.decode()


@pytest.mark.django_db
def test_navigation_and_default_texts_are_previewed():
    home, locale = make_home(), Locale.get_default()
    navigation = Navigation(locale=locale, main=[("link", {"page": home, "label": "Way home"})])
    words = DefaultTexts(locale=locale, button="Count me in", thanks_heading="You are in")

    shown = navigation.make_preview_request().content.decode()
    said = words.make_preview_request().content.decode()

    assert "Way home" in shown
    assert "Count me in" in said
    assert "You are in" in said


@pytest.mark.django_db
@pytest.mark.parametrize("model", [DefaultTexts, Navigation])
def test_another_language_is_previewed_in_it(model):
    make_home()
    locale = Locale.objects.create(language_code="ar")

    with translation.override("en"):
        text = model(locale=locale).make_preview_request().content.decode()

    assert '<html lang="ar" dir="rtl"' in text


@pytest.mark.django_db
def test_a_colour_is_checked_in_the_cms(admin_client):
    identity = make_identity()
    address = f"/admin/settings/home/identity/{identity.site_id}/"
    data = {"name": "Us", "logo": "", "privacy_page": "", "social-count": "0"}

    refused = admin_client.post(address, data | {"accent": "#ffee00"}).content.decode()
    nonsense = admin_client.post(address, data | {"accent": "red"}).content.decode()
    admin_client.post(address, data | {"accent": "#7a0c2e"})

    assert "too light" in refused
    assert "Write a # and six" in nonsense
    assert Identity.objects.get().accent == "#7a0c2e"


@pytest.mark.django_db
def test_mails_and_feeds_are_the_houses_too(client):
    make_identity(name="River Watch")
    caching.clear()

    mail = composing.sample(make_petition(), "confirm", name="Ada", email="ada@example.org")

    assert "River Watch" in mail.body
    assert "River Watch" in mail.alternatives[0].content
    assert "<title>River Watch</title>" in client.get("/feeds/rss.xml").content.decode()


@pytest.mark.django_db
def test_the_cms_has_the_house_s_name_and_sign(client, admin_client):
    logo = make_image(title="Logo")
    make_identity(name="Rivers First", logo=logo)

    door = client.get("/admin/login/").content.decode()
    inside = admin_client.get("/admin/").content.decode()

    for text in (door, inside):
        assert " - Rivers First</title>" in text
        assert logo.shown("max-480x152").url in text
        assert "icons/favicon" in text
        assert "wagtail bird" not in text.lower()
    assert "Sign in to Wagtail" not in door
