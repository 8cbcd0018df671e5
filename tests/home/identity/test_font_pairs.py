"""The pairs of fonts from which an organisation chooses."""

import re

import pytest

from campaigns.mail import composing
from home import stylesheets
from home.identity import font_pairs
from home.identity.font_pairs import Faces
from home.identity.look import Look
from home.models import Identity
from tests.factories import make_campaign, make_home, make_petition

FONTS = stylesheets.SOURCES / "fonts"


@pytest.mark.parametrize("pair", Faces)
@pytest.mark.parametrize("language", ["en", "de", "ru", "ar"])
def test_what_is_preloaded_is_there_and_is_used(pair, language):
    files = font_pairs.preloaded(pair, language)

    used = re.findall(r"fonts/[\w-]+\.woff2", stylesheets.whole() + Look(faces=pair).sheet)
    assert set(files) <= set(used)
    assert all((FONTS.parent / file).exists() for file in files)


@pytest.mark.parametrize("language", ["en", "ru", "ar"])
def test_no_pair_is_heavier_than_the_first(language):
    weights = {
        pair: sum(
            (FONTS.parent / file).stat().st_size for file in font_pairs.preloaded(pair, language)
        )
        for pair in Faces
    }

    assert weights[Faces.DEVICE] == 0 < weights[Faces.PLAIN] < weights[Faces.POSTER]


def test_every_font_in_the_sheet_of_a_pair_is_there_and_waits_for_nobody():
    sheet = font_pairs.rules("plain")

    files = re.findall(r"(fonts/[\w-]+)(?:\.\w+)?\.woff2", sheet)
    assert len(files) == sheet.count("@font-face") == sheet.count("font-display:optional") == 14
    assert all((FONTS.parent / f"{file}.woff2").exists() for file in files)


def test_every_family_of_fonts_has_its_licence():
    licences = [path.name.removesuffix("-OFL.txt") for path in FONTS.glob("*-OFL.txt")]

    bare = [
        path.name for path in FONTS.glob("*.woff2") if not path.name.startswith(tuple(licences))
    ]

    assert bare == []
    assert "SIL Open Font License" in (FONTS / "oswald-OFL.txt").read_text()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pair", "first", "mail"),
    [
        ("poster", "sofia-sans", "Georgia"),
        ("plain", "oswald-latin", "Arial, Helvetica"),
        ("device", "", "Arial, Helvetica"),
    ],
)
def test_pages_and_mails_have_the_pair_that_was_chosen(client, pair, first, mail):
    Identity.objects.create(site=make_home().get_site(), faces=pair)
    page = make_campaign()

    text = client.get(page.url).content.decode()
    html = composing.sample(make_petition(), "thanks", name="Ana", email="a@example.org")

    preloads = re.findall(r'rel="preload" href="/static/fonts/([\w-]+)', text)
    assert [name.startswith(first) for name in preloads[:1]] == ([True] if first else [])
    assert f"font-family: {mail}" in html.alternatives[0].content
    assert ("/look/" in text) == (pair != "poster")


@pytest.mark.django_db
def test_the_page_of_the_design_shows_the_pair(admin_client):
    Identity.objects.create(site=make_home().get_site(), faces="plain", sign="round")

    response = admin_client.get("/_util/design/")

    assert response.status_code == 200
    assert "&quot;Oswald&quot;" in response.content.decode()
