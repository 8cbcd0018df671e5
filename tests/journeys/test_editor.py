"""An editor composes the page this house was conceived from, and sees it through to victory."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from campaigns.models import CampaignPage, CustomImage, Petition, State
from home.demo import pictures
from tests.factories import make_campaign, make_petition
from tests.journeys.conftest import PASSWORD

LAWS = ["severely limit freedom of assembly", "widen what counts as treason"]
DEMANDS = ["make libel a crime again", "restrict public protests"]


@pytest.fixture
def index(site):
    """Where campaigns go; one other is open already."""
    return make_campaign(make_petition(title="River"), title="The last free river").get_parent()


def block(page: Page, name: str) -> None:
    """Add a block at the end of the story."""
    page.locator("#panel-child-content-body-content .c-sf-add-button").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def compose(page: Page, site: str, index) -> None:
    page.goto(f"{site}/admin/pages/add/campaigns/campaignpage/{index.pk}/")
    page.get_by_role("textbox", name="Title*").fill("Protect freedom of expression")
    page.get_by_role("textbox", name="Date*").fill("2013-08-30")
    page.get_by_role("button", name="Choose petition").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="New petition").click()
    modal.get_by_label("Title").fill("Freedom of expression in Russia")
    modal.get_by_label("Ask").fill("Call on the President to repeal these laws.")
    modal.get_by_label("Addressed to").fill("The President of Russia")
    modal.get_by_role("button", name="Create draft").click()
    expect(page.get_by_text("Freedom of expression in Russia").first).to_be_visible()
    expect(modal).to_have_count(0)


def illustrate(page: Page, picture: str) -> None:
    block(page, "Captioned image")
    page.get_by_role("button", name="Choose an image").first.click()
    modal = page.locator(".modal")
    modal.get_by_role("tab", name="Upload").click()
    image = {"name": "square.jpg", "mimeType": "image/jpeg", "buffer": pictures.draw(picture)}
    modal.locator("input[type=file]").set_input_files(image)
    modal.get_by_label("Title").fill("The square")
    modal.get_by_label("Description").fill("Police in a line before a church, in snow.")
    modal.get_by_label("Credit").fill("© Agency/Photographer")
    modal.get_by_role("button", name="Upload").click()
    expect(modal).to_have_count(0)
    page.get_by_label("Caption").last.fill("A line of police at the march.")


def tell(page: Page) -> None:
    block(page, "Text")
    text = page.locator("[contenteditable=true]").last
    text.click()
    page.keyboard.type("Since his return he has introduced laws that:")
    page.keyboard.press("Enter")
    page.keyboard.type("* ")
    for law in LAWS:
        page.keyboard.type(law)
        page.keyboard.press("Enter")
    # The editor hands over what is typed after a pause, as people make one.
    expect(page.locator("input[name=body-1-value]")).to_have_value(re.compile(LAWS[-1]))


def save_draft(page: Page) -> None:
    # The CMS saves by itself as well: a new page is made once, then edited.
    page.wait_for_url("**/edit/**")
    expect(page.get_by_text("Saving…")).to_be_hidden()
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    expect(page.locator(".messages .success")).to_be_visible()


def write_letter(page: Page, site: str) -> None:
    petition = Petition.objects.get(title="Freedom of expression in Russia")
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/")
    page.get_by_role("textbox", name="Salutation").fill("Dear Mr President,")
    page.get_by_role("textbox", name="Opening").fill("I call on you to repeal the laws that:")
    for demand in DEMANDS:
        add = page.locator("#panel-child-letter-the_letter-content .c-sf-add-button").last
        add.click()
        page.get_by_label("Demand", exact=True).last.fill(demand)
    page.get_by_role("textbox", name="Close", exact=True).fill("Uphold these freedoms.")
    save_draft(page)


def submit(page: Page) -> None:
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Moderators approval").click()
    expect(page.locator(".messages .success")).to_be_visible()


def approve(moderator: Page, site: str, title: str, action: str) -> None:
    """As the moderator finds it: on the start page, under what awaits a review."""
    moderator.goto(f"{site}/admin/")
    moderator.get_by_role("link", name=title).first.click()
    moderator.get_by_role("button", name="More actions").click()
    moderator.get_by_role("button", name=action, exact=True).click()
    expect(moderator.locator(".messages .success")).to_be_visible()


def post_update(page: Page, site: str, campaign: CampaignPage) -> None:
    page.goto(f"{site}/admin/pages/{campaign.pk}/edit/")
    page.locator("#panel-child-content-updates-content .c-sf-add-button").last.click()
    page.locator("[name=updates-0-value-day]").fill("2013-10-01")
    page.locator("[name=updates-0-value-heading]").fill("The letter is on his desk")
    page.keyboard.press("Tab")
    save_draft(page)
    submit(page)


def act(page: Page, site: str, campaign: CampaignPage, verb: str) -> None:
    """Press one of the buttons that act at once, and say yes."""
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{campaign.petition_id}/")
    page.get_by_role("link", name=verb).click()
    page.get_by_role("button", name=verb).click()
    expect(page.locator(".messages .success")).to_be_visible()


def read(browser: Browser, address: str) -> Page:
    """What a new visitor's phone shows: browser and site may keep the page for some seconds."""
    cache.clear()
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.set_default_timeout(10_000)
    phone.goto(address)
    return phone


