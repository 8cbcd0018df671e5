"""An editor composes, in few actions, the page that this site was conceived from.

She has nothing but docs/editors.md: she presses only controls that are named there.
"""

import re

from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from wagtail.images.tests.utils import get_test_image_file_jpeg

from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.models import CampaignPage, CustomImage
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.pages.test_approval import act
from tests.factories import make_campaign, make_petition
from tests.journeys.guide import named
from tests.journeys.test_cms_policy import refused

__all__ = ["refused"]  # the fixture

MOST_ACTIONS = 50
TITLE = "Putin: Protect Freedom of Expression"
LAWS = [
    "severely limit freedom of assembly",
    "stigmatise the LGBTI community",
    "criminalise insulting the feelings of believers",
    "broaden the definitions of treason and espionage",
]
STORY = "\n".join(
    [
        "In January this year a group of people had a snowball fight.",
        "",
        "Since Vladimir Putin returned to office he has introduced laws that:",
        "",
        *(f"  • {law}" for law in LAWS),
        "",
        "These provisions must be repealed.",
    ]
)
DEMANDS = [
    "re-criminalise libel",
    "restrict public protests",
    "broaden the legal definition of “treason” and espionage",
    "oblige NGO’s to register as foreign agents",
    "make “propaganda of non-traditional sexual relations among minors” an offence",
    "criminalise insulting the religious feelings of believers",
]
CLOSE = "We call on you to uphold the freedom of expression, association and assembly in Russia."
LETTER = "\n".join(
    [
        "Dear President Putin,",
        "",
        "Over the last two years, Russian authorities have passed a series of laws that restrict "
        "the rights to freedom of expression, association, and assembly.",
        "I call on you to repeal laws that:",
        "",
        *(f"•    {demand}    " for demand in DEMANDS),
        "",
        CLOSE,
    ]
)


# What she adds in the editor.
NEWS = ["Laws were passed", "people protested"]
LAST = "All of these laws must be repealed."


class Counted:
    """Count a person's actions: each press, and each field that is filled in."""

    def __init__(self) -> None:
        self.actions = 0

    def press(self, target: Locator) -> None:
        target.click()
        self.actions += 1

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.actions += 1


def field(part: Page | Locator, name: str) -> Locator:
    return part.get_by_role("textbox", name=re.compile(rf"^{named(name)}\*?$")).last


def press(part: Page | Locator, name: str, *, role: str = "button") -> None:
    """Press the control of exactly this name, which the guide must contain, too."""
    part.get_by_role(role, name=named(name), exact=True).first.click()


def answer(page: Page, do: Counted) -> None:
    do.fill(field(page, "Title"), TITLE)
    do.fill(field(page, "Lead"), "The space for freedom is rapidly shrinking in Russia.")
    do.fill(field(page, "Date"), "2013-08-30")
    do.fill(field(page, "Addressed to"), "Vladimir Putin")
    do.fill(field(page, "Office"), "President of Russia")
    do.fill(field(page, "Ask"), "Call on President Putin to end the attack on civil society.")
    do.fill(field(page, "Story"), STORY)
    do.fill(field(page, "The letter"), LETTER)
    image = get_test_image_file_jpeg(size=(400, 250)).file.getvalue()
    picture = {"name": "square.jpg", "mimeType": "image/jpeg", "buffer": image}
    page.locator("input[type=file]").set_input_files(picture)
    do.actions += 2  # the button of the browser, and the file
    do.fill(field(page, "Caption"), "Riot police walk in line during the “March of Millions”.")
    do.fill(field(page, "Description"), "Riot police in a line before a church, in snow.")
    do.fill(field(page, "Credit"), "© REUTERS/Alexander Demianchuk")
    do.fill(field(page, "Closes"), "2030-05-01")
    do.fill(page.get_by_label("Goal"), "5000")
    do.press(page.get_by_role("button", name="Create the draft"))


def submit(page: Page, do: Counted) -> None:
    with page.expect_event("load"):  # an earlier message is shown until then
        do.press(page.get_by_role("button", name=named("Submit for moderation")))
    expect(page.locator(".messages .success")).to_be_visible()


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
    image = get_test_image_file_jpeg(size=(400, 250), colour="red").file.getvalue()
    file = {"name": "snow.jpg", "mimeType": "image/jpeg", "buffer": image}
    modal.locator("input[type=file]").set_input_files(file)
    expect(field(modal, "Title")).to_have_value("snow")  # Wagtail's script takes the file's name
    field(modal, "Title").fill("The square")
    field(modal, "Description").fill("Snow on a square.")
    field(modal, "Credit").fill("© Agency/Photographer")
    press(modal, "Upload")
    expect(modal).to_have_count(0)
    field(page, "Caption").fill("The square in January.")


