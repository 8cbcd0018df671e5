"""A manager exports for handing over; a colleague checks the file by its SHA-256 a year later."""

import csv
import hashlib
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page, expect

from tests import axe
from tests.campaigns.cms.signatures.test_export_answers import download, export_url
from tests.factories import make_petition, make_signature
from tests.journeys.test_accessibility import sideways
from tests.journeys.test_cms_policy import refused
from tests.journeys.test_cms_screens import cut_off
from tests.journeys.test_manager import findings

__all__ = ["refused"]  # the fixture

HEADING = ["Petition", "Name", "Country", "Postcode", "Organisation", "Comment"]
ROW = ["Free the river", "Ada Lovelace", "DE", "01067", "River Club", "It must run free."]
OFFICE = shutil.which("soffice")
# LibreOffice's options: comma, quotation mark, UTF-8, from the first line, quoted fields as text.
CSV = "--infilter=CSV:44,34,76,1,,0,true"
STRANGE = {
    "name": '=HYPERLINK("https://example.org";"Ada")',
    "affiliation": "النهر الحر; +1",
    "comment": '保护河流,\n-2+3\x07 "quoted" 😀\tend',
    "postcode": "00501",
}


def session_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def contents(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def exported(page: Page, site: str, target: Path) -> None:
    """Export for handing over, by the keyboard alone from the first radio button on."""
    page.goto(f"{site}/admin/signatures/")
    it_is_accessible_and_fits_a_phone(page)
    assert cut_off(page) == []
    the_menu_of_a_row_that_is_higher_than_the_list_is_seen(page)
    page.get_by_role("button", name="Actions", exact=True).first.click()
    expect(page.get_by_role("link", name="Download XLSX")).to_be_visible()
    page.get_by_role("link", name="Download CSV").click()
    expect(page.get_by_role("radio", name="Handing over 1 signature")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_role("radio", name="Everything")).to_have_count(0)
    page.get_by_role("radio", name="Handing over").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Handover to the minister as CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(target)


def it_is_accessible_and_fits_a_phone(page: Page) -> None:
    """Only colours differ in the dark, and the size is as before in the end."""
    size = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 900})
    assert findings(page) == [], page.url
    assert not sideways(page), page.url
    page.set_viewport_size({"width": 390, "height": 900})
    assert not sideways(page), page.url
    page.emulate_media(color_scheme="dark")
    assert findings(page, runOnly=axe.COLOURS) == [], page.url
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size)


def the_menu_of_a_row_that_is_higher_than_the_list_is_seen(page: Page) -> None:
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 844})
    page.locator(".listing .actions button").last.click()
    entry = page.locator(".listing .actions a", has_text="Delete").last
    expect(entry).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("Escape")
    page.set_viewport_size(size)


def read_back(path: Path, folder: Path) -> list[list[str | None]]:
    """The cells that LibreOffice reads from a file. None is a formula, a number or a date."""
    assert OFFICE
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    filters = [CSV] if path.suffix == ".csv" else []
    target = folder / path.suffix[1:]
    made = ["--convert-to", "xlsx", "--outdir", str(target), str(path)]
    subprocess.run(
        [OFFICE, profile, "--headless", *filters, *made],
        check=True,
        capture_output=True,
        timeout=180,
    )
    sheet = openpyxl.load_workbook(target / f"{path.stem}.xlsx").active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