def test_the_seeds_page_from_the_first_word_to_victory(
    site, index, log_in, browser: Browser, links, worker
):
    page = log_in("Editors")
    compose(page, site, index)
    illustrate(page, "square")
    tell(page)
    block(page, "Petition")
    save_draft(page)
    write_letter(page, site)
    campaign = CampaignPage.objects.get(title="Protect freedom of expression")
    assert (campaign.live, campaign.petition.state) == (False, State.DRAFT)

    page.goto(f"{site}/admin/pages/{campaign.pk}/edit/")
    submit(page)
    moderator = enter(browser, site, "Moderators")
    approve(moderator, site, campaign.title, "Approve, and publish its petition")

    campaign.refresh_from_db()
    visitor = read(browser, site + campaign.url)
    story = visitor.locator("main")
    for words in (
        "30 August 2013",
        "A line of police at the march.",
        "© Agency/Photographer",
        LAWS[1],
        "Dear Mr President,",
        DEMANDS[0],
        "Actions taken",
    ):
        expect(story).to_contain_text(words)
    expect(visitor.get_by_alt_text("Police in a line before a church, in snow.")).to_be_visible()
    assert visitor.locator("form.petition-form").count() == 1
    assert CustomImage.objects.get(title="The square").credit == "© Agency/Photographer"

    visitor.get_by_label("Name", exact=True).fill("Ada Lovelace")
    visitor.get_by_label("Email", exact=True).fill("ada@example.org")
    visitor.get_by_label("I sign this letter").check()
    visitor.locator("form.petition-form").get_by_role("button").last.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("One click left")
    visitor.goto(links()[0])
    visitor.get_by_role("button", name="Add my name").click()
    expect(visitor).to_have_url(re.compile("/thanks/$"))

    worker()
    post_update(page, site, campaign)
    approve(moderator, site, campaign.title, "Approve and Publish")
    story = read(browser, site + campaign.url).locator("main")
    expect(story).to_contain_text("The letter is on his desk")
    expect(story.locator("[data-count]").first).to_have_text("1")

    act(page, site, campaign, "Close now")
    visitor = read(browser, site + campaign.url)
    story = visitor.locator("main")
    expect(story).to_contain_text("takes no more signatures")
    expect(story).to_contain_text("by people like you")
    expect(story).to_contain_text("The last free river")
    assert visitor.locator("form.petition-form").count() == 0

    act(page, site, campaign, "Declare victory")
    story = read(browser, site + campaign.url).locator("main")
    expect(story).to_contain_text("We won. Thank you to everybody who signed.")


def enter(browser: Browser, site: str, group: str) -> Page:
    """Another member of staff, at another desk."""
    user = User.objects.create_user(group.lower(), password=PASSWORD)
    user.groups.add(Group.objects.get(name=group))
    page = browser.new_context().new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{site}/admin/login/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/admin/")
    return page
