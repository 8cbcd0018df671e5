"""The screens on which campaigns are composed: with axe, dark, right to left, on a phone."""

from typing import Any, Literal

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from campaigns.counting import arrivals, counting
from campaigns.models import DefaultTexts
from home.models import Navigation
from tests import axe
from tests.factories import make_campaign, make_petition, make_signature
from tests.journeys.test_accessibility import rest, sideways
from tests.journeys.test_cms_policy import refused

__all__ = ["refused"]  # the fixture

# Elements that Wagtail renders without a name or a focus, and the rule that its landmarks break:
# blocks of one kind have landmarks of the same name.
THEIRS = {"exclude": [[".public-DraftEditor-content"], [".w-minimap__list"]]}
# The menu is the same on all screens. A guide's first thirty parts are of every kind.
BUT_MENU = {"exclude": [*THEIRS["exclude"], ["#wagtail-sidebar"]]}
BUT_REST = {"exclude": [*BUT_MENU["exclude"], [".guide__text > :nth-child(n+31)"]]}
RULES = {"landmark-unique": {"enabled": False}}
Look = tuple[int, Literal["light", "dark"]]
# Each screen is loaded once in English, in the first of these looks, and then turned round.
DESK: Look = (1280, "dark")
PHONE: Look = (390, "light")
# The colours of the fields are asked about where the page and its petition are edited together.
FIELDS_ALONE = {"petition", "default texts", "navigation"}
# Of these, all texts that could be too wide are our own. axe looks at the first two in Arabic.
IN_ARABIC = ("start", "campaign and petition", "new campaign", "sources", "guide")
IN_PART = {"start": THEIRS, "guide": BUT_REST}
# What Wagtail places beside the form or closes, and what is for the mouse alone.
BESIDE = (
    ".w-breadcrumbs, .footer, .form-side, .w-minimap, .w-sr-only, "
    "svg, .w-field__comment-button, .Draftail-BlockToolbar"
)
# Wagtail's <main> hides what is wider than the window, and the window does not scroll then.
CUT_OFF = """(beside) => {
    const scrolls = (part) => part.tagName !== "MAIN" &&
        (/auto|scroll/.test(getComputedStyle(part).overflowX) || scrolls(part.parentElement));
    return [...document.querySelectorAll("main *")].filter((part) => {
        const {left, right, width} = part.getBoundingClientRect();
        return width && (left < -1 || right > innerWidth + 1) && part.checkVisibility() &&
            !part.closest(beside) && !scrolls(part);
    }).map((part) => part.outerHTML.slice(0, 80));
}"""
# Wagtail's <main> scrolls beside the menu: only what its height shows would be printed.
NOT_PRINTED = """() => [...document.querySelectorAll("#wagtail-sidebar, main")]
    .filter((part) => part.checkVisibility() &&
        (part.tagName !== "MAIN" || getComputedStyle(part).overflowY !== "visible"))
    .map((part) => part.outerHTML.slice(0, 80))"""
LINK = {"page": None, "url": "https://example.org/donate/", "label": "Donate"}
SUBMENU = ("submenu", {"label": "Take part", "links": [LINK, {**LINK, "label": "Join"}]})


@pytest.fixture
def screens(site) -> dict[str, str]:
    """A path for each screen; the site is new, so that its first steps are shown."""
    campaign = make_campaign(make_petition())
    make_signature(campaign.petition, source="poster", page=campaign)
    counting.recount()
    arrivals.roll_up()
    english = Locale.get_default()
    navigation = Navigation.objects.create(locale=english, main=[("link", LINK), SUBMENU])
    call = {"text": "Give.", "label": "Donate", "url": LINK["url"]}
    texts = DefaultTexts.objects.create(locale=english, thanks_blocks=[("call_to_action", call)])
    petition = f"/admin/snippets/campaigns/petition/edit/{campaign.petition.pk}/"
    return {
        "start": "/admin/",
        "new campaign": "/admin/campaigns/new/",
        "campaign and petition": f"/admin/pages/{campaign.pk}/edit/",
        "petition": petition,
        "petitions": "/admin/snippets/campaigns/petition/",
        "outsiders": f"/admin/pages/{campaign.pk}/preview-links/",
        "sources": petition.replace("/edit/", "/arrivals/"),
        "mails": petition.replace("/edit/", "/mails/"),
        "default texts": f"/admin/snippets/campaigns/defaulttexts/edit/{texts.pk}/",
        "navigation": f"/admin/snippets/home/navigation/edit/{navigation.pk}/",
        "guide": "/admin/guide/managers/",
        "guides": "/admin/guide/?q=picture",
    }


