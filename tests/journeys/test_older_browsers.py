"""Phones with outdated browsers: CSS that they do not know must hide nothing."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from wagtail.models import Site

from campaigns.models import Signature
from home.identity.model import Identity
from home.styleguide.sheets import inside
from tests.axe import violations
from tests.factories import (
    make_article,
    make_campaign,
    make_image,
    make_petition,
    make_signature,
)

PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=["light", "dark"])
def old_phone(request, browser: Browser) -> Page:
    """A browser from before light-dark(), color-mix(), subgrid, :has(), scripting and plain masks.

    Chrome 104 is such a browser.
    """

    def unknown(route: Route) -> None:
        answer = route.fetch()
        newer = r"(light-dark|color-mix|(?<=:)has)(?=\()|(?<=;)mask|subgrid|(?<=\()scripting"
        sheet = re.sub(newer, "not-known-yet", answer.text())
        route.fulfill(response=answer, body=sheet)

    context = browser.new_context(viewport=PHONE, color_scheme=request.param)
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


@pytest.mark.parametrize("colours", [("", ""), ("#7a0c2e", "#ffd23f")], ids=["ours", "theirs"])
def test_every_word_of_a_campaign_can_be_read_and_it_is_signed(site, old_phone, colours):
    campaign = make_campaign(make_petition(), title="The last free river")
    make_signature(campaign.petition, name="Grace Hopper")
    first, second = colours
    here = Site.objects.get(is_default_site=True)
    logos = {"logo": make_image(), "logo_on_dark": make_image(colour="white")} if first else {}
    Identity.objects.create(site=here, colour=first, second_colour=second, **logos)

    old_phone.goto(site + campaign.url)
    found = violations(old_phone, runOnly=["color-contrast"])
    logo = old_phone.locator(".site-head picture img").evaluate_all(
        "all => all.map((logo) => [matchMedia('(prefers-color-scheme: dark)').matches, "
        "getComputedStyle(logo).backgroundColor !== 'rgba(0, 0, 0, 0)'])"
    )
    form = old_phone.locator("form.petition-form")
    form.get_by_label("Name").fill("Ada Lovelace")
    form.get_by_label("Email", exact=True).fill("ada@example.org")
    form.get_by_label("I agree").check()
    written = form.get_by_label("Name").evaluate("field => getComputedStyle(field).color")
    form.get_by_role("button").click()

    assert [html for each in found for html in each["nodes"]] == []
    assert written != "rgb(255, 255, 255)"
    assert logo in ([[[True, True]], [[False, False]]] if first else [[]])
    expect(old_phone.get_by_role("heading", level=1)).to_have_text("One click left")
    assert Signature.objects.filter(email="ada@example.org").exists()


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
    form.get_by_label("Name").fill("Ada Lovelace")
    form.get_by_label("Email", exact=True).fill("ada@example.org")
    form.get_by_label("I agree").check()
    form.get_by_role("button").click()

    assert (trap["width"], trap["height"], display) == (1, 1, "block")
    assert (width, bar) == (PHONE["width"], False)
    expect(oldest_phone.get_by_role("heading", level=1)).to_have_text("One click left")
    assert Signature.objects.filter(email="ada@example.org", moderation="").exists()


def test_the_text_of_an_article_keeps_its_margin(site, old_phone):
    article = make_article(body=[("text", "<p>The dam will not be built.</p>")])

    old_phone.goto(site + article.url)
    boxes = [old_phone.locator(path).bounding_box() for path in (".campaign-head h1", ".story p")]

    assert [(box["x"], box["x"] + box["width"]) for box in boxes] == [(18, PHONE["width"] - 18)] * 2


def test_a_film_s_link_can_be_read_on_its_picture_and_the_end_of_the_page_above_the_bar(
    site, old_phone
):
    film = {"url": "https://vimeo.com/76979871", "title": "The river", "poster": make_image()}
    campaign = make_campaign(body=[("video", film)])

    old_phone.goto(site + campaign.url)
    link = old_phone.locator(".story .video-frame a")
    ground = link.evaluate("link => getComputedStyle(link).backgroundColor")

    assert ground not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")

    old_phone.mouse.wheel(0, 100_000)
    expect(old_phone.locator(".bar")).to_be_visible()
    until_the_end(old_phone)
    foot, bar = (old_phone.locator(path).bounding_box() for path in (".site-foot .frame", ".bar"))
    padding = old_phone.evaluate("getComputedStyle(document.documentElement).scrollPaddingBottom")

    assert foot["y"] + foot["height"] <= bar["y"]
    assert padding == "112px"


def until_the_end(page: Page) -> None:
    """Wait until the page is scrolled down.

    The site's security policy refuses `wait_for_function` where the first try finds it false.
    """
    for _time in range(200):
        if page.evaluate("Math.ceil(scrollY + innerHeight) >= document.body.scrollHeight"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("The page was not scrolled to its end.")
