"""A visitor reads, signs, confirms and may withdraw."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from campaigns.counting import ledger
from campaigns.models import Signature
from campaigns.signing import typos
from tests.campaigns.signing.test_typos import MEANT, RIGHT
from tests.factories import make_campaign, make_petition, make_signature, make_translation
from tests.walking import HOST, Person, said

FORM = "form.petition-form"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(request, browser: Browser) -> Page:
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def fill(page: Page, name: str = "Ada Lovelace", email: str = "ada@example.org") -> None:
    form = page.locator("form.petition-form")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Email", exact=True).fill(email)
    form.get_by_label("I agree").check()
    form.get_by_role("button").click()


def test_signing_and_confirming_on_a_phone(site, page, links, worker):
    """The signer errs first, and withdraws in the end."""
    campaign, phone = make_campaign(make_petition(goal=10), title="The last free river"), page

    phone.set_viewport_size(PHONE)
    phone.goto(site + campaign.url)
    a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(phone)
    phone.get_by_role("link", name="Back to the story").click()
    expect(phone).to_have_url(site + campaign.url)
    fill(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("One click left")

    confirm, *_ = links()
    phone.goto(confirm)
    expect(phone.locator("main")).to_contain_text("Ada Lovelace")
    phone.get_by_role("button", name="Confirm my signature").click()
    expect(phone).to_have_url(re.compile(f"{site}/petitions/keep-the-river-free/thanks/n1-"))
    expect(phone.locator(".thanks-number")).to_contain_text(re.compile(r"You are number\s+1"))

    withdraw = next(address for address in links() if "/withdraw/" in address)
    phone.goto(site + campaign.url)
    expect(phone.locator("main")).to_contain_text("Actions taken")
    assert phone.request.get(f"{site}/petitions/keep-the-river-free/count.json").json() == {
        "count": 1,
        "goal": 10,
        "state": "open",
    }

    phone.goto(withdraw)
    assert Signature.objects.count() == 1
    phone.locator("main").get_by_role("button").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Withdrawn and deleted")
    assert Signature.objects.count() == 0


def a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(phone: Page) -> None:
    fill(phone, name="www.ada.example")

    expect(phone.get_by_role("alert")).to_contain_text("without a link")
    expect(phone.get_by_label("Email", exact=True)).to_have_value("ada@example.org")
    expect(phone.get_by_label("Name")).to_have_attribute("aria-invalid", "true")


def test_signing_and_confirming_need_no_javascript(links):
    campaign, visitor = make_campaign(make_petition(goal=10), title="The last free river"), Person()

    visitor.goto(campaign.url)
    sign(visitor, name="www.ada.example")
    assert "without a link" in said(visitor.page.select_one("[role=alert]"))
    assert visitor.field("Email", within=FORM)["value"] == "ada@example.org"
    assert visitor.field("Name", within=FORM)["aria-invalid"] == "true"
    visitor.click("Back to the story")
    assert visitor.url == f"{HOST}{campaign.url}"
    sign(visitor)
    assert visitor.heading == "One click left"

    confirm, *_ = links()
    visitor.goto(confirm)
    assert "Ada Lovelace" in visitor.text
    visitor.press("Confirm my signature")
    assert visitor.url.startswith(f"{HOST}/petitions/keep-the-river-free/thanks/n1-")
    assert "You are number 1" in said(visitor.page.select_one(".thanks-number"))

    visitor.goto(next(address for address in links() if "/withdraw/" in address))
    assert Signature.objects.count() == 1
    visitor.press("Withdraw and delete")
    assert visitor.heading == "Withdrawn and deleted"
    assert Signature.objects.count() == 0


def sign(visitor: Person, name: str = "Ada Lovelace") -> None:
    visitor.fill("Name", name, within=FORM)
    visitor.fill("Email", "ada@example.org", within=FORM)
    visitor.tick("I agree", within=FORM)
    visitor.press("Add my name", within=FORM)


# Whether the element is on the screen, and nothing covers it.
IS_WHOLE = """element => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const points = [[left + 4, top + 4], [right - 4, bottom - 4], [(left + right) / 2, top + 4]];
    return top >= 0 && bottom <= innerHeight && points.every(([x, y]) =>
        element.contains(document.elementFromPoint(x, y)));
}"""
# What has focus, unless all of it can be seen.
HIDDEN_FOCUS = f"""() => [document.activeElement]
    .filter((element) => element !== document.body && !({IS_WHOLE})(element))
    .map((element) => element.outerHTML.slice(0, 80))"""


def test_the_way_to_the_form_is_on_the_first_screen(site, phone):
    text, petition = ("text", "<p>" + "A long story. " * 400 + "</p>"), ("petition", {})
    summary = "A wall is to close the gorge. Behind it, one of the last rivers would become a lake."
    found = {}

    for first, body in (("petition", [petition, text]), ("story", [text, petition])):
        signed = make_petition(goal=10, slug=first)
        campaign = make_campaign(signed, slug=first, body=body, listing_summary=summary)
        phone.goto(site + campaign.url)
        for width, height in ((390, 844), (390, 664), (320, 568), (667, 375)):
            phone.set_viewport_size({"width": width, "height": height})
            phone.wait_for_timeout(100)  # the bar follows what is in view
            found[first, width, height] = phone.get_by_label("Name").evaluate(IS_WHOLE)
        if first == "petition":
            the_form_begins_on_the_first_screen_above_the_letter(phone)
            phone.goto(site + signed.get_absolute_url())
            the_form_begins_on_the_first_screen_above_the_letter(phone)

    assert [where for where, is_whole in found.items() if not is_whole] == []


def the_form_begins_on_the_first_screen_above_the_letter(phone: Page) -> None:
    phone.set_viewport_size(PHONE)
    form, letter = (phone.locator(each) for each in ("form.petition-form", ".letter"))
    assert form.bounding_box()["y"] < PHONE["height"], phone.url
    assert letter.bounding_box()["y"] > form.bounding_box()["y"], phone.url


def test_nothing_that_has_focus_is_under_the_bar_which_leads_to_the_form(site, page):
    """WCAG 2.4.11, with nothing at all hidden (2.4.12). Without JavaScript there is no bar."""
    links = "<p>" + '<a href="/news/">A link</a> and some words around it. ' * 30 + "</p>"
    campaign = make_campaign(body=[("text", links), ("petition", {}), ("text", links)])
    page.set_viewport_size({"width": 390, "height": 664})
    page.goto(site + campaign.url)

    hidden = []
    for _ in range(90):
        page.keyboard.press("Tab")
        hidden += page.evaluate(HIDDEN_FOCUS)
    assert hidden == []

    page.locator(".site-foot").scroll_into_view_if_needed()
    page.locator(".bar a").click()
    expect(page.get_by_label("Name")).to_be_in_viewport()


# Press twice, after Playwright has stopped waiting for the page that the first press requests.
PRESS_TWICE = """form => {
    for (const time of [100, 500]) setTimeout(() => form.querySelector(".button").click(), time);
    // What a screen reader says meanwhile.
    const told = form.querySelector("[data-sending-told]");
    setTimeout(() => { sessionStorage.told = told.textContent; }, 700);
}"""


def test_who_presses_twice_on_a_slow_network_sends_once_and_may_come_back(site, page):
    sent: list[Route] = []
    page.goto(site + make_petition(comment_field="optional", shows_comments=True).url_path())
    form = page.locator("form.petition-form")
    form.get_by_label("Name", exact=True).fill("Ada Lovelace")
    form.get_by_text("Say more, if you like").click()
    form.get_by_label("Show my comment").check()
    page.goto(site)
    page.go_back()
    # What the browser has ticked again is not folded away.
    expect(form.get_by_label("Show my comment")).to_be_checked()
    expect(form.get_by_label("Show my comment")).to_be_visible()
    form.get_by_label("Email", exact=True).fill("ada@example.org")
    form.get_by_label("I agree").check()
    page.route("**/sign/", lambda route: sent.append(route))

    form.evaluate(PRESS_TWICE)
    page.wait_for_timeout(1500)
    assert len(sent) == 1
    sent[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")
    assert page.evaluate("sessionStorage.told") == "Your signature is being sent."

    page.go_back()
    expect(form.get_by_label("Name", exact=True)).to_have_value("Ada Lovelace")
    page.unroute("**/sign/")
    form.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")


def test_after_a_mistake_focus_is_on_what_is_wrong(site, page):
    signature = make_signature(make_petition())

    page.goto(f"{site}/code/")
    page.get_by_label("Email", exact=True).fill("ada@example.org")
    page.get_by_label("Code").fill("wrong")
    page.get_by_role("button", name="Continue").click()

    expect(page.locator(".error-summary")).to_be_focused()

    page.goto(f"{site}/signatures/manage/{signature.token('manage')}/")
    page.get_by_label("New email address").fill("no@where")
    page.get_by_role("button", name="Send the link").click()

    expect(page.locator("form[action*=email] .error-summary")).to_be_focused()
    page.get_by_role("link", name="New email address").click()
    expect(page.get_by_label("New email address")).to_be_focused()
    # The label and the error stand above the field.
    expect(page.locator(".field-new_email label")).to_be_in_viewport()
    expect(page.locator(".field-new_email .errorlist")).to_be_in_viewport()


def test_a_mistyped_email_is_put_right_with_one_touch_and_nothing_else_is_asked(site, page):
    page.goto(site + make_petition().url_path())
    email = page.get_by_label("Email", exact=True)
    asked, told = page.locator(".field-meant"), page.locator(".field-email [aria-live]")

    email.press_sequentially("ada@gmial.com")
    expect(asked).to_have_text("Did you mean ada@gmail.com?")
    expect(told).to_have_text("Did you mean ada@gmail.com?")
    expect(told.locator("*")).to_have_count(0)
    asked.get_by_role("button").click()

    expect(email).to_have_value("ada@gmail.com")
    expect(email).to_be_focused()
    expect(asked).to_be_empty()
    page.get_by_label("Name").focus()
    email.fill("ada@example.org")
    page.wait_for_timeout(1000)
    expect(asked).to_be_empty()

    # On the way to a good email nothing is asked.
    email.fill("")
    email.press_sequentially("ada@gmail.co")
    page.wait_for_timeout(1000)
    expect(asked).to_be_empty()
    page.get_by_label("Name").focus()

    expect(asked).to_have_text("Did you mean ada@gmail.com?")
    what_the_page_asks_is_what_the_server_asks(page)

    # Whoever does not answer signs all the same.
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Add my name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")


def what_the_page_asks_is_what_the_server_asks(page: Page) -> None:
    typed = [*MEANT, *RIGHT, *(f"ada@{domain}" for domain in typos.DOMAINS)]

    answers = page.evaluate(
        """async typed => {
            const { meant } = await import(document.querySelector("script[src*=meant]").src);
            const { domains } = document.querySelector("[data-domains]").dataset;
            return typed.map(email => meant(email, domains.split(" ")));
        }""",
        typed,
    )

    assert answers == [typos.meant(email) for email in typed]


def test_the_count_on_an_open_page_follows_by_itself(site, page, worker):
    petition = make_translation(make_petition(), "es")
    ledger.enter(petition, kind="paper", number=12_000, reason="Counted.", by=None)
    worker()
    page.clock.install()
    page.goto(site + petition.url_path())
    count = page.locator("[data-count]").first
    expect(count).to_have_text("12 000")

    make_signature(petition)
    worker()
    page.clock.run_for(15_000)

    expect(count).to_have_text("12 001")  # and not 12.001, as browsers have it
