"""An editor composes, in few actions, the page that this site was conceived from."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from wagtail.images.tests.utils import get_test_image_file_jpeg

from campaigns.models import CampaignPage
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

    def sign_in(self, log_in: Callable[[str], Page], group: str) -> Page:
        """Count three actions: name, password and button."""
        self.actions += 3
        return log_in(group, path="/admin/")


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(rf"^{named(name)}\*?$")).last


def answer(page: Page, do: Counted) -> None:
    do.press(page.get_by_role("link", name="New campaign"))
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
        do.press(page.get_by_role("button", name="Submit for moderation"))
    expect(page.locator(".messages .success")).to_be_visible()


def approve(page: Page, do: Counted) -> None:
    waiting = page.get_by_role("region", name=named("Awaiting your review"))
    do.press(waiting.get_by_role("link", name=TITLE))
    with page.expect_event("load"):
        approval = named("Approve the page and publish its petition")
        do.press(page.get_by_role("button", name=approval))
    expect(page.locator(".messages .success")).to_contain_text("have been approved and published")


def test_the_seeds_page_takes_few_actions_until_it_is_public(log_in, page, capsys):
    make_campaign(make_petition(title="River"), title="The last free river")
    page.set_default_timeout(20_000)
    do = Counted()

    do.sign_in(log_in, "Editors")
    answer(page, do)
    expect(page.get_by_role("heading", name=named("State of the petition"))).to_be_visible()
    submit(page, do)
    assert CampaignPage.objects.get(title=TITLE).workflow_in_progress
    assert CampaignPage.objects.get(title=TITLE).petition.workflow_in_progress
    page.context.clear_cookies()
    do.sign_in(log_in, "Moderators")
    approve(page, do)

    with capsys.disabled():
        print(f"\nThe seed's page and petition, composed and approved: {do.actions} actions.")
    campaign = CampaignPage.objects.get(title=TITLE)
    petition = campaign.petition
    assert (campaign.live, petition.live) == (True, True)
    assert [block.block_type for block in campaign.body] == ["text"]
    assert all(f"{law}</li>" in str(campaign.body[0].value) for law in LAWS)
    assert petition.title == TITLE
    assert petition.salutation == "Dear President Putin,"
    assert petition.opening.endswith("repeal laws that:")
    assert [each.value for each in petition.demands] == DEMANDS
    assert petition.close == CLOSE
    assert do.actions <= MOST_ACTIONS
