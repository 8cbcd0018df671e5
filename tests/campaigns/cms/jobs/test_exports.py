"""Large exports: a job makes the file, and one person downloads it."""

import csv
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import openpyxl
import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import GroupCollectionPermission, ModelLogEntry
from wagtail.users.models import UserProfile

from campaigns.privacy import dependent_rows, erasing
from campaigns.signing import withdrawing
from operations.jobs import notices, upkeep
from operations.jobs.job import Job, Piece
from tests.campaigns.cms.browsing import searched
from tests.campaigns.cms.conftest import MANAGER, make_team, make_user
from tests.campaigns.cms.signatures.test_export_answers import ASKED, csv_rows, download, export_url
from tests.factories import make_signature
from tests.operations.jobs.kind import work_off

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LIST = reverse("jobs")


@pytest.fixture(autouse=True)
def many(settings, teams):
    """Two signatures are small enough to be streamed, and three are not."""
    settings.EXPORT_STREAMED_ROWS = 2
    for number in (1, 2):
        make_signature(teams.ours, name=f"=Signer {number}", email=f"{number}@example.org")


@pytest.fixture
def client(people, browse):
    return browse(people.river_manager)


def asked(client, format="csv", **query) -> Job:
    answer = client.post(export_url(format, **query), ASKED)
    assert (answer.status_code, answer.headers.get("Location")) == (302, LIST), answer.content
    return Job.objects.first()


def made(client, format="csv", **query) -> Job:
    job = asked(client, format, **query)
    work_off()
    job.refresh_from_db()
    return job


def fetch(client, job):
    return client.get(reverse("job_file", args=[job.pk]))


def content_of(answer) -> bytes:
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, len(content)) == (200, int(answer["Content-Length"]))
    assert answer["X-Accel-Buffering"] == "no"  # nginx stores nothing of it
    return content


def entry() -> dict:
    return ModelLogEntry.objects.filter(action="petition.export").latest("pk").data


def test_the_file_is_the_one_that_would_have_been_streamed(client, settings):
    job = made(client)
    late = content_of(fetch(client, job))
    workbook = made(client, "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content_of(fetch(client, workbook)))).active
    settings.EXPORT_STREAMED_ROWS = 1000
    streamed = b"".join(download(client).streaming_content)

    assert late == streamed
    assert job.result["sha256"] == hashlib.sha256(late).hexdigest()
    rows = list(csv.reader(io.StringIO(late.decode("utf-8-sig"))))
    assert [rows[0][0], len(rows)] == ["Number", 4]
    assert {"'=Signer 1", "'=Signer 2", "Ada Lovelace"} <= {cell for row in rows for cell in row}
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"=Signer 1", "=Signer 2", "Ada Lovelace"} <= cells
    assert fetch(client, workbook)["Content-Disposition"].endswith('.xlsx"')


def test_small_ones_are_streamed_as_before_and_the_same_large_one_is_asked_for_once(client):
    said = "The server creates this file while you go on working; you download it from your jobs."
    assert said in client.get(export_url()).content.decode()
    assert said not in client.get(export_url(**searched(client, "Ada"))).content.decode()
    rows = csv_rows(download(client, **searched(client, "Ada")))
    assert [row["Name"] for row in rows] == ["Ada Lovelace"]
    assert Job.objects.count() == 0

    first = asked(client)
    again = client.post(export_url(), ASKED)
    second = client.post(export_url(), {**ASKED, "second": "yes"})

    assert (again.status_code, second.status_code, Job.objects.count()) == (409, 302, 2)
    assert "You have already asked for exactly this file" in again.content.decode()
    # One that is cancelled leaves no file.
    for job in Job.objects.all():
        client.post(reverse("cancel_job", args=[job.pk]))
    work_off()
    first.refresh_from_db()
    found = first.state, Piece.objects.count(), fetch(client, first)["Location"]
    assert found == ("cancelled", 0, LIST)
    assert entry()["finished"] is False


def test_the_list_of_exports_says_when_the_file_is_made_and_when_it_is_fetched(
    client, people, browse
):
    exports = reverse("exports")
    job = asked(client)
    before = client.get(exports).content.decode()
    work_off()
    job.refresh_from_db()
    # Nobody else gets it, not even administrators.
    for other in (people.manager, people.administrator, people.moderator, people.editor):
        assert fetch(browse(other), job).status_code == 404
    assert entry()["fetched"] == 0
    waiting = client.get(exports).content.decode()
    content_of(fetch(client, job))
    fetched = client.get(exports).content.decode()

    assert "not finished: at most 0 of 3" in before
    assert "3, not downloaded so far" in waiting
    assert "not downloaded" not in fetched
    assert job.result["sha256"] in waiting
    assert (entry()["rows"], entry()["finished"], entry()["fetched"]) == (3, True, 1)


