"""From the list to the minister's table: paper is imported, signers get an email, names go out."""

import hashlib
import os
import re
import threading
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.db.models import F
from django.test import Client
from django.urls import reverse
from imap_tools import MailBoxUnencrypted
from playwright.sync_api import Page, expect

from campaigns.bounces import reading
from campaigns.counting import counting
from campaigns.mailings import sending
from campaigns.models import CampaignPage, Mailing, Petition, Receiver
from campaigns.sync import sending as telling
from servers import imap
from tests.campaigns.bounces import samples
from tests.campaigns.cms.handover.test_handovers import handover, reply
from tests.campaigns.cms.handover.test_handovers import url as reverse_of
from tests.campaigns.sync.server import receiving
from tests.conftest import needed
from tests.factories import make_campaign, make_mailing, make_petition, make_signature
from tests.journeys.conftest import admit
from tests.journeys.test_cms_policy import refused
from tests.journeys.test_cms_screens import cut_off
from tests.journeys.test_manager import findings
from tests.operations.jobs.kind import work_off

__all__ = ["refused"]  # the fixture

PAPER = """Sheet;Name;Email;Country
1;Amina Diallo;amina@example.org;Mali
1;Zoë Müller;zoe@example.org;Germany
1;No Mailbox;not-an-email;Mali
2;Ada Again;ADA@example.org;Kenya
2;Far Away;far@example.org;Atlantis
"""


@pytest.fixture
def river(site) -> Petition:
    petition = make_petition(title="Free the river", country_field="optional")
    make_campaign(petition)
    for name in ("ada", "gone", "leaves"):
        make_signature(petition, name=name.title(), email=f"{name}@example.org", updates=True)
    make_signature(petition, name="Quiet", email="quiet@example.org")
    counting.recount()
    return petition


@pytest.fixture
def returned(settings) -> Iterator[MailBoxUnencrypted]:
    """The mailbox to which emails bounce, on a real IMAP server."""
    needed("dovecot")
    if os.getuid():
        pytest.skip("Dovecot is started as root only.")
    with imap.running() as server:
        settings.BOUNCE_ADDRESS = settings.BOUNCE_IMAP_USER = "bounces@example.org"
        settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT = "127.0.0.1", server.port
        settings.BOUNCE_IMAP_TLS, settings.BOUNCE_IMAP_FOLDER = False, "INBOX"
        settings.BOUNCE_IMAP_PASSWORD = imap.PASSWORD
        with MailBoxUnencrypted("127.0.0.1", server.port, timeout=20) as opened:
            opened.login(settings.BOUNCE_IMAP_USER, imap.PASSWORD)
            yield opened


def work(*rounds: Callable[[], Any]) -> None:
    """Run the worker in another thread: the browser's event loop runs in this one."""
    for each in (work_off, *rounds, counting.recount):
        thread = threading.Thread(target=each)
        thread.start()
        thread.join()


def of_petition(site: str, name: str, petition: Petition) -> str:
    return f"{site}/admin/snippets/campaigns/petition/{name}/{petition.pk}/"


def fetched(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    download.value.save_as(folder / download.value.suggested_filename)
    return folder / download.value.suggested_filename


def count(page: Page, site: str, petition: Petition) -> str:
    page.goto(of_petition(site, "ledger", petition))
    total = page.get_by_role("row", name=re.compile(r"^Count "))
    return total.inner_text().split()[-1]


def test_a_manager_imports_paper_with_errors_undoes_it_and_hands_the_names_over(
    site, river, log_in, refused, tmp_path
):
    (tmp_path / "paper.csv").write_bytes(PAPER.encode("cp1252"))
    page = log_in("Campaign managers")
    page.goto(of_petition(site, "import", river))
    assert cut_off(page) == []
    page.locator("main input[type=file]").set_input_files(tmp_path / "paper.csv")
    page.get_by_label("How did they sign?").select_option(label="on paper")
    page.get_by_label("Where does the list come from?").fill("Typed by the office")
    page.get_by_label("What did these people agree to?").fill("My name is handed over.")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("main")).to_contain_text("Zoë Müller")
    page.get_by_role("button", name="Check the list").click()
    work()
    page.reload()
    row = page.locator("table.listing tbody tr").first
    expect(row).to_contain_text("2 rows can be imported. 1 person has already signed")
    wrong = list(openpyxl.load_workbook(fetched(page, tmp_path)).active.values)
    assert [line[0] for line in wrong] == ["Row", "4", "5", "6"]
    assert "This country is not known: Atlantis." in [line[1] for line in wrong]
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Import 2 signatures").click()
    work()
    assert count(page, site, river) == "6"
    assert cut_off(page) == []

    page.get_by_role("link", name="Undo").click()
    page.get_by_label("Reason").fill("These sheets belong to another petition")
    page.get_by_label("Number of signatures").fill("2")
    page.get_by_role("button", name="Delete 2 signatures").click()
    work()

    assert count(page, site, river) == "4"
    the_names_of_the_others_are_handed_over(page, site, river, tmp_path)
    what_happened_then_is_told_and_begins_an_email(river)
    assert refused == []


