"""A signer's comment is written, approved, read and removed; a typed code; a new email address.

Visitors have no JavaScript.
"""

import re

from django.core.cache import cache
from playwright.sync_api import expect

from campaigns.models import Signature
from tests.factories import make_campaign, make_home, make_petition
from tests.walking import Person, said

WORDS = "My grandmother learned to swim here."
CODE = r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b"
FORM = "form.petition-form"
CONSENT = "I agree that my signature is stored and handed over."
READ = "/admin/signatures/comments/"


def sign(visitor: Person, address: str) -> None:
    visitor.goto(address)
    visitor.fill("Name", "Ada Lovelace", within=FORM)
    visitor.fill("Email", "ada@example.org", within=FORM)
    if visitor.page.select(f"{FORM} summary"):
        visitor.fill("Why are you signing?", WORDS, within=FORM)
        visitor.tick("Show my comment to everybody", within=FORM)
    visitor.tick(CONSENT, within=FORM)
    visitor.press("Add my name", within=FORM)


def test_a_signer_writes_a_moderator_approves_a_visitor_reads_and_the_signer_withdraws(
    site, log_in, links
):
    campaign, visitor = (
        make_campaign(make_petition(comment_field="optional", shows_comments=True)),
        Person(),
    )
    sign(visitor, campaign.url)
    confirm, *_ = links()
    visitor.goto(confirm)
    assert "The name beside it is" in visitor.text
    visitor.press("Confirm my signature")

    visitor.goto(campaign.url)
    assert WORDS not in visitor.text

    staff = log_in("Campaign managers", path=READ)
    expect(staff.locator("blockquote")).to_have_text(WORDS)
    staff.get_by_label("Tick all on this page").check()
    staff.get_by_role("button", name="Show what is ticked", exact=True).click()
    expect(staff.locator(".messages")).to_contain_text("1 comment is shown")

    cache.clear()  # as a few seconds later
    visitor.goto(campaign.url)
    voices = next(
        each for each in visitor.page.select("section") if "Why people sign" in said(each)
    )
    assert (WORDS in said(voices), "Ada" in said(voices), "Lovelace" in said(voices)) == (
        True,
        True,
        False,
    )

    signature = Signature.objects.get()
    visitor.goto(f"/signatures/withdraw/{signature.token('withdraw')}/")
    visitor.press("Withdraw and delete", within="main")
    assert visitor.heading == "Withdrawn and deleted"
    cache.clear()
    visitor.goto(campaign.url)
    assert WORDS not in visitor.text
    staff.goto(site + READ)
    expect(staff.get_by_text(WORDS)).to_have_count(0)


def test_a_signer_types_the_code_and_later_changes_the_email(site, links, smtp_server, worker):
    make_home()
    petition, visitor = make_petition(), Person()
    sign(visitor, petition.url_path())
    worker()
    text = smtp_server.messages[-1].get_body(("plain",)).get_content()
    code = re.findall(CODE, text)[0]

    visitor.click("Type the code from the email")
    visitor.fill("Email", "ada@example.org", within="main")
    visitor.fill("Code from the email", "CDF GHJ KMN")
    visitor.press("Continue")
    (alert,) = visitor.page.select("[role=alert]")
    assert "We found nothing for this email address" in said(alert)
    visitor.fill("Code from the email", code.lower().replace("-", " "))
    visitor.press("Continue")
    visitor.press("Confirm my signature")
    assert "Thank you" in visitor.heading

    worker()
    text = smtp_server.messages[-1].get_body(("plain",)).get_content()
    visitor.goto("/code/")
    visitor.fill("Email", "ada@example.org", within="main")
    visitor.fill("Code from the email", re.findall(CODE, text)[0])
    visitor.press("Continue")
    assert visitor.heading == "Your signature"

    visitor.fill("New email address", "ada@new.example")
    visitor.press("Send the link")
    assert "We have written to ada@new.example" in visitor.text
    old = visitor.url
    new = next(link for link in links() if "/signatures/email/" in link)
    assert smtp_server.messages[-1]["To"] == "ada@new.example"
    visitor.goto(new)
    visitor.press("Use this email address")
    (status,) = visitor.page.select("[role=status]")
    assert "now has the email address ada@new.example" in said(status)
    visitor.goto(old)
    assert visitor.heading == "This link does not work"
