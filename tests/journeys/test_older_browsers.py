"""Phones with outdated browsers: CSS that they do not know must hide nothing."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from wagtail.models import Site

from campaigns.models import Signature
from home.identity.model import Identity
from home.styleguide.sheets import inside
from tests.axe import violations
from tests.factories import make_article, make_campaign, make_image, make_petition, make_signature
from tests.journeys.test_accessibility import rest
from tests.journeys.test_visitor import fill

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def old_phone(browser: Browser) -> Page:
    """A browser from before light-dark(), color-mix(), subgrid, :has(), scripting and plain masks.

    Chrome 104 is such a browser.
    """

    def unknown(route: Route) -> None:
        answer = route.fetch()
        newer = r"(light-dark|color-mix|(?<=:)has)(?=\()|(?<=;)mask|subgrid|(?<=\()scripting"
        sheet = re.sub(newer, "not-known-yet", answer.text())
        route.fulfill(response=answer, body=sheet)

    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(10_000)
    context.route("**/*.css*", unknown)
    yield context.new_page()
    context.unroute_all(behavior="ignoreErrors")
    context.close()


@pytest.fixture
def oldest_phone(browser: Browser) -> Page:
    """A browser that does not support @layer and ignores what is in it, such as Safari 15.3."""

    def layerless(route: Route) -> None:
        answer = route.fetch()
        sheet = answer.text()
        while layer := re.search(r"@layer [\w, ]+([{;])", sheet):
            rules = inside(sheet, layer.end()) + "}" if layer[1] == "{" else ""
            sheet = sheet[: layer.start()] + sheet[layer.end() + len(rules) :]
        sheet = re.sub(r"(light-dark|accent-color)(?=[(:])", "not-known-yet", sheet)
        route.fulfill(response=answer, body=sheet)

    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(10_000)
    context.route("**/*.css*", layerless)
    yield context.new_page()
    context.unroute_all(behavior="ignoreErrors")
    context.close()


def test_every_word_of_a_campaign_can_be_read_and_it_is_signed(site, old_phone):
    """Also the link of a film on its picture, and the end of the page above the bar."""
    film = {"url": "https://vimeo.com/76979871", "title": "The river", "poster": make_image()}
    campaign = make_campaign(title="The last free river", body=[("video", film)])
    make_signature(campaign.petition, name="Grace Hopper")
    theirs = {"colour": "#7a0c2e", "second_colour": "#ffd23f"}
    logos = {"logo": make_image(), "logo_on_dark": make_image(colour="white")}
    here = Site.objects.get(is_default_site=True)

    for name, look in {"ours": {}, "theirs": theirs | logos}.items():
        Identity.objects.update_or_create(site=here, defaults=look)
        old_phone.goto(site + campaign.url)
        for scheme in ("light", "dark"):
            old_phone.emulate_media(color_scheme=scheme)
            rest(old_phone)
            every_word_can_be_read(old_phone, name, scheme)
        the_page_ends_above_the_bar(old_phone)
        fill(old_phone, email=f"{name}@example.org")
        expect(old_phone.get_by_role("heading", level=1)).to_have_text("One click left")
        assert Signature.objects.filter(email=f"{name}@example.org").exists()


def every_word_can_be_read(page: Page, name: str, scheme: str) -> None:
    found = violations(page, runOnly=["color-contrast"])
    logo = page.locator(".site-head picture img").evaluate_all(
        "all => all.map((logo) => [matchMedia('(prefers-color-scheme: dark)').matches, "
        "getComputedStyle(logo).backgroundColor !== 'rgba(0, 0, 0, 0)'])"
    )
    typed = page.locator("form.petition-form").get_by_label("Name")
    written = typed.evaluate("field => getComputedStyle(field).color")
    film = page.locator(".story .video-frame a")
    ground = film.evaluate("link => getComputedStyle(link).backgroundColor")

    is_dark = scheme == "dark"
    assert [html for each in found for html in each["nodes"]] == [], (name, scheme)
    assert written != "rgb(255, 255, 255)", (name, scheme)
    assert logo == ([[is_dark, is_dark]] if name == "theirs" else []), (name, scheme)
    assert ground not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), (name, scheme)


def the_page_ends_above_the_bar(page: Page) -> None:
    page.mouse.wheel(0, 100_000)
    expect(page.locator(".bar")).to_be_visible()
    until_the_end(page)
    foot, bar = (page.locator(path).bounding_box() for path in (".site-foot .frame", ".bar"))
    padding = page.evaluate("getComputedStyle(document.documentElement).scrollPaddingBottom")

    assert foot["y"] + foot["height"] <= bar["y"]
    assert padding == "112px"


def test_whoever_sees_no_design_sees_no_trap_either_and_signs(site, oldest_phone):
    story = [("text", "<p>" + "A long story. " * 200 + "</p>")]
    campaign = make_campaign(make_petition(), listing_image=make_image(), body=story)

    oldest_phone.goto(site + campaign.url)
    width = oldest_phone.evaluate("document.documentElement.scrollWidth")
    oldest_phone.mouse.wheel(0, 100_000)
    until_the_end(oldest_phone)
    oldest_phone.wait_for_timeout(100)
    bar = oldest_phone.locator(".bar").is_visible()
    form = oldest_phone.locator("form.petition-form")
    trap = form.locator(".trap").bounding_box()
    display = form.evaluate("form => getComputedStyle(form).display")
    fill(oldest_phone)

    assert (trap["width"], trap["height"], display) == (1, 1, "block")
    assert (width, bar) == (PHONE["width"], False)
    expect(oldest_phone.get_by_role("heading", level=1)).to_have_text("One click left")
    assert Signature.objects.filter(email="ada@example.org", moderation="").exists()


def test_the_text_of_an_article_keeps_its_margin(site, old_phone):
    article = make_article(body=[("text", "<p>The dam will not be built.</p>")])

    old_phone.goto(site + article.url)
    boxes = [old_phone.locator(path).bounding_box() for path in (".campaign-head h1", ".story p")]

    assert [(box["x"], box["x"] + box["width"]) for box in boxes] == [(18, PHONE["width"] - 18)] * 2


def until_the_end(page: Page) -> None:
    """Wait until the page is scrolled down.

    The site's security policy refuses `wait_for_function` where the first try finds it false.
    """
    for _time in range(200):
        if page.evaluate("Math.ceil(scrollY + innerHeight) >= document.body.scrollHeight"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("The page was not scrolled to its end.")
