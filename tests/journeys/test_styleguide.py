"""The page of the design in a real browser, in every look."""

import pytest
from playwright.sync_api import expect

from home.styleguide.views import LOOKS
from tests.factories import make_campaign
from tests.journeys.test_accessibility import LARGE_AND_OPEN, findings, sideways

PAGE = "/_util/design/"


@pytest.fixture
def design(site, settings) -> str:
    settings.DEBUG = True
    make_campaign()
    return site + PAGE


def test_axe_finds_nothing_in_any_look(page, design):
    found = {}

    for look in LOOKS:
        page.goto(f"{design}?look={look}")
        found[look] = findings(page)

    assert found == {look: [] for look in LOOKS}


def test_nothing_scrolls_sideways_at_320_pixels_or_with_text_at_200_percent(page, design):
    page.set_viewport_size({"width": 320, "height": 640})

    for address in (design, design.replace(PAGE, f"/ar{PAGE}")):
        page.goto(address)
        assert not sideways(page)
        page.evaluate(LARGE_AND_OPEN)
        assert not sideways(page)


def test_a_look_is_the_reader_s_choice_whatever_the_device_has(page, design):
    for look, colour in (("light", "rgb(242, 242, 250)"), ("dark", "rgb(13, 11, 36)")):
        page.emulate_media(color_scheme="light" if look == "dark" else "dark")

        page.goto(f"{design}?look={look}")

        expect(page.locator("body")).to_have_css("background-color", colour)


def test_what_can_only_be_pressed_is_not_printed(page, design):
    for media, address in (("print", design), ("screen", f"{design}?look=print")):
        page.emulate_media(media=media)
        page.goto(address)

        for pressed in (".petition-form", ".bar", ".share", ".pagination", ".skip"):
            expect(page.locator(pressed).first).to_be_hidden()
        expect(page.locator(".letter").first).to_be_visible()
        expect(page.locator(".flood .count-number").first).to_have_css("color", "rgb(18, 16, 58)")
