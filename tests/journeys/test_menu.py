"""The menu at the top of the public pages, for those who use a keyboard."""

import pytest
from playwright.sync_api import Page, expect

from home.models import Navigation
from tests.factories import make_campaign, make_petition, make_translated_page, make_translation
from tests.journeys.test_accessibility import findings, sideways
from tests.journeys.test_cms_screens import SUBMENU

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def opened(site: str, page: Page) -> Page:
    """A page in two languages, with a submenu in its menu."""
    petition = make_petition()
    campaign = make_campaign(petition)
    make_translated_page(campaign, make_translation(petition, "ru"))
    Navigation.objects.create(main=[SUBMENU])
    page.goto(site + campaign.url)
    return page


def test_what_is_open_moves_nothing_and_escape_closes_it_where_the_focus_is(opened):
    for width in (320, 1280):
        a_submenu_unfolds_by_keyboard_and_axe_finds_nothing(opened, width)
    opened.set_viewport_size(PHONE)
    the_head_of_the_site_keeps_its_height_on_a_phone(opened)
    escape_closes_the_submenu_and_then_the_menu(opened)
    escape_closes_the_languages(opened)
    opened.set_viewport_size({"width": 1280, "height": 800})
    escape_closes_the_languages(opened)
    what_is_open_closes_once_the_focus_is_on_the_page(opened)
    large_names_of_languages_are_in_the_window(opened)


def a_submenu_unfolds_by_keyboard_and_axe_finds_nothing(opened, width):
    opened.set_viewport_size({"width": width, "height": 800})
    if width < 700:
        opened.locator("header summary").first.press("Enter")
    submenu = opened.locator("details.submenu > summary")
    submenu.focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("Tab")

    expect(opened.locator("header a", has_text="Donate").last).to_be_focused()
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        assert findings(opened) == []
    assert not sideways(opened)
    opened.reload()


def the_head_of_the_site_keeps_its_height_on_a_phone(opened):
    places = ".site-head", ".site-head .site-name", "h1"
    for summary, link in ((".menu > summary", "Search"), (".languages summary", "русский")):
        before = [opened.locator(place).bounding_box() for place in places]

        opened.locator(summary).click()

        assert [opened.locator(place).bounding_box() for place in places] == before
        assert before[0]["height"] <= 72
        expect(opened.get_by_role("link", name=link)).to_be_visible()
        opened.locator(summary).click()


def escape_closes_the_submenu_and_then_the_menu(opened):
    menu, submenu = opened.locator("details.menu"), opened.locator("details.submenu")
    menu.locator("> summary").press("Enter")
    submenu.locator("> summary").press("Enter")
    opened.keyboard.press("Tab")

    opened.keyboard.press("Escape")
    expect(submenu).not_to_have_attribute("open", "")
    expect(submenu.locator("> summary")).to_be_focused()
    expect(menu).to_have_attribute("open", "")

    opened.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("> summary")).to_be_focused()


def escape_closes_the_languages(opened):
    languages = opened.locator(".languages details")
    languages.locator("summary").click()
    expect(languages).to_have_attribute("open", "")
    # Safari does not focus elements that are clicked.
    opened.evaluate("document.activeElement.blur()")

    opened.keyboard.press("Escape")

    expect(languages).not_to_have_attribute("open", "")
    expect(languages.locator("summary")).to_be_focused()


def what_is_open_closes_once_the_focus_is_on_the_page(opened):
    menu, submenu = opened.locator("details.menu"), opened.locator("details.submenu")
    name = opened.get_by_label("Name", exact=True)
    opened.set_viewport_size(PHONE)
    menu.locator("> summary").press("Enter")
    submenu.locator("> summary").press("Enter")

    opened.locator(".languages summary").focus()
    expect(submenu).to_have_attribute("open", "")
    name.focus()

    expect(menu).not_to_have_attribute("open", "")
    expect(submenu).not_to_have_attribute("open", "")
    escape_elsewhere_leaves_the_menu_and_the_focus_as_they_are(opened)


def escape_elsewhere_leaves_the_menu_and_the_focus_as_they_are(opened):
    submenu, name = opened.locator("details.submenu"), opened.get_by_label("Name", exact=True)
    # In Safari the focus stays on the page when the menu is opened with a click.
    submenu.evaluate("submenu => { submenu.open = true; }")

    opened.keyboard.press("Escape")

    expect(submenu).to_have_attribute("open", "")
    expect(name).to_be_focused()


def large_names_of_languages_are_in_the_window(opened):
    opened.set_viewport_size({"width": 320, "height": 640})
    opened.evaluate("document.documentElement.style.fontSize = '200%'")
    opened.locator(".languages summary").click()

    edges = opened.locator(".languages ul").evaluate(
        "list => [list.getBoundingClientRect().left, list.getBoundingClientRect().right]"
    )
    assert (edges[0] >= 0, edges[1] <= 320) == (True, True)
