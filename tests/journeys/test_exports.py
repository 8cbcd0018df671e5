"""A manager exports for handing over; a colleague checks the file by its SHA-256 a year later."""

import csv
import hashlib
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page, expect

from campaigns.exports.shapes import SHAPES
from tests.campaigns.cms.presets.test_presets import SAVE
from tests.campaigns.cms.signatures.test_export_answers import download
from tests.factories import make_petition, make_signature
from tests.journeys.test_accessibility import sideways
from tests.journeys.test_manager import findings

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


def exported(page: Page, site: str, format: str, target: Path) -> None:
    """Export for handing over, by the keyboard alone from the first radio button on."""
    page.goto(f"{site}/admin/signatures/")
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name=f"Download {format}").click()
    expect(page.get_by_role("radio", name="Handing over 1 signature")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(page.get_by_role("radio", name="Everything")).to_have_count(0)
    page.get_by_role("radio", name="Handing over").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(f"Handover to the minister as {format}")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(target)


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
    make_signature(make_petition(title="Free the river"), country="KE", postcode="00100")
    page = log_in("Campaign managers")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{site}/admin/signatures/export/?export=csv&country=KE")
    page.get_by_role("link", name="Handing over").press("Enter")
    page.get_by_role("textbox", name="Petition").fill("")
    page.get_by_role("textbox", name="Country").fill("1")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save as a preset").press("Enter")
    expect(page.locator("main")).to_contain_text(
        "Columns: Country, Name, Postcode, Organisation, Comment."
    )
    page.get_by_label("Name of the preset").fill("Ministry")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ministry", exact=True)).to_be_visible()

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


def test_the_screens_of_exports_are_accessible_and_fit_a_phone(site, log_in):
    make_signature(make_petition(title="Free the river"))
    make_signature(make_petition(slug="other"), email="b@example.org", confirmed_at=None)
    page = log_in("Campaign managers")
    client = session_of(User.objects.get(username="campaign"))
    contents(download(client, "csv", "handover"))
    asked = {"shape": "handover", "format": "csv", "new": "yes"}
    saving = f"{SAVE}?{urlencode({**asked, 'columns': ' '.join(SHAPES['handover'].cells)})}"
    preset = client.post(saving, {"name": "Ministry", "collection": "", "is_new": "on"}).url
    export, signatures = "/admin/signatures/export/", "/admin/signatures/"
    screens = [f"{export}?export=csv", "/admin/reports/exports/", signatures, saving, preset]
    screens.append(f"{export}handover/?export=csv")

    found = {}
    for address in screens:
        page.goto(site + address)
        for width, scheme in ((1280, "light"), (390, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found[address, width] = findings(page)
            assert not sideways(page), (address, width)
        page.emulate_media(color_scheme="light")

    assert {where: faults for where, faults in found.items() if faults} == {}
