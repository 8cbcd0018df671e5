"""An editor composes the page that this site was conceived from, from nothing, in few actions."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from campaigns.models import CampaignPage
from demo import images
from tests.factories import make_campaign, make_petition
from tests.journeys.guide import named

MOST_ACTIONS = 50
TITLE = "Putin: Protect Freedom of Expression"
LAWS = [
    "severely limit freedom of assembly",
    "stigmatise the LGBTI community",
    "criminalise insulting the feelings of believers",
    "broaden the definitions of treason and espionage",
]
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


class Counted:
    """What a person does: each press and each field that is filled in is one action."""

    def __init__(self) -> None:
        self.actions = 0

    def press(self, target: Locator) -> None:
        target.click()
        self.actions += 1

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.actions += 1

    def type(self, page: Page, target: Locator, lines: list[str]) -> None:
        """Into the text editor: one field, however many keys it takes."""
        target.click()
        for line in lines:
            page.keyboard.type(line)
            page.keyboard.press("Enter")
        self.actions += 1


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(rf"^{named(name)}\*?$")).last


@pytest.fixture
def desk(log_in, site) -> Page:
    make_campaign(make_petition(title="River"), title="The last free river")
    page: Page = log_in("Editors")
    page.set_default_timeout(20_000)
    return page


def answer(page: Page, do: Counted) -> None:
    do.press(page.get_by_role("link", name="New campaign"))
    do.fill(field(page, "Title"), TITLE)
    do.fill(field(page, "Lead"), "The space for freedom is rapidly shrinking in Russia.")
    do.fill(field(page, "Addressed to"), "Vladimir Putin")
    do.fill(field(page, "Office"), "President of Russia")
    do.fill(field(page, "Ask"), "Call on President Putin to end the attack on civil society.")
    do.fill(field(page, "The letter"), LETTER)
    picture = {"name": "square.jpg", "mimeType": "image/jpeg", "buffer": images.read("square")}
    page.locator("input[type=file]").set_input_files(picture)
    do.actions += 2  # the button of the browser, and the file
    do.fill(field(page, "Description"), "Riot police in a line before a church, in snow.")
    do.fill(field(page, "Credit"), "© REUTERS/Alexander Demianchuk")
    do.fill(field(page, "Closes"), "2030-05-01")
    page.keyboard.press("Escape")  # the calendar
    do.fill(page.get_by_label("Goal"), "5000")
    do.press(page.get_by_role("button", name="Make the draft"))


def tell(page: Page, do: Counted) -> None:
    do.fill(field(page, "Date"), "2013-08-30")
    story = page.get_by_role("region", name=named("Story"))
    do.press(story.get_by_role("button", name="Insert a block").last)
    do.press(page.get_by_role("option", name="Text", exact=True))
    begun = "In January this year a group of people had a snowball fight."
    lines = [begun, "He has introduced laws that:", f"* {LAWS[0]}", *LAWS[1:], ""]
    lines.append("These provisions must be repealed.")
    do.type(page, page.locator("[contenteditable=true]").last, lines)
    written = page.locator("[name=body-0-value]")
    expect(written).to_have_value(re.compile("must be repealed"))


def test_the_seeds_page_takes_few_actions_until_it_is_submitted(desk, capsys):
    do, page = Counted(), desk

    answer(page, do)
    expect(page.get_by_role("heading", name=named("Where the petition stands"))).to_be_visible()
    tell(page, do)
    do.press(page.get_by_role("button", name="More actions"))
    with page.expect_event("load"):  # an earlier message stands there until then
        do.press(page.get_by_role("button", name="Submit to Moderators approval"))
    expect(page.locator(".messages .success")).to_be_visible()

    with capsys.disabled():
        print(f"\nThe seed's page and petition, composed and submitted: {do.actions} actions.")
    campaign = CampaignPage.objects.get(title=TITLE)
    draft = campaign.get_latest_revision_as_object()
    petition = campaign.petition.get_latest_revision_as_object()
    assert campaign.workflow_in_progress
    assert campaign.petition.workflow_in_progress
    assert [block.block_type for block in draft.body] == ["text"]
    assert all(f"{law}</li>" in str(draft.body[0].value) for law in LAWS)
    assert petition.title == TITLE
    assert petition.salutation == "Dear President Putin,"
    assert petition.opening.endswith("repeal laws that:")
    assert [each.value for each in petition.demands] == DEMANDS
    assert petition.close == CLOSE
    assert do.actions <= MOST_ACTIONS