def found_on(page: Page, parts: dict[str, list[list[str]]] = THEIRS, **asked: Any) -> list[str]:
    rest(page)
    return axe.findings(page, parts, **(asked or {"rules": RULES}))


def test_axe_finds_nothing_where_campaigns_are_composed(site, screens, log_in, refused):
    page = log_in("Moderators")
    found: dict[tuple[Any, ...], list[str]] = {}

    for name, path in screens.items():
        parts, has_colours = IN_PART.get(name, BUT_MENU), name not in FIELDS_ALONE
        look_at(page, *DESK)
        loaded(page, site + path, name)
        expect(page.locator("html")).to_have_attribute("dir", "ltr")
        rules = RULES if has_colours else RULES | axe.BUT_COLOURS
        found[name, "desk"] = found_on(page, parts, rules=rules) + too_wide(page)
        look_at(page, *PHONE)
        faults = found_on(page, parts, runOnly=axe.COLOURS) if has_colours else []
        found[name, "phone"] = faults + too_wide(page)
        page.evaluate("document.documentElement.dir = 'rtl'")
        found[name, "right to left"] = too_wide(page)
        page.evaluate("document.documentElement.dir = 'ltr'")
        if name in {"guide", "sources"}:
            found[name, "any width"] = cut_off(page)
        if name == "campaign and petition":
            help_opens_beside_what_is_written(page)
            long_names_are_not_cut_off(page)
    nothing_lies_under_the_menu_where_somebody_has_chosen_large_text(page)

    assert {key: what for key, what in found.items() if what} == {}
    assert refused == []


def test_nothing_is_cut_off_in_arabic(site, screens, log_in, refused):
    page = log_in("Moderators")
    profile = UserProfile.get_for_user(User.objects.get(username="moderators"))
    profile.preferred_language = "ar"
    profile.save()
    look_at(page, 390, "dark")
    found = {}

    for name in IN_ARABIC:
        loaded(page, site + screens[name], name)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        asks = name in IN_ARABIC[:2]
        faults = found_on(page, rules=RULES | axe.BUT_COLOURS) if asks else []
        found[name] = faults + too_wide(page)

    assert {name: what for name, what in found.items() if what} == {}
    assert refused == []


def loaded(page: Page, address: str, name: str) -> None:
    answer = page.goto(address)
    assert answer, name
    assert answer.status == 200, name


def too_wide(page: Page) -> list[str]:
    rest(page)  # Wagtail's blocks slide in after the page is loaded, and are cut off meanwhile.
    wide = ["wider than the window"] if sideways(page) else []
    return [*wide, *page.evaluate(CUT_OFF, BESIDE)]


def cut_off(page: Page) -> list[str]:
    """What is cut off on a small phone, beside the menu and on paper."""
    size, found = page.viewport_size, []
    for width in (320, 900):
        page.set_viewport_size({"width": width, "height": 844})
        rest(page)
        found += page.evaluate(CUT_OFF, BESIDE)
    page.emulate_media(media="print")
    found += page.evaluate(NOT_PRINTED)
    page.emulate_media(media="screen")
    page.set_viewport_size(size)
    return found


def look_at(page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)


def help_opens_beside_what_is_written(page: Page) -> None:
    link = page.locator('.help-about[href$="#2-tell-the-story"]')
    link.focus()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")

    guide = opened.value
    expect(guide.locator('[id="2-tell-the-story"]')).to_be_in_viewport()
    expect(link).to_be_focused()
    guide.close()


def long_names_are_not_cut_off(page: Page) -> None:
    """Names of three lines, as in other languages, on buttons and in the menu."""
    for name, look in {".footer .action-save": PHONE, ".menuitem-label": DESK}.items():
        look_at(page, *look)
        part = page.locator(name).first
        part.evaluate(
            "part => { (part.querySelector('em') ?? part).textContent += ' word'.repeat(9) }"
        )
        size = part.evaluate(
            "part => [part.scrollWidth - part.clientWidth, part.scrollHeight - part.clientHeight]"
        )
        assert max(size) <= 0, name


def nothing_lies_under_the_menu_where_somebody_has_chosen_large_text(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    sizes = {"fontSizes": {"standard": 32}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    page.reload()

    menu, title = (page.locator(name).bounding_box() for name in (".sidebar", "main h1"))

    assert title["x"] >= menu["x"] + menu["width"] > 0
