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
    settings.EXPORT_STREAMED_ROWS = 1000
    streamed = b"".join(download(client).streaming_content)

    assert late == streamed
    assert late.count(b"\r\n") == 4
    assert job.result["sha256"] == hashlib.sha256(late).hexdigest()


def test_a_workbook_is_made_by_a_job_too(client):
    job = made(client, "xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(content_of(fetch(client, job)))).active

    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"=Signer 1", "=Signer 2", "Ada Lovelace"} <= cells
    assert fetch(client, job)["Content-Disposition"].endswith('.xlsx"')


def test_small_ones_are_streamed_as_before_and_the_screen_says_which_are_not(client):
    said = "The server creates this file while you go on working; you download it from your jobs."
    assert said in client.get(export_url()).content.decode()
    assert said not in client.get(export_url(**searched(client, "Ada"))).content.decode()

    rows = csv_rows(download(client, **searched(client, "Ada")))
    assert [row["Name"] for row in rows] == ["Ada Lovelace"]
    assert Job.objects.count() == 0


def test_the_list_of_exports_says_when_the_file_is_made_and_when_it_is_fetched(client):
    exports = reverse("exports")
    job = asked(client)
    before = client.get(exports).content.decode()
    work_off()
    job.refresh_from_db()
    waiting = client.get(exports).content.decode()
    content_of(fetch(client, job))
    fetched = client.get(exports).content.decode()

    assert "not finished: at most 0 of 3" in before
    assert "3, not downloaded so far" in waiting
    assert "not downloaded" not in fetched
    assert job.result["sha256"] in waiting
    assert (entry()["rows"], entry()["finished"], entry()["fetched"]) == (3, True, 1)


def test_nobody_else_gets_the_file_not_even_administrators(client, people, browse):
    job = made(client)

    for other in (people.manager, people.administrator, people.moderator, people.editor):
        assert fetch(browse(other), job).status_code == 404
    assert entry()["fetched"] == 0


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


def test_a_right_that_is_withdrawn_before_the_download_takes_the_file_away(client):
    job = made(client)
    take_right_away()

    answer = fetch(client, job)

    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert entry()["fetched"] == 0


def test_a_right_that_is_withdrawn_before_the_job_begins_ends_it(client):
    job = asked(client)
    take_right_away()
    work_off()
    job.refresh_from_db()

    assert (job.state, job.error, Piece.objects.count()) == ("failed", "forbidden", 0)
    assert entry()["finished"] is False


def test_a_petition_that_moves_to_another_team_takes_the_file_along(client, teams):
    job = made(client)
    teams.ours.collection = teams.forest
    teams.ours.save()

    assert fetch(client, job).status_code == 302
    assert entry()["fetched"] == 0


def test_an_expired_file_is_gone_and_that_is_said(client):
    job = made(client)
    Job.objects.update(file_expires_at=timezone.now() - timedelta(minutes=1))
    first = fetch(client, job)
    upkeep.delete_old()
    second = client.get(reverse("job_file", args=[job.pk]), follow=True)

    assert (first.status_code, first["Location"]) == (302, LIST)
    assert "This file has been deleted." in second.content.decode()
    assert reverse("job_file", args=[job.pk]) not in second.content.decode()
    assert entry()["fetched"] == 0


def test_erasing_a_person_deletes_the_waiting_file_and_not_what_was_fetched(client, teams):
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


def test_the_same_again_is_told_while_the_first_waits(client):
    asked(client)

    again = client.post(export_url(), ASKED)
    second = client.post(export_url(), {**ASKED, "second": "yes"})

    assert (again.status_code, second.status_code, Job.objects.count()) == (409, 302, 2)
    assert "You have already asked for exactly this file" in again.content.decode()


def test_a_search_is_nowhere_in_clear(client, teams):
    for number in (1, 2, 3):
        make_signature(teams.ours, name=f"Ada {number}", email=f"{number}@rare.example")
    job = asked(client, **searched(client, "rare.example"))
    before = Job.objects.values().get()
    work_off()

    assert "rare.example" not in str(before["told"]) + str(before["result"])
    assert b"rare.example" not in bytes(before["order"])
    assert "rare.example" not in str(Job.objects.values("told", "result").get(pk=job.pk))


def test_a_cancelled_export_leaves_no_file(client):
    job = asked(client)
    client.post(reverse("cancel_job", args=[job.pk]))
    work_off()
    job.refresh_from_db()

    found = job.state, Piece.objects.count(), fetch(client, job)["Location"]
    assert found == ("cancelled", 0, LIST)
    assert entry()["finished"] is False


def test_a_mail_says_that_the_file_is_there_and_holds_no_name(client, smtp_server, people):
    job = made(client)
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
    assert "Ada" not in str(mail)

    made(client, "xlsx")
    people.river_manager.groups.clear()  # who may not use the CMS any more gets no mail of a job
    assert (notices.send_due(), notices.send_due()) == (0, None)
    assert len(smtp_server.messages) == 1


def test_answers_stand_in_the_file_of_a_job_as_in_a_streamed_one(client):
    job = made(client)
    rows = list(csv.reader(io.StringIO(content_of(fetch(client, job)).decode("utf-8-sig"))))

    assert [row[0] for row in rows[:1]] == ["Number"]
    assert {"'=Signer 1", "'=Signer 2", "Ada Lovelace"} <= {cell for row in rows for cell in row}
