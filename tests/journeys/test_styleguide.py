"""The page of the design in a real browser, in every look."""

import pytest
from playwright.sync_api import Page, expect

from home.styleguide.views import LOOKS
from tests import axe
from tests.factories import make_campaign
from tests.journeys.test_accessibility import LARGE_AND_OPEN, rest, sideways

PAGE = "/_util/design/"
GROUNDS = {"light": "rgb(242, 242, 250)", "dark": "rgb(13, 11, 36)"}
# The browser draws what is chosen from, but for what a list shows now. Whole lists of countries
# are a quarter of the page, and asked about once.
WITHOUT_LISTS = """() => {
  for (const each of document.querySelectorAll("option:not(:checked)")) each.remove();
}"""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.fixture
def design(site, settings) -> str:
    settings.DEBUG = True
    make_campaign()
    return site + PAGE


def test_in_any_look_axe_finds_nothing_and_what_can_only_be_pressed_is_not_printed(page, design):
    """The looks differ in their colours, and on paper in what is hidden. The device's is light."""
    found = {}

    for look in LOOKS:
        # A look is the reader's choice whatever the device has.
        page.emulate_media(color_scheme="dark" if look == "light" else "light")
        page.goto(f"{design}?look={look}")
        if look in GROUNDS:
            expect(page.locator("body")).to_have_css("background-color", GROUNDS[look])
        if look == "print":
            what_can_only_be_pressed_is_hidden(page)
        if look != "light":  # which has the colours of a light device
            if look:
                page.evaluate(WITHOUT_LISTS)
            rest(page)
            found[look] = axe.findings(page, **COLOURS if look == "dark" else {})
        if look == "":
            page.emulate_media(media="print")
            what_can_only_be_pressed_is_hidden(page)
            page.emulate_media(media="screen")
            nothing_scrolls_sideways_at_320_pixels_or_with_text_at_200_percent(page)
    page.goto(design.replace(PAGE, f"/ar{PAGE}"))
    nothing_scrolls_sideways_at_320_pixels_or_with_text_at_200_percent(page)

    assert found == {"": [], "dark": [], "print": []}


def nothing_scrolls_sideways_at_320_pixels_or_with_text_at_200_percent(page: Page) -> None:
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert not sideways(page)
    page.evaluate(LARGE_AND_OPEN)
    assert not sideways(page)
    page.set_viewport_size(size)


def what_can_only_be_pressed_is_hidden(page: Page) -> None:
    for pressed in (".petition-form", ".bar", ".share", ".pagination", ".skip"):
        expect(page.locator(pressed).first).to_be_hidden()
    expect(page.locator(".letter").first).to_be_visible()
    expect(page.locator(".flood .count-number").first).to_have_css("color", "rgb(18, 16, 58)")
