"""An editor composes the page that this site was conceived from, and sees it become public.

She has nothing but docs/editors.md: she presses only controls that are named there.
"""

import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from playwright.sync_api import Browser, Locator, Page, expect
from wagtail.images.tests.utils import get_test_image_file_jpeg

from campaigns.models import CampaignPage, CustomImage, State
from campaigns.petitions import publishing
from tests.factories import make_campaign, make_petition
from tests.journeys.guide import named
from tests.journeys.test_cms_policy import refused

__all__ = ["refused"]  # the fixture

TITLE = "Protect freedom of expression"
LAWS = [
    "severely limit freedom of assembly",
    "stigmatise the LGBTI community",
    "make it a crime to insult the feelings of believers",
    "widen what counts as treason",
]
DEMANDS = ["make libel a crime again", "restrict public protests", "name people foreign agents"]
LAST = "All of these laws must be repealed."


@pytest.fixture
def home_page(site) -> None:
    """A home page with the index of campaigns, in which one campaign is open already."""
    make_campaign(make_petition(title="River"), title="The last free river")


def press(part: Page | Locator, name: str, *, role: str = "button") -> None:
    """Press the control of exactly this name, which the guide must contain, too."""
    part.get_by_role(role, name=named(name), exact=True).first.click()


def field(part: Page | Locator, name: str) -> Locator:
    return part.get_by_role("textbox", name=re.compile(rf"^{named(name)}\*?$")).last


def begin(page: Page) -> None:
    """1. Begin the page."""
    press(page, "Pages")
    page.locator(".c-page-explorer__item__link").filter(has_text="Home").click()
    page.get_by_role("link", name=f"Explore child pages of '{named('Campaigns')}'").click()
    page.get_by_role("link", name="Add child page").first.click()
    field(page, "Title").fill(TITLE)
    field(page, "Date").fill("2013-08-30")


def add(page: Page, block: str) -> None:
    """Add a block at the end of the story."""
    story = page.get_by_role("region", name=named("Story"))
    story.get_by_role("button", name="Insert a block").last.click()
    press(page, block, role="option")


def illustrate(page: Page) -> None:
    add(page, "Captioned image")
    press(page.get_by_role("region", name=named("Story")), "Choose an image")
    modal = page.locator(".modal")
    press(modal, "Upload", role="tab")
    image = get_test_image_file_jpeg(size=(400, 250)).file.getvalue()
    file = {"name": "square.jpg", "mimeType": "image/jpeg", "buffer": image}
    modal.locator("input[type=file]").set_input_files(file)
    expect(field(modal, "Title")).to_have_value("square")  # Wagtail's script takes the file's name
    field(modal, "Title").fill("The square")
    field(modal, "Description").fill("Police in a line before a church, in snow.")
    field(modal, "Credit").fill("© Agency/Photographer")
    press(modal, "Upload")
    expect(modal).to_have_count(0)
    field(page, "Caption").fill("A line of police at the march.")


def tell(page: Page) -> None:
    """2. Tell the story. Save at once after the last letter: nothing may be lost."""
    illustrate(page)
    add(page, "Petition")
    add(page, "Text")
    text = page.locator("[contenteditable=true]").last
    text.click()
    expect(text).to_be_focused()
    page.keyboard.type("Since his return he has introduced laws that:")
    page.keyboard.press("Enter")
    page.keyboard.type("* ")
    for law in LAWS:
        page.keyboard.type(law)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # ends the list
    page.keyboard.type(LAST)
    expect(text).to_contain_text(LAST)
    save_draft(page)


def post_update(page: Page) -> None:
    updates = page.get_by_role("region", name=named("Updates"))
    updates.get_by_role("button", name="Insert a block").last.click()
    page.locator("[name=updates-0-value-day]").fill("2013-10-01")
    page.locator("[name=updates-0-value-heading]").fill("The letter is on his desk")
    page.keyboard.press("Tab")
    # The calendar opens a moment after the input is entered, and may then cover the button.
    page.evaluate("jQuery('.xdsoft_datetimepicker').remove()")


def save_draft(page: Page) -> None:
    with page.expect_event("load"):  # an earlier message is shown until then
        press(page, "Save draft")
    expect(page.locator(".messages .success")).to_be_visible()


def summarise(page: Page) -> None:
    field(page, "Lead").fill("Laws in Russia silence people.")


def write_letter(page: Page) -> None:
    """3. Write the letter, below the story."""
    press(page, "Content", role="tab")
    field(page, "Ask").fill("Call on the President to repeal these laws.")
    targets = page.get_by_role("region", name=named("Addressed to"))
    targets.get_by_role("button", name="Insert a block").click()
    targets.get_by_label("Name").fill("The President of Russia")
    field(page, "Salutation").fill("Dear Mr President,")
    field(page, "Opening").fill("I call on you to repeal the laws that:")
    letter = page.get_by_role("region", name="The letter")
    expect(letter.get_by_text(named("Demands"), exact=True)).to_be_visible()
    letter.get_by_role("button", name="Insert a block").click()
    expect(letter.get_by_label("Demand", exact=True)).to_be_focused()
    for number, demand in enumerate(DEMANDS):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(demand)
    field(page, "Close").fill("Uphold these freedoms.")


def submit(page: Page) -> None:
    """7. Publish: she finds the page on the dashboard, among her most recent edits."""
    page.get_by_role("link", name="Dashboard").click()
    recent = page.get_by_role("region", name=named("Your most recent edits"))
    with page.expect_event("load"):
        recent.get_by_role("link", name=TITLE).click()
    # The story is in its editor, where the script has put it.
    expect(page.locator(".public-DraftEditor-content").first).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    press(page, "Submit for moderation")
    expect(page.locator(".messages .success")).to_be_visible()


def read(browser: Browser, address: str) -> Page:
    """Open the page on a new visitor's phone: browser and site cache pages for a few seconds."""
    cache.clear()
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.set_default_timeout(30_000)
    phone.goto(address)
    return phone


def test_the_seeds_page_from_the_first_word_until_it_is_public(
    site, home_page, log_in, browser: Browser, refused
):
    """Moderators approve a page in test_beginning.py."""
    page = log_in("Editors", path="/admin/")
    begin(page)
    tell(page)
    summarise(page)
    write_letter(page)
    post_update(page)
    save_draft(page)
    campaign = CampaignPage.objects.get(title=TITLE)
    assert (campaign.live, campaign.petition.state) == (False, State.DRAFT)

    submit(page)
    campaign.refresh_from_db()
    assert campaign.workflow_in_progress
    publishing.publish_with(campaign, [campaign.petition], by=User.objects.get())
    assert refused == []

    campaign.refresh_from_db()
    visitor = read(browser, site + campaign.url)
    story = visitor.locator("main")
    for words in (
        "30 August 2013",
        "A line of police at the march.",
        "© Agency/Photographer",
        *LAWS,
        LAST,
        "Dear Mr President,",
        *DEMANDS,
        "Actions taken",
        "The letter is on his desk",
    ):
        expect(story).to_contain_text(words)
    expect(visitor.get_by_alt_text("Police in a line before a church, in snow.")).to_be_visible()
    assert visitor.locator("form.petition-form").count() == 1
    assert CustomImage.objects.get(title="The square").credit == "© Agency/Photographer"
