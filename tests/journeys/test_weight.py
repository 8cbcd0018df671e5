"""What a page costs its reader: bytes, requests and layout shifts; time is not measured.

Text is weighed as nginx sends it, with gzip at level 2 (deploy/nginx.conf; files are compressed
even better). Neither pictures nor headers are counted.
"""

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import BrowserContext, Page, Response, Route, ViewportSize, expect
from wagtail.models import Site

from campaigns.models import CampaignPage, CustomImage
from campaigns.signatures import public_signers
from demo import arabic, images, petitions, russian, stories
from demo.writing import Block
from home.identity.font_pairs import preloaded
from home.models import Identity
from tests.factories import (
    make_campaign,
    make_petition,
    make_signature,
    make_translated_page,
    make_translation,
)

PAGE_BYTES, SCRIPT_BYTES = 100_000, 15_000
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
TEXT = ("text/", "application/json", "image/svg")
STORIES = {"en": stories.RIVER, "ru": russian.STORY, "ar": arabic.STORY}
LETTERS = {"en": petitions.RIVER, "ru": russian.LETTER, "ar": arabic.LETTER}
WORDS = ("title", "ask", "salutation", "opening", "close", "button")
AHEAD = {
    "en": {
        "sofia-sans-extra-condensed-latin.woff2",
        "literata-latin-400.woff2",
        "literata-latin-700.woff2",
    },
    "ru": {
        "sofia-sans-extra-condensed-latin.woff2",
        "sofia-sans-extra-condensed-cyrillic.woff2",
        "literata-cyrillic-400.woff2",
        "literata-cyrillic-700.woff2",
    },
    "ar": {
        "sofia-sans-extra-condensed-latin.woff2",
        "lalezar-arabic.woff2",
        "noto-naskh-arabic-400.woff2",
        "noto-naskh-arabic-700.woff2",
    },
}
PLAIN = {
    code: [path.split("/")[1].removesuffix(".woff2") for path in preloaded("plain", code)]
    for code in STORIES
}
SIGNERS = [("Ольга Б.", "Реки должны течь."), ("كريم ا.", "دعوا الماء يجري."), ("Rosa", "Ríos.")]
PRELOAD = re.compile(r'<link rel="preload" href="(\S+)" as="font"[^>]*>')
# The cumulative layout shift since the page began to load (https://web.dev/articles/cls).
SHIFTS = """() => new Promise((answer) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach((shift) => { sum += shift.value; });
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => answer(sum), 300);
})"""


class Scales:
    """All responses to the requests of a page."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer))

    def paths(self, kind: str) -> list[str]:
        return [urlsplit(each.url).path for each in self.answers if of_kind(each) == kind]

    def is_light(self) -> bool:
        """Whether the page weighs less than it may; prints what each part weighs."""
        parts = [(weigh(each), each.url) for each in self.answers if of_kind(each) != "image"]
        print(*sorted(parts), sep="\n")
        return sum(weight for weight, _url in parts) < PAGE_BYTES


def of_kind(answer: Response) -> str:
    """The browser's type of the request, but "icon" for SVG images: drawings are part of the
    design, unlike photographs."""
    kind = answer.request.resource_type
    return "icon" if kind == "image" and answer.url.endswith(".svg") else kind


def weigh(answer: Response) -> int:
    body = answer.body()
    is_text = answer.headers.get("content-type", "").startswith(TEXT)
    return len(gzip.compress(body, 2)) if is_text else len(body)


@pytest.fixture
def fresh(site: str, context: BrowserContext) -> Iterator[Callable[[ViewportSize], Page]]:
    """A function for a page in a profile of its own, which knows of no earlier page."""
    asked: set[str] = set()

    def fresh(size: ViewportSize) -> Page:
        page = context.browser.new_page(viewport=size)
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        return page

    yield fresh
    assert asked == {urlsplit(site).netloc}


@pytest.fixture
def picture() -> CustomImage:
    file = ContentFile(images.read("river"), name="river.jpg")
    return CustomImage.objects.create(title="River", description="A river", file=file)


@pytest.fixture
def tell(picture):
    """A function that makes the demo's page in a language, with its picture and all font faces."""

    def tell(code: str) -> CampaignPage:
        petition = make_petition(goal=5000, comment_field="optional", postcode_field="optional")
        story = STORIES[code]
        words = {
            "title": story["title"],
            "listing_summary": story.get("listing_summary") or story["summary"],
            "body": compose(story["body"]),
            "listing_image": picture,
        }
        if code == "en":
            page = make_campaign(petition, **words)
        else:
            signed = {name: LETTERS[code][name] for name in WORDS}
            translation = make_translation(petition, code, **signed)
            page = make_translated_page(make_campaign(petition), translation, **words)
        page.make_preview_request()  # makes the renditions
        return page

    return tell


def compose(body: list[Block]) -> list[Block]:
    """The demo's blocks, with the page's own petition."""
    return [(kind, {"petition": None} if kind == "petition" else value) for kind, value in body]


# --- bytes, requests and layout shifts ---


