"""The proof of work in a real browser: nobody notices it, and it keeps nobody out."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from campaigns.models import Signature, SpentProof
from campaigns.moderation import proof_of_work
from campaigns.petitions import immediate_actions
from tests.factories import make_campaign, make_petition
from tests.journeys.test_visitor import fill
from tests.walking import Person, said

THANKED = re.compile("check-your-email")


@pytest.fixture
def campaign(monkeypatch):
    monkeypatch.setattr(proof_of_work, "COST", 20)
    petition = make_petition()
    immediate_actions.ask_for_proof(petition, by=None)
    return make_campaign(petition)


def decisions() -> list[tuple[str, str]]:
    return list(Signature.objects.values_list("moderation", "moderation_reason"))


def test_the_device_does_it_in_the_background_and_the_keyboard_is_enough(
    site, page: Page, campaign
):
    refused: list[str] = []
    page.on(
        "console", lambda message: refused.append(message.text) if message.type == "error" else None
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(site + campaign.url)
    page.get_by_label("Name").focus()
    page.keyboard.type("Ada Lovelace")
    page.keyboard.press("Tab")
    page.keyboard.type("ada@example.org")
    page.get_by_label("I agree").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(THANKED)

    assert decisions() == [("", "")]
    assert SpentProof.objects.count() == 1
    assert refused == []
    assert {address for address in asked if not address.startswith((site, "blob:"))} == set()


def test_where_it_fails_the_signature_waits_for_the_confirmation(site, page: Page, campaign):
    page.route("**/challenge.json*", lambda route: route.abort())

    page.goto(site + campaign.url)
    fill(page)
    expect(page).to_have_url(THANKED)

    assert decisions() == [("quarantined", "proof")]


def test_a_phone_whose_browser_cannot_send_the_form_by_script_presses_its_button(
    site, page: Page, campaign
):
    """Safari on iOS 15 has no requestSubmit(). At the form itself, Chrome before 89 calls what
    captures an event in its turn, and not first."""
    page.add_init_script("""
        delete HTMLFormElement.prototype.requestSubmit;
        HTMLFormElement.prototype.addEventListener = function (kind, listener, options) {
            const inTurn = { ...options, capture: false };
            EventTarget.prototype.addEventListener.call(this, kind, listener, inTurn);
        };
    """)
    page.route("**/challenge.json*", lambda route: route.abort())

    page.goto(site + campaign.url)
    fill(page)
    expect(page).to_have_url(THANKED)

    expect(page.locator("[data-typed-email]")).to_have_text("ada@example.org")
    assert decisions() == [("quarantined", "proof")]


def test_without_javascript_it_is_said_and_accepted(campaign):
    form, visitor = "form.petition-form", Person()

    visitor.goto(campaign.url)
    (note,) = visitor.page.select(f"{form} noscript p")
    assert "waits until you have confirmed it" in said(note)
    visitor.fill("Name", "Ada Lovelace", within=form)
    visitor.fill("Email", "ada@example.org", within=form)
    visitor.tick("I agree", within=form)
    visitor.press("Add my name", within=form)
    assert THANKED.search(visitor.url)

    assert decisions() == [("quarantined", "proof")]


def test_who_sends_at_once_waits_and_clicks_once(site, page: Page, campaign):
    """The challenge is slow; two clicks make one signature, with its proof."""
    held: list[Route] = []
    page.route("**/challenge.json*", lambda route: held.append(route))

    page.goto(site + campaign.url)
    fill(page)
    expect(page.locator("[aria-live]").filter(has_text="One moment")).to_be_visible()
    page.locator("form.petition-form").get_by_role("button").click()
    for route in held:
        route.continue_()
    expect(page).to_have_url(THANKED)

    assert decisions() == [("", "")]
    assert SpentProof.objects.count() == 1