def test_libreoffice_reads_what_was_handed_over(tmp_path: Path):
    petition = make_petition(title="Free the river")
    make_signature(petition, country="US", comment_state="shown", comment_as="Ada", **STRANGE)
    make_signature(petition, email="pending@example.org", confirmed_at=None)
    user = User.objects.create_user("campaign")
    user.groups.add(Group.objects.get(name="Campaign managers"))
    text, book = tmp_path / "names.csv", tmp_path / "names.xlsx"

    for path, format in ((text, "csv"), (book, "xlsx")):
        path.write_bytes(contents(download(session_of(user), format, "handover")))

    comment = '保护河流,\n-2+3 "quoted" 😀 end'
    cells = [STRANGE["name"], "US", "00501", STRANGE["affiliation"], comment]
    assert read_back(book, tmp_path) == [HEADING, ["Free the river", *cells]]
    with text.open(encoding="utf-8-sig", newline="") as file:
        in_file = list(csv.reader(StringIO(file.read(), newline="")))
    assert read_back(text, tmp_path) == in_file
    assert in_file[1] == [
        "Free the river",
        f"'{STRANGE['name']}",
        "US",
        "00501",
        "النهر الحر;' +1",
        comment.replace("\n-", "\n'-"),
    ]


def test_a_preset_is_made_by_the_keyboard_and_used_with_two_clicks(site, log_in, tmp_path: Path):
    """Each screen on the way is accessible and fits a phone."""
    make_signature(make_petition(title="Free the river"), country="KE", postcode="00100")
    page = log_in("Campaign managers")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{site}/admin/signatures/export/?export=csv&country=KE")
    it_is_accessible_and_fits_a_phone(page)
    page.get_by_role("link", name="Handing over").press("Enter")
    expect(page.get_by_role("button", name="Save as a preset")).to_be_visible()
    it_is_accessible_and_fits_a_phone(page)
    page.get_by_role("textbox", name="Petition").fill("")
    page.get_by_role("textbox", name="Country").fill("1")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save as a preset").press("Enter")
    expect(page.locator("main")).to_contain_text(
        "Columns: Country, Name, Postcode, Organisation, Comment."
    )
    it_is_accessible_and_fits_a_phone(page)
    page.get_by_label("Name of the preset").fill("Ministry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ministry", exact=True)).to_be_visible()
    it_is_accessible_and_fits_a_phone(page)

    page.goto(f"{site}/admin/signatures/?country=KE")
    page.get_by_role("navigation", name="Presets").get_by_role(
        "link", name="Ministry"
    ).first.click()
    page.get_by_label("What is the file for?").fill("Handover")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "names.csv")

    text = (tmp_path / "names.csv").read_text("utf-8-sig")
    assert list(csv.reader(StringIO(text))) == [
        ["Country", "Name", "Postcode", "Organisation", "Comment"],
        ["KE", "Ada Lovelace", "00100", "", ""],
    ]


def test_a_file_for_handing_over_is_found_again_by_its_sum(site, log_in, refused, tmp_path: Path):
    petition = make_petition(title="Free the river")
    make_signature(
        petition,
        country="DE",
        postcode="01067",
        affiliation="River Club",
        comment="It must run free.",
        comment_state="shown",
        comment_as="Ada",
    )
    make_signature(petition, email="pending@example.org", confirmed_at=None)
    page = log_in("Campaign managers")
    text, book = tmp_path / "names.csv", tmp_path / "names.xlsx"

    exported(page, site, text)
    asked = {"shape": "handover", "purpose": "Handover to the minister as XLSX"}
    client = session_of(User.objects.get(username="campaign"))
    book.write_bytes(contents(client.post(export_url("xlsx"), asked)))

    with text.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(StringIO(file.read(), newline=""))) == [HEADING, ROW]
    sheet = openpyxl.load_workbook(book).active
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [HEADING, ROW]

    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Exports of signatures").click()
    listed = page.locator("table.listing tbody tr")
    expect(listed).to_have_count(2)
    for row, file, format in ((0, book, "XLSX"), (1, text, "CSV")):
        expect(listed.nth(row)).to_contain_text(f"Handover to the minister as {format}")
        sum = hashlib.sha256(file.read_bytes()).hexdigest()
        expect(listed.nth(row).locator("code")).to_have_text(sum)
    page.keyboard.press("Escape")
    it_is_accessible_and_fits_a_phone(page)
    assert refused == []
