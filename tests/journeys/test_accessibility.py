"""axe finds no violation on any public page, on phone and desktop; no page scrolls sideways."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page
from wagtail.documents.models import Document

from campaigns.counting import counting
from campaigns.models import Arrival, CustomImage, Tally
from campaigns.signatures import public_signers, tokens
from campaigns.signing.thanks_page import Thanked, mark
from tests import axe
from tests.factories import (
    change_texts,
    make_article,
    make_campaign,
    make_home,
    make_image,
    make_petition,
    make_signature,
)

LARGE_AND_OPEN = """() => {
  document.documentElement.style.fontSize = "200%";
  for (const each of document.querySelectorAll("main details")) each.open = true;
}"""
# Wait for transitions of colours: Wagtail has them even for users who prefer reduced motion.
REST = """() => Promise.allSettled(
  document.getAnimations().filter(each => each instanceof CSSTransition).map(each => each.finished)
)"""
ASKED = {
    "targets": [("target", {"name": "A. B.", "role": "Mayor"})],
    "comment_field": "optional",
    "postcode_field": "required",
    "goal": 100,
    "shows_signers": True,
}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SIZES = [PHONE, DESK]
# The head and the foot are the same on all pages, and are looked at on these.
FRAMED = {"home", "campaign", "something found", "not there"}
FRAME = [[".site-head"], [".site-foot"]]
# What depends on where things stand. All other rules read what is there, and whether it is shown.
OF_PLACES = [*axe.COLOURS, "scrollable-region-focusable"]
# Whether the page shows the same between its head and foot as when this was last asked about.
SHOWS_THE_SAME = """() => {
  const shown = [...document.querySelectorAll("main *")].filter((each) => each.checkVisibility());
  const before = window.shownBefore;
  window.shownBefore = new Set(shown);
  return before?.size === shown.length && shown.every((each) => before.has(each));
}"""


@pytest.fixture
def addresses() -> dict[str, str]:
    """A path for each kind of public page."""
    image = make_image(description="A mast above the roofs.", credit="A. Person")
    image.contextual_alt_text, image.decorative = image.description, False
    petition = make_petition(**ASKED)
    shown = {"shows_countries": True, "shows_map": True}
    body = [
        ("heading", "What is planned"),
        ("text", "<p>Text with <b>weight</b>.</p><ul><li>One</li></ul>"),
        ("image", {"image": image, "caption": "The mast.", "credit": ""}),
        ("quote", {"text": "We listen.", "attribution": "A neighbour", "role": ""}),
        (
            "video",
            {"url": "https://vimeo.com/1", "title": "Film", "poster": image, "caption": "Film"},
        ),
        (
            "call_to_action",
            {"text": "Act.", "label": "Go", "page": None, "url": "https://example.org/"},
        ),
        ("actions_taken", None),
        ("curve", {"heading": "How we grew", "petition": None, **shown}),
        *more_blocks(image),
        ("petition", {"petition": None}),
    ]
    campaign = make_campaign(petition, body=body, listing_image=image)
    signature = make_signature(petition)
    for number in range(public_signers.BATCH):
        named = {"shown_as": "Amina K.", "country": "KE"}
        make_signature(petition, email=f"{number}@example.org", **named)
    public_signers.show()
    pending = make_signature(petition, email="b@example.org", confirmed_at=None)
    change_texts(petition, close="Let it flow.")
    change_texts(petition, ask="Call on the minister to stop the dam now.")
    closed = make_petition(title="Closed", closes_at=timezone.now() - timedelta(days=1))
    paused, won = make_petition(title="Paused"), make_petition(title="Won", goal=1000)
    Tally.objects.filter(petition=paused).update(paused_at=timezone.now())
    Tally.objects.filter(petition=won).update(won_at=timezone.now())
    article = make_article(body=[("text", "<p>News.</p>"), ("petition", {"petition": closed})])
    for days in range(3):
        day = timezone.now().date() - timedelta(days=days)
        Arrival.objects.update_or_create(tally=petition.tally, day=day, defaults={"number": 1234})
    counting.recount()
    Tally.objects.filter(petition=won).update(total=123_456, handed_over_at=timezone.now())
    # Make the renditions here, as they are made while an editor previews the page.
    campaign.make_preview_request()
    make_home().make_preview_request()
    return {
        "home": make_home().url,
        "campaign": campaign.url,
        "closed campaign": make_campaign(closed).url,
        "campaigns": campaign.get_parent().url,
        "article": article.url,
        "news": article.get_parent().url,
        "petition": petition.url_path(),
        "paused": paused.url_path(),
        "won": won.url_path(),
        "check your email": petition.url_path("check_your_email"),
        "thanks": petition.url_path("thanks"),
        "thanked": f"{petition.url_path('thanks')}{mark(Thanked(petition, 7))}/",
        "changes": petition.url_path("changes"),
        "confirm": f"/signatures/confirm/{tokens.make('confirm', pending.pk)}/",
        "manage": f"/signatures/manage/{tokens.make('manage', pending.pk)}/",
        "withdraw": f"/signatures/withdraw/{tokens.make('withdraw', signature.pk)}/",
        "replaced": f"/signatures/confirm/{tokens.make('confirm', pending.pk, b'older')}/",
        "bad link": "/signatures/confirm/x/",
        "code": "/code/",
        "nothing asked": "/search/",
        "something found": "/search/?query=river",
        "nothing found": "/search/?query=zzzz",
        "not there": "/nothing/",
    }


def more_blocks(image: CustomImage) -> list[tuple[str, Any]]:
    """The other blocks of a long story."""
    other = make_campaign(make_petition(title="Keep the wood"), title="Keep the wood")
    paper = Document.objects.create(title="Report", file=ContentFile(b"%PDF-", name="report.pdf"))
    cells = {"type": "text", "heading": "Year"}, {"type": "figure", "heading": "Cases"}
    table = {"caption": "Cases", "columns": cells, "rows": [{"values": ["2025", "61"]}]}
    pictures = [{"image": image, "caption": "One."}, {"image": image, "caption": "Two."}]
    parts = [{"heading": "Who?", "text": "<p>We.</p>"}, {"heading": "When?", "text": "<p>Now.</p>"}]
    return [
        ("image", {"image": image, "caption": "Wide.", "size": "wide"}),
        ("image", {"image": image, "caption": "Full.", "size": "full"}),
        ("gallery", {"images": pictures, "caption": "Both."}),
        ("fact", {"figure": "4 in 5", "text": "have heard it.", "source": "A survey"}),
        ("table", {"table": table, "names_rows": True, "source": "A count"}),
        ("accordion", {"parts": parts, "opens_first": True, "one_at_a_time": True}),
        ("document", {"document": paper, "text": "All of it."}),
        ("related", {"heading": "And here", "campaigns": [other], "number": 3}),
    ]


def findings(page: Page, but: Sequence[list[str]] = (), **options: Any) -> list[str]:
    rest(page)
    return axe.findings(page, {"include": [["html"]], "exclude": [*but]}, **options)


def rest(page: Page) -> None:
    page.evaluate(REST)


def sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_axe_finds_nothing_and_nothing_scrolls_sideways_on_any_public_page(
    site, page, addresses, reads_once
):
    """No script of ours depends on the width, so each page is loaded once and then resized."""
    found, wide = {}, []

    for name, address in addresses.items():
        answer = page.goto(site + address)
        assert answer, name
        assert answer.status < 500, name
        but: list[list[str]] = [] if name in FRAMED else FRAME
        page.set_viewport_size(PHONE)
        page.evaluate(SHOWS_THE_SAME)
        found[name, "phone"] = findings(page, but)
        page.set_viewport_size(DESK)
        is_known = page.evaluate(SHOWS_THE_SAME) and name not in FRAMED
        rules = {"runOnly": OF_PLACES} if is_known else {}
        found[name, "desk"] = findings(page, but, **rules)
        if name == "campaign":
            page.emulate_media(color_scheme="dark")
            found[name, "dark"] = findings(page, runOnly=axe.COLOURS)
            page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 640})
        wide += [name] if sideways(page) else []
        page.evaluate(LARGE_AND_OPEN)
        wide += [f"{name} at 200 %"] if sideways(page) else []

    assert {key: what for key, what in found.items() if what} == {}
    assert wide == []


def test_axe_finds_nothing_beside_errors_in_the_dark(site, page):
    page.emulate_media(color_scheme="dark")
    page.goto(site + make_petition(**ASKED).url_path())
    page.locator("form.petition-form").evaluate("form => { form.noValidate = true; form.submit() }")
    page.get_by_role("alert").wait_for()

    assert findings(page) == []


def test_everything_is_reached_and_signed_by_keyboard(site, page):
    page.goto(site + make_petition(**ASKED).url_path())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"

    order = []
    for _ in range(40):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.name || document.activeElement.type"))

    # Before the consent come the folded part (None) and the link to the letter ("").
    wanted = ["name", "email", "country", "postcode", "updates", None, "", "consent", "submit"]
    start = order.index("name")
    assert order[start : start + len(wanted)] == wanted
