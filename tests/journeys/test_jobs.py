"""A manager orders a large file, goes on working, sees the progress, and downloads the file."""

import csv
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from operations import encryption
from operations.heartbeat import Heart
from operations.jobs.job import Job
from tests.campaigns.cms.signatures.test_export_answers import export_url
from tests.factories import make_petition, make_signature
from tests.journeys.test_manager import findings
from tests.operations.jobs.kind import work_off


def work() -> None:
    """Run the worker in another thread: the browser's event loop runs in this one."""
    thread = threading.Thread(target=work_off)
    thread.start()
    thread.join()


@pytest.fixture
def signed(settings) -> None:
    settings.EXPORT_STREAMED_ROWS = 2
    petition = make_petition(title="Free the river")
    for name in ("Ada", "Bea", "Cleo"):
        make_signature(petition, name=name, email=f"{name}@example.org")


def ask(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/signatures/export/?export=csv")
    page.get_by_role("radio", name="Handing over").check()
    page.get_by_label("What is the file for?").fill("Handover to the minister")
    page.get_by_role("button", name="Download CSV").click()
    page.wait_for_url(f"{site}/admin/jobs/")


def test_a_large_file_is_made_while_one_goes_on_and_appears_by_itself(
    signed, site, log_in, tmp_path: Path
):
    page = log_in("Campaign managers")
    Heart().beat({"main": 0.0})
    ask(page, site)
    row = page.locator("table.listing tbody tr")
    expect(page.get_by_role("link", name="Jobs (waiting)")).to_be_visible()
    expect(row).to_contain_text("It begins as soon as the worker is free.")
    work()
    expect(row).to_contain_text("3 signatures. You can download the file until")
    expect(page.locator("[data-jobs-told]")).to_contain_text(": done")
    with page.expect_download() as download:
        row.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "names.csv")

    text = (tmp_path / "names.csv").read_text("utf-8-sig")
    assert [line[1] for line in csv.reader(StringIO(text))] == ["Name", "Cleo", "Bea", "Ada"]
    the_list_of_jobs_is_accessible_and_fits_a_phone(page, site)


def the_list_of_jobs_is_accessible_and_fits_a_phone(page: Page, site: str) -> None:
    """One job is done; others wait, are under way and have failed."""
    client = Client()
    client.force_login(User.objects.get(username="campaign"))
    asked = {"shape": "handover", "purpose": "Handover to the minister"}
    assert client.post(export_url("csv"), asked).url == "/admin/jobs/"
    mine = Job.objects.latest("made_at")
    running = {"state": "running", "started_at": timezone.now() - timedelta(minutes=2)}
    told = mine.told | {"shape": "everything", "format": "xlsx"}
    Job.objects.create(
        kind="export",
        made_by=mine.made_by,
        told=told,
        order=encryption.seal({}),
        rows=420_000,
        total=1_000_000,
        **running,
    )
    Job.objects.create(
        kind="export",
        made_by=mine.made_by,
        told=told,
        state="failed",
        error="forbidden",
        ended_at=timezone.now(),
    )
    page.goto(f"{site}/admin/jobs/")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})

        expect(page.locator("progress")).to_have_count(1)
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