def the_names_of_the_others_are_handed_over(
    page: Page, site: str, river: Petition, folder: Path
) -> None:
    User.objects.get(username="campaign").groups.add(Group.objects.get(name="Moderators"))
    page.goto(of_petition(site, "pack", river))
    assert cut_off(page) == []
    page.get_by_label("What is the file for?").fill("The minister, on Friday")
    page.get_by_role("button", name="Create the pack").click()
    work()
    page.reload()
    with zipfile.ZipFile(fetched(page, folder)) as pack:
        pack.extractall(folder)
    lines = (folder / "manifest.txt").read_text().splitlines()
    for line in (each for each in lines if not each.startswith("#")):
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert len([each for each in lines if not each.startswith("#")]) == 3


def what_happened_then_is_told_and_begins_an_email(river: Petition) -> None:
    campaign, client = CampaignPage.objects.get(), Client()
    client.force_login(User.objects.get(username="campaign"))
    client.post(reverse_of("record_handover", river.pk), handover(days=0))
    client.post(reverse_of("record_reply", river.pk), reply())

    told = Client().get(campaign.url).content.decode()
    client.post(reverse("mail_update"), {"update": f"{campaign.pk}-replied"})

    for said in ("Jane Doe, Minister.", "Forty people", "We shall think about it."):
        assert said in told
    assert "on paper" not in told
    assert "We shall think about it." in str(Mailing.objects.get().body)


def write(page: Page, site: str) -> None:
    """Write and submit a mailing to the signers of the only petition."""
    page.goto(f"{site}/admin/mailings/new/")
    page.get_by_role("textbox", name="Subject").fill("The minister has answered")
    page.get_by_role("textbox", name="In place of a missing first name").fill("friend")
    page.get_by_role("button", name="Insert a block").first.click()
    page.get_by_role("option", name="Text").click()
    page.locator(".public-DraftEditor-content").click()
    page.keyboard.type("Dear {name}, she will look at it.")
    page.get_by_label("Free the river").check()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("main")).to_contain_text("People whom it would reach now")
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("main")).to_contain_text("somebody else must approve it")


def test_they_write_to_signers_of_whom_one_leaves_and_one_does_not_exist(
    site, river, log_in, smtp_server, returned, settings
):
    settings.MAILING_RATE = 6_000
    write(log_in("Campaign managers"), site)
    page = log_in("Campaign managers", "colleague")
    page.goto(f"{site}/admin/mailings/{Mailing.objects.get().pk}/")
    page.get_by_role("button", name="Approve: send it to 3 people").click()
    expect(page.locator("main")).to_contain_text("Approved by")
    work(*[lambda: sending.send_due(sleep=lambda seconds: None)] * 4)

    sent = {mail["To"]: mail for mail in smtp_server.messages if "answered" in mail["Subject"]}
    assert set(sent) == {f"{name}@example.org" for name in ("ada", "gone", "leaves")}
    assert "Dear Ada, she" in sent["ada@example.org"].get_body(("plain",)).get_content()
    leave = sent["leaves@example.org"]["List-Unsubscribe"].strip("<>")
    with urllib.request.urlopen(leave, b"List-Unsubscribe=One-Click") as answer:
        assert answer.status == 200
    [path] = [
        envelope.mail_from
        for envelope in smtp_server.envelopes
        if envelope.rcpt_tos == ["gone@example.org"] and envelope.mail_from
    ]
    returned.append(samples.raw(samples.NO_SUCH, path))
    work(reading.read_due)
    page.reload()

    numbers = page.locator("main").inner_text()
    told = dict(re.findall(r"(Sent|Came back|Unsubscribed)\n(\d+)", numbers))
    assert told == {"Sent": "3", "Came back": "1", "Unsubscribed": "1"}
    assert findings(page) == []
    client = Client()
    assert "You are unsubscribed</h1>" in client.get(leave).content.decode()
    client.force_login(User.objects.get(username="colleague"))
    again = client.get(f"/admin/mailings/{make_mailing(river).pk}/").content.decode()
    assert "People whom it would reach now</dt><dd>1</dd>" in again


def test_a_receiver_is_down_for_an_hour_and_gets_all_of_it(site, river, page, refused, settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    admit(page, site, User.objects.create_superuser("administrator"))
    with receiving() as server:
        page.goto(f"{site}/admin/receivers/new/")
        assert cut_off(page) == []
        page.get_by_role("textbox", name="Name").first.fill("Supporters")
        page.get_by_role("textbox", name="Web address").fill(server.url)
        page.get_by_label("All petitions, including future ones").check()
        page.get_by_role("button", name="Create").click()
        expect(page.locator("main")).to_contain_text("Nothing has been sent yet.")
        server.status = 503
        for name in ("bea", "cleo"):
            make_signature(river, email=f"{name}@example.org", updates=True)
        work(telling.send_due)
        page.reload()
        expect(page.locator("main")).to_contain_text("failing", ignore_case=True)
        server.status = 200
        ago = timedelta(hours=1)
        Receiver.objects.update(due_at=F("due_at") - ago, failing_since=F("failing_since") - ago)
        work(*[telling.send_due] * 3)
        page.reload()

    log = page.locator("main table tbody tr")
    expect(log).to_have_count(2)
    for row in log.all():
        expect(row).to_contain_text("sent", ignore_case=True)
    told = [got.event["data"]["fields"]["email"] for got in server.got]
    assert told[-2:] == ["bea@example.org", "cleo@example.org"]
    assert refused == []