def tell(page: Page) -> None:
    """Type a list at the end of the story."""
    add(page, "Text")
    text = page.get_by_role("region", name=named("Story")).locator("[contenteditable=true]").last
    expect(text).to_be_focused()  # a moment after the list of blocks has closed
    page.keyboard.type("Then:")
    page.keyboard.press("Enter")
    page.keyboard.type("* ")
    for news in NEWS:
        page.keyboard.type(news)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # ends the list
    page.keyboard.type(LAST)
    expect(text).to_contain_text(LAST)


def post_update(page: Page) -> None:
    updates = page.get_by_role("region", name=named("Updates"))
    updates.get_by_role("button", name="Insert a block").last.click()
    page.locator("[name=updates-0-value-day]").fill("2013-10-01")
    page.locator("[name=updates-0-value-heading]").fill("The letter is on his desk")
    page.keyboard.press("Tab")
    # The calendar opens a moment after the input is entered, and may then cover the button.
    page.evaluate("jQuery('.xdsoft_datetimepicker').remove()")


def compose(page: Page) -> None:
    """Add to the draft, and save at once after the last letter: nothing may be lost."""
    post_update(page)
    illustrate(page)
    add(page, "Petition")
    tell(page)
    with page.expect_event("load"):  # an earlier message is shown until then
        press(page, "Save draft")
    expect(page.locator(".messages .success")).to_be_visible()


def approve(campaign: CampaignPage, do: Counted) -> None:
    """As a moderator, from the dashboard; test_approval.py presses the button in the form."""
    moderator = Client()
    moderator.force_login(make_user("moderator", "Moderators"))
    waiting = region(moderator, named("Awaiting your review"))
    assert TITLE in waiting.get_text()
    act(moderator, campaign, WITH_PETITION)
    do.actions += 2  # opening the page, and the button


def region(client: Client, name: str) -> BeautifulSoup:
    """A part of the client's dashboard."""
    home = BeautifulSoup(client.get("/admin/").content, "html.parser")
    return next(each for each in home.select("section") if each.h2 and name in each.h2.get_text())


def test_the_seeds_page_takes_few_actions_until_it_is_public(
    site, log_in, page, client, capsys, refused
):
    """She adds pictures, news and an update in the editor, which are not counted."""
    make_campaign(make_petition(title="River"), title="The last free river")
    page.set_default_timeout(20_000)
    do = Counted()
    do.actions += 6  # name, password and button, of an editor and a moderator

    log_in("Editors")
    client.force_login(User.objects.get())
    links = BeautifulSoup(client.get("/admin/").content, "html.parser").select("main a")
    begin = next(each for each in links if each.get_text().strip() == named("New campaign"))
    page.goto(site + begin["href"])
    do.actions += 1
    answer(page, do)
    expect(page.get_by_role("heading", name=named("State of the petition"))).to_be_visible()
    campaign = CampaignPage.objects.get(title=TITLE).get_latest_revision_as_object()
    petition = campaign.petition.get_latest_revision_as_object()
    assert [block.block_type for block in campaign.body] == ["text"]
    assert all(f"{law}</li>" in str(campaign.body[0].value) for law in LAWS)
    assert (petition.title, petition.salutation) == (TITLE, "Dear President Putin,")
    assert petition.opening.endswith("repeal laws that:")
    assert ([each.value for each in petition.demands], petition.close) == (DEMANDS, CLOSE)

    compose(page)
    assert TITLE in region(client, named("Your most recent edits")).get_text()
    submit(page, do)
    assert refused == []
    campaign = CampaignPage.objects.get(title=TITLE)
    assert (campaign.live, campaign.workflow_in_progress) == (False, True)
    assert campaign.petition.workflow_in_progress
    approve(campaign, do)

    with capsys.disabled():
        print(f"\nThe seed's page and petition, composed and approved: {do.actions} actions.")
    campaign = CampaignPage.objects.get(title=TITLE)
    assert (campaign.live, campaign.petition.live) == (True, True)
    assert do.actions <= MOST_ACTIONS
    everybody_reads_it(campaign)


def everybody_reads_it(campaign: CampaignPage) -> None:
    shown = BeautifulSoup(Client().get(campaign.url).content, "html.parser")
    words = " ".join(shown.main.get_text().split())
    for text in (
        "30 August 2013",
        "© REUTERS/Alexander Demianchuk",
        "The square in January.",
        "© Agency/Photographer",
        *LAWS,
        LAST,
        "Dear President Putin,",
        *DEMANDS,
        "Actions taken",
        "The letter is on his desk",
    ):
        assert text in words
    lists = [[item.get_text() for item in each.select("li")] for each in shown.main.select("ul")]
    assert NEWS in lists
    assert shown.find("img", alt="Snow on a square.")
    assert len(shown.select("form.petition-form")) == 1
    assert CustomImage.objects.get(title="The square").credit == "© Agency/Photographer"
