"""A manager exports for handing over; a colleague checks the file by its SHA-256 a year later."""

import csv
import hashlib
from io import StringIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.factories import make_petition, make_signature
from tests.journeys.test_manager import findings

HEADING = ["Petition", "Name", "Country", "Postcode", "Organisation", "Comment"]
ROW = ["Free the river", "Ada Lovelace", "DE", "01067", "River Club", "It must run free."]


def exported(page: Page, site: str, format: str, target: Path) -> None:
    """Export for handing over, by the keyboard alone from the first radio button on."""
    page.goto(f"{site}/admin/signatures/")
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name=f"Download {format}").click()
    expect(page.get_by_role("radio", name="Handing over 1 signature")).to_be_visible()
    expect(page.get_by_role("radio", name="Everything 2 signatures")).not_to_be_checked()
    page.get_by_role("radio", name="Handing over").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(f"Handover to the minister as {format}")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(target)


def test_a_file_for_handing_over_is_found_again_by_its_sum(site, log_in, tmp_path: Path):
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

    exported(page, site, "CSV", text)
    exported(page, site, "XLSX", book)

    with text.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(StringIO(file.read(), newline=""))) == [HEADING, ROW]
    sheet = openpyxl.load_workbook(book).active
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [HEADING, ROW]

    page.goto(f"{site}/admin/")
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="Exports of signatures").click()
    listed = page.locator("table.listing tbody tr")
    expect(listed).to_have_count(2)
    for row, file, format in ((0, book, "XLSX"), (1, text, "CSV")):
        expect(listed.nth(row)).to_contain_text(f"Handover to the minister as {format}")
        sum = hashlib.sha256(file.read_bytes()).hexdigest()
        expect(listed.nth(row).locator("code")).to_have_text(sum)


def test_the_screens_of_exports_are_accessible_and_fit_a_phone(site, log_in, tmp_path: Path):
    make_signature(make_petition(title="Free the river"))
    make_signature(make_petition(slug="other"), email="b@example.org", confirmed_at=None)
    page = log_in("Campaign managers")
    exported(page, site, "CSV", tmp_path / "names.csv")

    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for address in ("signatures/export/?export=csv", "reports/exports/"):
                page.goto(f"{site}/admin/{address}")
                found[address, scheme, width] = findings(page)
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not wide, (address, width)

    assert {where: faults for where, faults in found.items() if faults} == {}