def test_a_manager_of_another_collection_gets_nothing(client, teams, people, browse):
    job = asked(client)
    stranger = make_user("forest", "Editors")
    stranger.groups.set([make_forest(teams)])
    stranger = browse(stranger)

    shown = (
        stranger.get(LIST).content.decode() + stranger.get(reverse("jobs_results")).content.decode()
    )
    answers = [
        stranger.get(reverse("cancel_job", args=[job.pk])).status_code,
        stranger.post(reverse("cancel_job", args=[job.pk])).status_code,
        fetch(stranger, job).status_code,
    ]
    work_off()
    answers.append(fetch(stranger, job).status_code)

    assert answers == [404] * 4
    assert "Free the river" not in shown
    assert str(job.pk) not in shown
    assert "Free the river" not in stranger.get(reverse("wagtailadmin_home")).content.decode()
    job.refresh_from_db()
    assert job.state == "done"


def make_forest(teams):
    return make_team("Forest team", teams.forest, *MANAGER, "moderate_signatures")


def take_right_away() -> None:
    GroupCollectionPermission.objects.filter(
        group__name="River team", permission__codename="export_everything_petition"
    ).delete()


def test_who_may_no_longer_export_it_gets_no_file(client, teams):
    job = made(client)
    # A petition that moves to another team takes the file along.
    teams.ours.collection = teams.forest
    teams.ours.save()
    assert fetch(client, job).status_code == 302
    teams.ours.collection = teams.river
    teams.ours.save()
    ordered = asked(client)
    take_right_away()

    answer = fetch(client, job)
    work_off()
    ordered.refresh_from_db()

    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    found = ordered.state, ordered.error, Piece.objects.filter(job=ordered).count()
    assert found == ("failed", "forbidden", 0)
    entries = ModelLogEntry.objects.filter(action="petition.export").order_by("pk")
    assert [each.data["finished"] for each in entries] == [True, False]
    assert entries[0].data["fetched"] == 0


def test_a_file_that_expired_or_holds_data_of_an_erased_person_is_gone_and_that_is_said(
    client, teams
):
    other = make_signature(teams.theirs, email="else@example.org")
    before = made(client)
    fetched = content_of(fetch(client, before))

    erasing.erase(other.email)
    kept = Piece.objects.exists()
    erasing.erase("1@example.org")

    after = client.get(reverse("job_file", args=[before.pk]), follow=True).content.decode()
    assert (kept, Piece.objects.exists()) == (True, False)
    assert "This file has been deleted. Please create it once more." in after
    assert b"Signer 1" in fetched
    assert b"Signer 1" not in b"".join(download(client).streaming_content)

    gone = make_signature(teams.ours, email="gone@example.org")
    made(client)
    withdrawing.withdraw(gone.token("withdraw"))
    holding = Piece.objects.exists()
    erasing.erase(gone.email)
    assert (holding, Piece.objects.exists()) == (True, False)

    make_signature(teams.ours, email="third@example.org")
    job = made(client)
    Job.objects.update(file_expires_at=timezone.now() - timedelta(minutes=1))
    first = fetch(client, job)
    upkeep.delete_old()
    second = client.get(reverse("job_file", args=[job.pk]), follow=True)

    assert (first.status_code, first["Location"]) == (302, LIST)
    assert "This file has been deleted." in second.content.decode()
    assert reverse("job_file", args=[job.pk]) not in second.content.decode()
    assert entry()["fetched"] == 0


def test_a_file_that_is_made_during_an_erasure_is_deleted_with_it(client, monkeypatch):
    job, delete = asked(client), dependent_rows.delete

    def meanwhile(keys) -> None:
        with ThreadPoolExecutor(1) as threads:
            threads.submit(work_off).result()
            threads.submit(connections.close_all).result()
        delete(keys)

    monkeypatch.setattr(dependent_rows, "delete", meanwhile)
    erasing.erase("1@example.org")

    job.refresh_from_db()
    assert (job.state, job.file_salt, Piece.objects.exists()) == ("done", None, False)


def test_a_search_is_nowhere_in_clear_and_the_mail_that_the_file_is_there_holds_no_name(
    client, teams, smtp_server, people
):
    for number in (1, 2, 3):
        make_signature(teams.ours, name=f"Ada {number}", email=f"{number}@rare.example")
    job = asked(client, **searched(client, "rare.example"))
    before = Job.objects.values().get()
    work_off()
    job.refresh_from_db()

    assert "rare.example" not in str(before["told"]) + str(before["result"])
    assert b"rare.example" not in bytes(before["order"])
    assert "rare.example" not in str(Job.objects.values("told", "result").get(pk=job.pk))
    zone = "Africa/Nairobi"
    UserProfile.objects.create(user=job.made_by, current_time_zone=zone)

    assert (notices.send_due(), notices.send_due()) == (0, None)

    [mail] = smtp_server.messages
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "river@example.org"
    assert mail["Subject"] == "Done: Export: Everything, CSV"
    with timezone.override(zone):
        until = date_format(timezone.localtime(job.file_expires_at), "DATETIME_FORMAT")
    assert f"3 signatures. You can download the file until {until}." in text
    assert f"http://testserver{LIST}" in text
    assert ("Ada" in str(mail), "rare.example" in str(mail)) == (False, False)

    made(client, "xlsx")
    people.river_manager.groups.clear()  # who may not use the CMS any more gets no mail of a job
    assert (notices.send_due(), notices.send_due()) == (0, None)
    assert len(smtp_server.messages) == 1
