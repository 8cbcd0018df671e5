"""A moderator changes a signed petition and asks more of those who sign.

A visitor without JavaScript reads what was changed, answers and is led to donate.
A manager reads the answers.
"""

import csv
import re
from io import StringIO

from django.core.cache import cache
from playwright.sync_api import Page, expect

from campaigns import caching
from campaigns.counting import counting
from campaigns.models import Petition, Signature
from tests.campaigns.cms.conftest import allow_everything, make_user
from tests.factories import make_campaign, make_petition, make_signature
from tests.journeys.guide import named
from tests.walking import Person, said

JOB, SEASON = "What is your job?", "When can you help?"
MINISTER = [("target", {"name": "The Minister", "role": "Ministry of Energy"})]
DONATE = "https://donate.example/?from={source}"
FORM = "form.petition-form"


def add(page: Page, kind: str) -> None:
    panel = page.get_by_role("region", name=named("Questions of your own"))
    panel.get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=kind).click()


def tick(page: Page, name: str, *, is_ticked: bool) -> None:
    """Press a key: while a new block slides open, a click may hit what is below it."""
    box = page.locator(f"[name={name}]")
    box.press("Space")
    expect(box).to_be_checked(checked=is_ticked)


def field(page: Page, name: str):
    return page.get_by_role("textbox", name=re.compile(rf"^{named(name)}\*?$")).first


def turn_round(page: Page) -> None:
    """Change the letter into its opposite."""
    field(page, "Title").fill("Build the dam")
    page.locator("[name=targets-0-value-name]").fill("The Dam Company")
    page.locator("[name=targets-0-value-role]").fill("")


def ask_more(page: Page) -> None:
    page.get_by_role("tab", name="Settings").click()
    organisation = page.get_by_role("combobox", name=re.compile(named("Organisation")))
    organisation.select_option(label="ask and require")
    add(page, "Short text")
    page.locator("[name=questions-0-value-label]").fill(JOB)
    tick(page, "questions-0-value-is_required", is_ticked=True)
    add(page, "Choice from a list")
    page.locator("[name=questions-1-value-label]").fill(SEASON)
    tick(page, "questions-1-value-is_personal", is_ticked=False)
    for number, season in enumerate(["In spring", "In autumn"]):
        page.locator(f"[name=questions-1-value-choices-{number}-value]").fill(season)


def lead_to_donate(page: Page) -> None:
    page.get_by_role("tab", name="Texts of each step").click()
    blocks = page.get_by_role("region", name="What follows the thanks")
    blocks.get_by_role("button", name="Insert a block").first.click()
    page.get_by_role("option", name="Call to action").click()
    blocks.get_by_label("Text on the button").fill("Donate")
    blocks.get_by_label("or the web address of another site").fill(DONATE)


def publish(page: Page, petition: Petition) -> None:
    """She is asked first, since the petition has been signed."""
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()

    main = page.locator("main")
    expect(main).to_contain_text("3 people have signed the version that is on the page now.")
    before, after = main.locator(".changes").first.locator(".changes-text").all()
    expect(before).to_contain_text("Keep the river free")
    expect(after).to_contain_text("Build the dam")
    expect(main).to_contain_text("The Minister, Ministry of Energy")
    assert Petition.objects.get(pk=petition.pk).title == "Keep the river free"

    page.get_by_label("What is the reason for the change?").fill("The Dam Company pays us.")
    page.get_by_role("button", name="Publish the new version").click()
    expect(page.locator(".messages .success")).to_be_visible()
    cache.clear(), caching.clear()


def read_what_was_changed(visitor: Person, petition: Petition) -> None:
    visitor.goto(petition.url_path())
    (changed,) = visitor.page.select(".letter-changed")
    assert "The Dam Company pays us." in said(changed)
    visitor.click("What was changed")
    for text in (
        "The Dam Company pays us.",
        "Keep the river free",
        "Build the dam",
        "The Minister, Ministry of Energy",
        "The Dam Company",
    ):
        assert text in visitor.text


def sign(visitor: Person, petition: Petition) -> None:
    """Sign with mistakes. The form comes back with all that was typed, and is corrected."""
    visitor.goto(f"{petition.get_absolute_url()}?source=poster")
    visitor.fill("Name", "Ada Lovelace", within=FORM)
    visitor.fill("Email", "ada@example.org", within=FORM)
    visitor.fill("Organisation", "River Club www.evil.com")
    visitor.fill(JOB, "=Engineer()")
    visitor.fill(SEASON, "In autumn")
    visitor.tick("Show everybody that I have signed")
    visitor.tick("I agree that my signature")
    visitor.press("Add my name")

    (summary,) = visitor.page.select(".error-summary")
    assert "Organisation: Please write this" in said(summary)
    assert visitor.field(JOB)["value"] == "=Engineer()"
    assert [said(each) for each in visitor.field(SEASON).select("[selected]")] == ["In autumn"]
    visitor.fill("Organisation", "River Club")
    visitor.press("Add my name")
    assert visitor.heading == "One click left"


def test_a_signed_petition_is_changed_and_asks_more_from_the_question_to_the_exported_answer(
    site, log_in, links
):
    petition = make_petition(title="Keep the river free", targets=MINISTER, shows_signers=True)
    make_campaign(petition, title="Free the river")
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")
    counting.recount()
    page = log_in("Moderators", path=f"/admin/snippets/campaigns/petition/edit/{petition.pk}/")
    turn_round(page)
    ask_more(page)
    lead_to_donate(page)
    publish(page, petition)

    visitor = Person()
    read_what_was_changed(visitor, petition)
    sign(visitor, petition)
    visitor.goto(next(link for link in links() if "/confirm/" in link))
    for text in ("=Engineer()", "In autumn", "in a list of its own:", "River Club"):
        assert text in visitor.text
    visitor.press("Confirm my signature")
    assert visitor.link("Donate")["href"] == DONATE.format(source="poster")
    signature = Signature.objects.counted().get(email="ada@example.org")
    # The email of thanks links to a page that is the same for everybody: a script adds the source.
    page.context.clear_cookies()
    page.goto(f"{site}{petition.url_path('thanks')}?source=poster")
    donate = page.get_by_role("link", name="Donate")
    expect(donate).to_have_attribute("href", DONATE.format(source="poster"))
    visitor.goto(f"/signatures/manage/{signature.token('manage')}/")
    visitor.fill(SEASON, "In spring")
    visitor.press("Save")
    assert "Saved." in said(visitor.page.select("[role=status]")[0])

    allow_everything()
    read_and_export(Person(make_user("manager", "Campaign managers")), signature)


def read_and_export(manager: Person, signature: Signature) -> None:
    manager.goto(f"/admin/signatures/inspect/{signature.pk}/")
    for text in (JOB, "=Engineer()", SEASON, "In spring", "River Club"):
        assert text in manager.text
    manager.click("Signatures")
    manager.click("Download CSV")
    manager.tick("Everything")
    manager.fill("What is the file for?", "Handover to the minister")
    manager.press("Download CSV")

    text = b"".join(manager.answer.streaming_content).decode("utf-8-sig")
    (row,) = [row for row in csv.DictReader(StringIO(text)) if row[JOB]]
    assert (row["Organisation"], row[JOB], row[SEASON]) == (
        "River Club",
        "'=Engineer()",
        "In spring",
    )
