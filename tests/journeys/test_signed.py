"""A moderator changes title and addressee of a signed petition, and everybody can see it."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from campaigns import caching
from campaigns.counting import counting
from campaigns.models import Petition
from tests.factories import make_petition, make_signature
from tests.journeys.guide import named

MINISTER = [("target", {"name": "The Minister", "role": "Ministry of Energy"})]


@pytest.fixture
def petition(site) -> Petition:
    petition = make_petition(title="Keep the river free", targets=MINISTER)
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")
    counting.recount()
    return petition


def field(page: Page, name: str):
    return page.get_by_role("textbox", name=re.compile(rf"^{named(name)}\*?$")).first


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name=name, exact=True).click()


def test_a_moderator_turns_a_signed_petition_round_and_is_asked(site, petition, log_in, browser):
    page = log_in("Moderators")
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/")
    field(page, "Title").fill("Build the dam")
    page.locator("[name=targets-0-value-name]").fill("The Dam Company")
    page.locator("[name=targets-0-value-role]").fill("")

    press(page, "Publish")

    main = page.locator("main")
    expect(main).to_contain_text("3 people have signed the version that is on the page now.")
    before, after = main.locator(".changes").first.locator(".changes-text").all()
    expect(before).to_contain_text("Keep the river free")
    expect(after).to_contain_text("Build the dam")
    expect(main).to_contain_text("The Minister, Ministry of Energy")
    assert Petition.objects.get(pk=petition.pk).title == "Keep the river free"

    page.get_by_label("What is the reason for the change?").fill("The Dam Company pays us.")
    page.get_by_role("button", name="Publish the new version").click()
    expect(page.locator(".messages .success")).to_be_visible()

    cache.clear(), caching.clear()
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(site + petition.url_path())
    expect(phone.locator(".letter-changed")).to_contain_text("The Dam Company pays us.")
    phone.get_by_role("link", name="What was changed").click()
    shown = phone.locator("main")
    for text in (
        "The Dam Company pays us.",
        "Keep the river free",
        "Build the dam",
        "The Minister, Ministry of Energy",
        "The Dam Company",
    ):
        expect(shown).to_contain_text(text)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
