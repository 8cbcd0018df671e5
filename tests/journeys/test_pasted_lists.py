"""An editor pastes a list, written in another program as plain text, into the story."""

import re

import pytest
from playwright.sync_api import Page, expect

from campaigns.pages.campaign import CampaignPage
from tests.factories import make_campaign, make_petition

STORY = """Four laws have passed. Between them they

•    re-criminalise libel
•    restrict public protests
- name people “foreign agents”

12. May was the day.
What we ask:
1. Repeal them.
2) Free the prisoners.
"""


@pytest.fixture
def text(log_in, site) -> Page:
    """The form of a campaign whose story has one text, still empty."""
    campaign = make_campaign(make_petition(), body=[("text", "")], live=False)
    page = log_in("Editors")
    page.goto(f"{site}/admin/pages/{campaign.pk}/edit/")
    page.locator("[data-contentpath=body] [contenteditable=true]").click()
    return page


def paste(page: Page, **kinds: str) -> None:
    page.locator("[data-contentpath=body] [contenteditable=true]").evaluate(
        """(box, kinds) => {
            const clipboardData = new DataTransfer();
            for (const kind in kinds) clipboardData.setData(`text/${kind}`, kinds[kind]);
            const how = { clipboardData, bubbles: true, cancelable: true };
            box.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        kinds,
    )
    stored = page.locator("[data-contentpath=body] input[name=body-0-value]")
    expect(stored).to_have_value(re.compile(re.escape(kinds["plain"].split()[-1])))


def saved(page: Page) -> str:
    with page.expect_event("load"):
        page.get_by_role("button", name="Save draft").first.click()
    expect(page.locator(".messages .success")).to_be_visible()
    story = CampaignPage.objects.get().get_latest_revision_as_object().body
    html = story.raw_data[0]["value"]
    return re.sub(r' data-block-key="\w+"', "", html)


def test_a_list_pasted_as_plain_text_becomes_a_list(text):
    text.keyboard.type("Read on.")
    paste(text, plain=STORY)

    assert saved(text) == (
        "<p>Read on.Four laws have passed. Between them they</p>"
        "<ul><li>re-criminalise libel</li><li>restrict public protests</li>"
        "<li>name people “foreign agents”</li></ul>"
        "<p>12. May was the day.</p><p>What we ask:</p>"
        "<ol><li>Repeal them.</li><li>Free the prisoners.</li></ol>"
    )


@pytest.mark.parametrize("before", ["", "They"])
def test_a_list_alone_begins_with_its_first_item(text, before):
    text.keyboard.type(before)
    paste(text, plain="* re-criminalise libel\n* restrict protests")

    listed = "<ul><li>re-criminalise libel</li><li>restrict protests</li></ul>"
    assert saved(text) == (f"<p>{before}</p>" if before else "") + listed


def test_what_brings_its_own_formatting_keeps_it(text):
    paste(text, plain="- one\n- two", html="<p><b>- one</b></p><p>- two</p>")

    assert saved(text) == "<p><b>- one</b></p><p>- two</p>"


EMAIL = """<div dir="ltr">Dear all,<div><br></div><div>they have <b>decided</b>.</div>
<div><a href="https://example.org/law">Read it</a><br></div>
<ul><li><div>Repeal them.</div></li><li>Free the prisoners.</li></ul>
<blockquote class="gmail_quote"><div>Is it true?</div><div>It is.</div></blockquote>
<table><tbody><tr><td>2012</td><td>2013</td></tr><tr><td>one</td><td>two</td></tr></tbody></table>
</div>"""


def test_the_paragraphs_of_an_email_and_the_cells_of_a_table_stay_apart(text):
    text.keyboard.type("Read on: ")
    paste(text, plain="… two", html=EMAIL)

    assert saved(text) == (
        "<p>Read on: Dear all,</p><p>they have <b>decided</b>.</p>"
        '<p><a href="https://example.org/law">Read it</a></p>'
        "<ul><li>Repeal them.</li><li>Free the prisoners.</li></ul>"
        "<p>Is it true?</p><p>It is.</p><p>2012 2013</p><p>one two</p>"
    )


def test_what_is_pasted_and_saved_in_one_moment_is_saved(text):
    """Even if a busy machine handles the press of Save before everything else."""
    box = text.locator("[data-contentpath=body] [contenteditable=true]")
    with text.expect_event("load"):
        box.evaluate(
            """(box) => {
                const clipboardData = new DataTransfer();
                clipboardData.setData("text/plain", "All of it.");
                const how = { clipboardData, bubbles: true, cancelable: true };
                box.dispatchEvent(new ClipboardEvent("paste", how));
                setTimeout(() => {
                    const end = performance.now() + 600;
                    while (performance.now() < end);
                    document.querySelector("[data-edit-form] [type=submit]").click();
                }, 50);
            }"""
        )
    expect(text.locator(".messages .success")).to_be_visible()

    story = CampaignPage.objects.get().get_latest_revision_as_object().body
    assert "All of it." in story.raw_data[0]["value"]
