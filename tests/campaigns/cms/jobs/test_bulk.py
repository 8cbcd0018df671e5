"""Bulk actions on very many signatures: a job does them, to all or to none."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, ModelLogEntry

from campaigns.cms.bulk import recording, tasks
from campaigns.cms.jobs import bulk
from campaigns.models import OutgoingMail, Petition, Signature
from campaigns.moderation import moderating
from campaigns.petitions import immediate_actions
from campaigns.privacy import deleting
from campaigns.signing import signing
from operations.jobs import batches
from operations.jobs.job import Job
from operations.jobs.work import Work
from tests import database
from tests.factories import make_mail, make_pending, make_signature
from tests.operations.jobs.kind import work_off

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LIST = reverse("jobs")


@pytest.fixture(autouse=True)
def many(monkeypatch, teams):
    """More signatures than a batch, which holds two."""
    monkeypatch.setattr(batches, "SETTLE", batches.SETTLE.replace(f"/ {batches.SIZE}", "/ 2"))
    monkeypatch.setattr(Work, "look", 0)
    make_five(teams)
    for number in range(5):
        make_mail(make_pending(teams.ours, days=2, email=f"p{number}@f.example", source="y"))


def make_five(teams) -> None:
    """Five signatures, as new, whatever became of them before."""
    Signature.objects.filter(source="x").delete()
    for number in range(5):
        make_signature(teams.ours, email=f"{number}@f.example", source="x")


def ask(people, task, source="x") -> Job:
    subject = task.subject(Signature.objects.filter(source=source))
    return bulk.ask(task, subject, reason="A flood", by=people.administrator)


def made(job: Job) -> Job:
    work_off()
    job.refresh_from_db()
    return job


def states() -> tuple[int, int]:
    found = Signature.objects.filter(source="x")
    return found.count(), found.filter(anonymised_at=None).count()


def test_a_job_does_it_to_all_with_one_entry(teams, people, browse):
    for task, left in ((tasks.Anonymise, (5, 0)), (tasks.Delete, (0, 0))):
        make_five(teams)
        job = ask(people, task)
        before = states()
        made(job)

        assert (before, states()) == ((5, 5), left), task
        assert (job.state, job.result["rows"]) == ("done", 5), task
        [entry] = ModelLogEntry.objects.filter(action=f"petition.{task.key}_signatures")
        assert (entry.data["count"], entry.data["reason"]) == (5, "A flood"), task
    listed = browse(people.administrator).get(LIST).content.decode()
    assert [each.done(5) in listed for each in (tasks.Anonymise, tasks.Delete)] == [True, True]


def test_resending_keeps_its_pace_over_the_batches_and_leads_to_taking_back(people, browse):
    job = made(ask(people, tasks.Resend, "y"))

    due = (
        OutgoingMail.objects.filter(outcome="").order_by("due_at").values_list("due_at", flat=True)
    )
    waits = [(each - due[0]).total_seconds() for each in due]
    undo = reverse("undo_resending", args=[job.result["resending"]])
    assert waits == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert undo in browse(people.administrator).get(LIST).content.decode()

    # Who confirms while a job waits is not deleted by it.
    job = ask(people, tasks.Delete, "y")
    signing.confirm(Signature.objects.get(email="p1@f.example").token("confirm"))
    made(job)
    assert [one.email for one in Signature.objects.filter(source="y")] == ["p1@f.example"]
    assert job.result["rows"] == 4


def test_cancelled_or_without_the_right_or_with_data_that_is_held_meanwhile_it_changes_nothing(
    people, teams, monkeypatch
):
    advance = Work.advance

    def cancel_and_advance(work: Work, rows: int) -> None:
        with work.aside.cursor() as cursor:
            cursor.execute("UPDATE operations_job SET cancelled_at = now() WHERE ended_at IS NULL")
        advance(work, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Work, "advance", cancel_and_advance)
        job = made(ask(people, tasks.Delete))
    assert (job.state, states()) == ("cancelled", (5, 5))

    subject = tasks.Delete.subject(Signature.objects.filter(source="x"))
    job = bulk.ask(tasks.Delete, subject, reason="A flood", by=people.river_manager)
    GroupCollectionPermission.objects.filter(
        permission__codename="delete_signatures_petition"
    ).delete()
    made(job)
    assert (job.state, job.error, states()) == ("failed", "forbidden", (5, 5))

    delete = deleting.delete

    def hold_and_delete(keys, **seen):
        found = delete(keys, **seen)
        if not teams.ours.tally.held_at:
            immediate_actions.hold(teams.ours, reason="A court asks.", by=people.administrator)
            teams.ours.tally.refresh_from_db()
        return found

    monkeypatch.setattr(deleting, "delete", hold_and_delete)
    job = made(ask(people, tasks.Delete))
    assert (job.state, job.error, states()) == ("failed", "held", (5, 5))


@contextmanager
def held_before(
    module: ModuleType, name: str, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Somebody holds the data just before the function `name` writes into the history."""
    write = getattr(module, name)
    holds = []

    def hold() -> None:
        try:
            immediate_actions.hold(petition, reason="A court asks.", by=None)
        finally:
            connection.close()

    def hold_and_write(*args: Any, **more: Any) -> None:
        holds.append(pool.submit(hold))
        while not (holds[0].done() or database.waiting()):
            time.sleep(0.02)
        write(*args, **more)

    monkeypatch.setattr(module, name, hold_and_write)
    with ThreadPoolExecutor(1) as pool:
        yield
        holds[0].result()


def last_of_history() -> list[str]:
    entries = ModelLogEntry.objects.order_by("timestamp", "pk")
    return [each.action.partition(".")[2] for each in entries][-2:]


def test_a_hold_at_the_last_moment_waits_and_comes_after_the_deletion(people, teams, monkeypatch):
    with held_before(recording, "log_each", teams.ours, monkeypatch):
        job = made(ask(people, tasks.Delete))

    assert (job.state, states()) == ("done", (0, 0))
    assert last_of_history() == ["delete_signatures", "hold"]


def test_what_is_gone_or_what_a_colleague_decides_about_meanwhile_is_left_out_and_said(
    teams, people, browse
):
    """Deleting the quarantined signatures leaves out those that were released in the meantime."""
    one = Signature.objects.filter(email="1@f.example")
    for task, rows in ((tasks.Anonymise, 4), (tasks.Delete, 3)):
        make_five(teams)
        moderating.moderate(one, moderation="quarantined", reason="Odd", by=None)
        job = ask(people, task)
        moderating.moderate(one, moderation="", reason="A school", by=None)
        if task == tasks.Delete:
            Signature.objects.get(email="0@f.example").delete()
        made(job)

        said = browse(people.administrator).get(LIST).content.decode()
        assert one.get().anonymised_at is None, task
        assert (job.state, job.total, job.result["rows"]) == ("done", 5, rows), task
        assert (
            "The others were moderated or confirmed in the meantime, or this was no longer "
            "possible." in said
        ), task
        Job.objects.all().delete()
