"""A checklist beside the editor shows what is missing, and drops each item when it is there."""

from playwright.sync_api import expect

from tests.factories import make_campaign, make_petition


def test_an_editor_sees_what_a_campaign_lacks(log_in, site):
    campaign = make_campaign(make_petition(goal=100), listing_summary="")
    page = log_in("Editors")
    page.set_default_timeout(30_000)

    page.goto(f"{site}/admin/pages/{campaign.pk}/edit/")
    page.get_by_role("button", name="Toggle checks").click()

    found = page.locator("#form-side-checks, [data-side-panel='checks']").first
    expect(found).to_contain_text("There is no lead", timeout=30_000)
    expect(found).to_contain_text("These notes are only advice: none of them stops you, except")
    expect(found).to_contain_text("The letter is addressed to nobody")
    expect(found).not_to_contain_text("There is no goal")
    note = page.locator("[data-content-checker-row]").filter(has_text="There is no lead")
    note.get_by_role("button").click()
    expect(page.get_by_role("textbox", name="Lead")).to_be_focused()
