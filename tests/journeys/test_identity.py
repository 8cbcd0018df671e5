"""An administrator chooses the colours of the organisation and sees the site follow."""

from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from home.models import Identity
from tests import axe
from tests.factories import make_campaign
from tests.journeys.conftest import admit


def test_the_sample_follows_the_picker_and_the_text_box(site: str, page: Page):
    campaign = make_campaign()
    admit(page, site, User.objects.create_superuser("root"))
    page.goto(f"{site}/admin/settings/home/identity/")
    area = page.frame_locator('iframe[data-scheme="dark"]').locator(".flood").first

    derived, told = page.locator(".look-sample__said"), page.locator(".look-sample [aria-live]")
    expect(derived).not_to_be_empty()
    expect(told).to_have_text("")

    page.locator("#id_colour").fill("0B5D3B")
    expect(area).to_have_css("background-color", "rgb(11, 93, 59)")
    expect(page.get_by_label("Colour: Choose this colour", exact=True)).to_have_value("#0b5d3b")
    expect(derived).to_contain_text("#0b5d3b")
    expect(told).to_have_text("The sample has changed.")

    page.get_by_label("Second colour: Choose this colour").fill("#ff8800")
    # axe checks both frames, and would complain about one that is still loading.
    for scheme in ("light", "dark"):
        sample = page.frame_locator(f'iframe[data-scheme="{scheme}"]').locator(".flood").first
        expect(sample.locator(".button")).to_have_css("background-color", "rgb(255, 136, 0)")
    # The menu is the same on all screens, and looked at in test_cms_screens.py.
    assert axe.findings(page, {"exclude": [["#wagtail-sidebar"]]}) == []

    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()

    saved = Identity.objects.get()
    assert (saved.colour, saved.second_colour) == ("#0b5d3b", "#ff8800")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/_util/look/?scheme=light")
    assert axe.findings(page, runOnly=axe.COLOURS) == []
    page.context.clear_cookies()
    page.goto(f"{site}{campaign.url}")
    assert axe.findings(page, runOnly=axe.COLOURS) == []
    shown = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--drop')")
    assert "#ff8800" in shown
