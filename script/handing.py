"""Prints sheets and records a handing over, for the pictures of script/screenshots."""

from io import BytesIO
from pathlib import Path

import pypdfium2

from script import camera
from script.camera import take
from script.demo_site import Site


def sheets(site: Site) -> None:
    """The first page of the sheets of a petition, as it is printed."""
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
    """The form in which a handing over is recorded."""
    page = site.staff("moderator")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Keep the Talva free", exact=True).click()
    page.get_by_role("link", name="Record the handover").click()
    page.get_by_label("Where?").fill("Before the ministry")
    page.get_by_label("What happened?").fill("Forty people carried the names up the steps.")
    take(page, "handover", height=1000)


def drawn(content: bytes) -> bytes:
    """The first page of a PDF file as a picture."""
    out = BytesIO()
    with pypdfium2.PdfDocument(content) as document:
        document[0].render(scale=1.5).to_pil().save(out, "PNG")
    return out.getvalue()