@pytest.mark.parametrize("code", STORIES)
def test_a_campaign_page_is_light_and_steady(site, fresh, tell, code):
    campaign = tell(code)
    url, phone, desk = site + campaign.url, fresh(PHONE), fresh(DESK)

    scales = nothing_moves_when_fonts_are_late(phone, url)
    assert scales.is_light()
    scripts = [each.body() for each in scales.answers if of_kind(each) == "script"]
    assert sum(map(len, scripts)) < SCRIPT_BYTES
    if code == "en":
        kinds = Counter(kind for kind in map(of_kind, scales.answers) if kind != "other")
        few = {"document": 1, "stylesheet": 1, "script": 10, "font": 3, "icon": 1, "image": 1}
        assert kinds == few
        nothing_moves_while_it_is_read(phone)
        pictures_come_in_the_newest_form_that_the_browser_reads_and_in_its_size(phone, scales)
    with_colours_and_type_of_its_own_it_stays_as_light(fresh(PHONE), url, code)

    many_sign_and_comment(campaign.petition.original)
    what_is_fetched_ahead_is_what_the_page_needs(desk, url, code)
    for name, words in SIGNERS:
        expect(desk.locator(".signers").get_by_text(name).first).to_be_visible()
        expect(desk.locator(".voices").get_by_text(words).first).to_be_visible()


def nothing_moves_when_fonts_are_late(page, url):
    scales, late = Scales(page), []
    page.route("**/*.woff2", lambda route: late.append(route))
    page.goto(url, wait_until="domcontentloaded")
    page.wait_for_timeout(500)  # the reader sees fonts of the device
    assert len(late) > 1

    for route in late:
        route.continue_()
    page.unroute("**/*.woff2")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFTS) < 0.01
    return scales


def what_is_fetched_ahead_is_what_the_page_needs(page, url, code):
    """Without being told to fetch it ahead, and for no word that signers wrote."""

    def forget_what_is_ahead(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=PRELOAD.sub("", answer.text()))

    ahead = {name.split("/")[-1] for name in PRELOAD.findall(page.request.get(url).text())}
    page.route(url, forget_what_is_ahead)
    failed: list[str] = []
    # No script loads a language before it writes a number.
    page.add_init_script("Intl.NumberFormat = Intl.DateTimeFormat = null")
    page.on("pageerror", lambda error: failed.append(error.message))
    scales = nothing_moves_when_fonts_are_late(page, url)
    assert failed == []
    needed = {path.split("/")[-1] for path in scales.paths("font")}
    assert ahead == AHEAD[code]
    assert needed == AHEAD[code]


def many_sign_and_comment(original):
    original.shows_signers = original.shows_comments = True
    original.save()
    for number in range(public_signers.BATCH):
        name, words = SIGNERS[number % len(SIGNERS)]
        shown = {"shown_as": name, "comment_as": name, "comment": words, "comment_state": "shown"}
        make_signature(original, email=f"{number}@example.org", **shown)
    public_signers.show()


def with_colours_and_type_of_its_own_it_stays_as_light(page, url, code):
    look = {"colour": "#0b5d3b", "second_colour": "#ff8800", "faces": "plain", "sign": "round"}
    own = Identity.objects.create(site=Site.objects.get(is_default_site=True), **look)
    scales = Scales(page)

    page.goto(url, wait_until="networkidle")

    assert scales.is_light()
    names = {path.split("/")[-1] for path in scales.paths("font")}
    assert {name.removesuffix(".woff2") for name in names} == set(PLAIN[code])
    assert page.evaluate(SHIFTS) < 0.01
    own.delete()


def pictures_come_in_the_newest_form_that_the_browser_reads_and_in_its_size(page, scales):
    page.locator("main picture img").scroll_into_view_if_needed()
    expect(page.locator("main picture img")).to_have_js_property("complete", True)

    kinds = page.locator("main picture source").evaluate_all(
        "all => all.map(({ type, srcset, sizes }) => [type, srcset.split(', ').length, sizes])"
    )
    sizes = "(min-width: 58rem) 62vw, 100vw"
    assert kinds == [["image/avif", 4, sizes], ["image/webp", 4, sizes]]
    assert [path.split(".", 2)[2] for path in scales.paths("image")] == [
        "format-avif.fill-768x384.avif"
    ]
    bare = "image => !image.hasAttribute('width') || !image.hasAttribute('height')"
    assert page.evaluate(f"[...document.images].filter({bare}).length") == 0


def nothing_moves_while_it_is_read(page):
    for _ in range(12):
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(50)

    assert page.evaluate(SHIFTS) < 0.01


# --- requests to other sites ---


def test_signing_asks_nobody_else_and_leaves_nothing_behind(site, page, context, tell, links):
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    campaign = tell("en")

    page.goto(site + campaign.url)
    form = page.locator("form.petition-form")
    form.get_by_label("Name").fill("Ada Lovelace")
    form.get_by_label("Email", exact=True).fill("ada@example.org")
    form.get_by_label("I agree").check()
    form.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")
    confirm, *_ = links()
    page.goto(confirm)
    page.get_by_role("button", name="Confirm my signature").click()
    expect(page.get_by_role("heading", name="Pass it on")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert asked == {urlsplit(site).netloc}
    assert context.cookies() == []
    kept = "[localStorage.length, sessionStorage.length, navigator.serviceWorker.controller]"
    assert page.evaluate(kept) == [0, 0, None]
