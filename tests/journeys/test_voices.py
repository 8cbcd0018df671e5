"""A signer's comment is written, approved, read and removed; a typed code; a new email address."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Signature
from tests.factories import make_campaign, make_home, make_petition

WORDS = "My grandmother learned to swim here."
CODE = r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b"


@pytest.fixture
def phone(browser: Browser) -> Page:
    """A small screen, without JavaScript."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sign(page: Page, address: str) -> None:
    page.goto(address)
    form = page.locator("form.petition-form")
    form.get_by_label("Name", exact=True).fill("Ada Lovelace")
    form.get_by_label("Email", exact=True).fill("ada@example.org")
    if form.locator("summary").count():
        form.locator("summary").click()
        form.get_by_label("Why are you signing?").fill(WORDS)
        form.get_by_label("Show my comment to everybody").check()
    form.get_by_label("I agree").check()
    form.locator("button").click()


def visit(page: Page, address: str) -> None:
    """Open a page as a few seconds later: neither the browser nor the site shows a cached copy."""
    page.goto(address)
    cache.clear()
    page.reload()


def test_a_signer_writes_a_moderator_approves_a_visitor_reads_and_the_signer_withdraws(
    site, phone, log_in, links
):
    campaign = make_campaign(make_petition(comment_field="optional", shows_comments=True))
    story = site + campaign.url
    sign(phone, story)
    confirm, *_ = links()
    phone.goto(confirm)
    expect(phone.locator("main")).to_contain_text("The name beside it is")
    phone.get_by_role("button", name="Confirm my signature").click()

    phone.goto(story)
    expect(phone.get_by_text(WORDS)).to_have_count(0)

    staff = log_in("Campaign managers", path="/admin/")
    staff.get_by_role("link", name="Read and decide").click()
    expect(staff.locator("blockquote")).to_have_text(WORDS)
    staff.get_by_label("Tick all on this page").check()
    staff.get_by_role("button", name="Show what is ticked", exact=True).click()
    expect(staff.locator(".messages")).to_contain_text("1 comment is shown")

    visit(phone, story)
    voices = phone.get_by_role("region", name="Why people sign")
    expect(voices).to_contain_text(WORDS)
    expect(voices).to_contain_text("Ada")
    expect(voices).not_to_contain_text("Lovelace")

    signature = Signature.objects.get()
    phone.goto(f"{site}/signatures/withdraw/{signature.token('withdraw')}/")
    phone.locator("main").get_by_role("button").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Withdrawn and deleted")
    visit(phone, story)
    expect(phone.get_by_text(WORDS)).to_have_count(0)
    staff.reload()
    expect(staff.get_by_text(WORDS)).to_have_count(0)


def test_a_signer_types_the_code_and_later_changes_the_email_without_javascript(
    site, phone, links, smtp_server, worker
):
    make_home()
    petition = make_petition()
    sign(phone, site + petition.url_path())
    worker()
    text = smtp_server.messages[-1].get_body(("plain",)).get_content()
    code = re.findall(CODE, text)[0]

    phone.get_by_role("link", name="Type the code from the email").click()
    phone.get_by_label("Email", exact=True).fill("ada@example.org")
    phone.get_by_label("Code from the email").fill("CDF GHJ KMN")
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("alert")).to_contain_text("We found nothing for this email address")
    phone.get_by_label("Code from the email").fill(code.lower().replace("-", " "))
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Confirm my signature").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Thank you")

    worker()
    text = smtp_server.messages[-1].get_body(("plain",)).get_content()
    phone.goto(f"{site}/code/")
    phone.get_by_label("Email", exact=True).fill("ada@example.org")
    phone.get_by_label("Code from the email").fill(re.findall(CODE, text)[0])
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your signature")

    phone.get_by_label("New email address").fill("ada@new.example")
    phone.get_by_role("button", name="Send the link").click()
    expect(phone.locator("main")).to_contain_text("We have written to ada@new.example")
    old = phone.url
    new = next(link for link in links() if "/signatures/email/" in link)
    assert smtp_server.messages[-1]["To"] == "ada@new.example"
    phone.goto(new)
    phone.get_by_role("button", name="Use this email address").click()
    expect(phone.get_by_role("status")).to_contain_text("now has the email address ada@new.example")
    phone.goto(old)
    expect(phone.get_by_role("heading", level=1)).to_have_text("This link does not work")
