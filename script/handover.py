"""Signature sheets, an import, a mailing and a handover, for the pictures of script/screenshots."""

from io import BytesIO
from pathlib import Path

import pypdfium2
from playwright.sync_api import FilePayload

from script import camera
from script.camera import take
from script.demo_site import Site

ROWS = """Sheet,Name,Email,Country,Keep me informed
12,Amina Traoré,amina@example.org,Mali,yes
12,Jonas Berg,jonas@example.org,Sweden,no
13,Leïla Haddad,leila@example.org,Tunisia,yes
"""
PAPER = FilePayload(name="sheets.csv", mimeType="text/csv", buffer=ROWS.encode())


def sheets(site: Site) -> None:
    """Show the first page of a petition's signature sheets, as printed."""
    page = site.staff("manager")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Keep the Talva free", exact=True).click()
    page.get_by_role("link", name="Signature sheets").click()
    page.get_by_label("How many sheets?").fill("1")
    page.get_by_label("Number of the first sheet").fill("12")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the sheets (PDF)").click()
    camera.TAKEN["sheets"] = drawn(Path(download.value.path()).read_bytes())


def record(site: Site) -> None:
    """Show the form that records a handover."""
    page = site.staff("moderator")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Keep the Talva free", exact=True).click()
    page.get_by_role("link", name="Record the handover").click()
    page.get_by_label("Where?").fill("Before the ministry")
    page.get_by_label("What happened?").fill("Forty people carried the names up the steps.")
    take(page, "handover", height=1000)


def bring_in(site: Site) -> None:
    """Show the meaning of the columns of a list typed from sheets. Nothing is imported."""
    page = site.staff("manager")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Keep the Talva free", exact=True).click()
    page.get_by_role("link", name="What the count consists of").click()
    page.get_by_role("link", name="Import a list").click()
    page.locator("main input[type=file]").set_input_files(PAPER)
    page.get_by_label("How did they sign?").select_option(label="on paper")
    page.get_by_label("Where does the list come from?").fill("Typed by the office")
    page.get_by_label("What did these people agree to?").fill("I agree that I am counted.")
    page.get_by_role("button", name="Upload").click()
    take(page, "import", height=960)


def write(site: Site) -> None:
    """Show a mailing that is not submitted yet, as its recipients see it."""
    page = site.staff("manager")
    page.get_by_role("link", name="Mailings", exact=True).click()
    page.get_by_role("link", name="Begin with an update").click()
    page.get_by_role("radio", name="The minister has answered").first.check()
    page.get_by_role("button", name="Create a draft of a mailing").click()
    page.get_by_role("button", name="Save", exact=True).click()
    take(page, "mailing", height=960)


def drawn(content: bytes) -> bytes:
    """Return the first page of a PDF file as a picture."""
    out = BytesIO()
    with pypdfium2.PdfDocument(content) as document:
        document[0].render(scale=1.5).to_pil().save(out, "PNG")
    return out.getvalue()
