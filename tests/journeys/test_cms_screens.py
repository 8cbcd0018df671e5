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
# Each screen is loaded once in each language, in the first of these looks.
LOOKS: dict[str, list[Look]] = {
    "en": [(1280, "dark"), (390, "light")],
    "ar": [(390, "dark")],
}
# Colours differ between dark and light alone, and take most of the time: the English screens are
# asked about them in both. All else is asked on a desk in English, and on a phone in Arabic.
ASKED: dict[tuple[str, str], dict[str, Any]] = {
    ("en", "dark"): {"rules": RULES},
    ("en", "light"): {"runOnly": axe.COLOURS},
    ("ar", "dark"): {"rules": RULES | axe.BUT_COLOURS},
}
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


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_where_campaigns_are_composed(language, site, screens, log_in, refused):
    page = log_in("Moderators")
    profile = UserProfile.get_for_user(User.objects.get(username="moderators"))
    profile.preferred_language = language
    profile.save()
    page.emulate_media(reduced_motion="reduce")
    found = {}

    for name, path in screens.items():
        parts = THEIRS if language == "ar" else IN_PART.get(name, BUT_MENU)
        look_at(page, *LOOKS[language][0])
        answer = page.goto(site + path)
        assert answer, name
        assert answer.status == 200, name
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        for look in LOOKS[language]:
            look_at(page, *look)
            wide = ["wider than the window"] if sideways(page) else []
            faults = found_on(page, parts, **ASKED[language, look[1]])
            found[name, *look] = [*faults, *wide, *page.evaluate(CUT_OFF, BESIDE)]
        if (name, language) == ("campaign and petition", "en"):
            help_opens_beside_what_is_written(page)

    assert {key: what for key, what in found.items() if what} == {}
    assert refused == []


def test_nothing_is_cut_off_on_a_small_phone_beside_the_menu_and_on_paper(
    site, screens, log_in, refused
):
    page = log_in("Campaign managers")
    User.objects.update(is_superuser=True)
    names = {
        "signatures": "/admin/signatures/",
        "guide": screens["guide"],
        "images": "/admin/images/",
        "new receiver": "/admin/receivers/new/",
    }
    for kind in ("inspect", "import", "ledger", "arrivals", "pack"):
        names[kind] = screens["petition"].replace("/edit/", f"/{kind}/")
    page.set_viewport_size({"width": 320, "height": 844})
    cut_off = {}

    for name, path in names.items():
        answer = page.goto(site + path)
        assert answer, name
        assert answer.status == 200, name
        for width in (320, 900):
            page.set_viewport_size({"width": width, "height": 844})
            cut_off[name, width] = page.evaluate(CUT_OFF, BESIDE)
        page.emulate_media(media="print")
        cut_off[name, "paper"] = page.evaluate(NOT_PRINTED)
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 320, "height": 844})
        if name == "signatures":  # The menu of the only row is higher than the list.
            page.locator(".listing .actions button").click()
            entry = page.locator(".listing .actions a", has_text="Delete")
            expect(entry).to_be_in_viewport(ratio=0.9)

    assert {name: parts for name, parts in cut_off.items() if parts} == {}
    assert refused == []


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


def test_nothing_lies_under_the_menu_where_somebody_has_chosen_large_text(site, page, log_in):
    sizes = {"fontSizes": {"standard": 32}}
    page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    log_in("Moderators", path="/admin/account/")

    menu, title = (page.locator(name).bounding_box() for name in (".sidebar", "main h1"))

    assert title["x"] >= menu["x"] + menu["width"] > 0
