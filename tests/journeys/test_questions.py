"""An editor adds questions, a visitor answers without JavaScript, a manager reads the answers."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Petition, Signature
from tests.campaigns.cms.conftest import allow_everything
from tests.factories import make_campaign, make_petition
from tests.journeys.guide import named

JOB, SEASON = "What is your job?", "When can you help?"


@pytest.fixture
def petition(site) -> Petition:
    petition = make_petition(title="Free the river", shows_signers=True)
    make_campaign(petition, title="Free the river")
    return petition


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 664}, java_script_enabled=False, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def add(page: Page, kind: str) -> None:
    panel = page.get_by_role("region", name=named("Questions of your own"))
    panel.get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=kind).click()


def tick(page: Page, name: str, *, is_ticked: bool) -> None:
    """Press a key: while a new block slides open, a click may hit what is below it."""
    box = page.locator(f"[name={name}]")
    box.press("Space")
    expect(box).to_be_checked(checked=is_ticked)


def compose(page: Page, site: str, petition: Petition) -> None:
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/")
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
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messages")).to_contain_text("published")


def sign(page: Page, site: str, petition: Petition) -> None:
    """Sign with mistakes. The form comes back with all that was typed, and is corrected."""
    page.goto(f"{site}{petition.get_absolute_url()}")
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    page.get_by_label("Email", exact=True).fill("ada@example.org")
    page.get_by_label("Organisation").fill("River Club www.evil.com")
    page.get_by_label(JOB).fill("=Engineer()")
    page.get_by_text("Say more, if you like").click()
    page.get_by_label(SEASON).select_option("In autumn")
    page.get_by_label("Show everybody that I have signed").check()
    page.get_by_label("I agree that my signature").check()
    page.get_by_role("button", name="Add my name").click()

    expect(page.locator(".error-summary")).to_contain_text("Organisation: Please write this")
    expect(page.get_by_label(JOB)).to_have_value("=Engineer()")
    expect(page.get_by_label(SEASON)).to_have_value("In autumn")
    page.get_by_label("Organisation").fill("River Club")
    page.get_by_role("button", name="Add my name").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One click left")


def test_from_the_question_to_the_exported_answer(
    petition, site, log_in, visitor, links, tmp_path: Path
):
    staff = log_in("Moderators")
    compose(staff, site, petition)

    sign(visitor, site, petition)
    confirm = next(link for link in links() if "/confirm/" in link)
    visitor.goto(confirm)
    for text in ("=Engineer()", "In autumn", "in a list of its own:", "River Club"):
        expect(visitor.locator("main")).to_contain_text(text)
    visitor.get_by_role("button", name="Confirm my signature").click()
    assert Signature.objects.counted().count() == 1
    visitor.goto(f"{site}/signatures/manage/{Signature.objects.get().token('manage')}/")
    visitor.get_by_label(SEASON).select_option("In spring")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_role("status")).to_contain_text("Saved.")

    staff.context.clear_cookies()
    allow_everything()
    read_and_export(log_in("Campaign managers"), site, tmp_path)


def read_and_export(page: Page, site: str, tmp_path: Path) -> None:
    page.goto(f"{site}/admin/signatures/inspect/{Signature.objects.get().pk}/")
    for text in (JOB, "=Engineer()", SEASON, "In spring", "River Club"):
        expect(page.locator("main")).to_contain_text(text)
    page.get_by_role("link", name="Signatures", exact=True).first.click()
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name="Download CSV").click()
    page.get_by_role("radio", name="Everything").check()
    page.get_by_label("What is the file for?").fill("Handover to the minister")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "export.csv")

    (row,) = csv.DictReader(StringIO((tmp_path / "export.csv").read_text("utf-8-sig")))
    assert (row["Organisation"], row[JOB], row[SEASON]) == (
        "River Club",
        "'=Engineer()",
        "In spring",
    )
