"""Decisions about many signatures: a job makes them, about all that were shown or about none."""

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupCollectionPermission, ModelLogEntry

from campaigns.cms.jobs import decisions
from campaigns.models import Decision, OutgoingMail, Signature
from campaigns.moderation import moderating
from campaigns.signing import signing
from operations.jobs import batches
from operations.jobs.job import Batch, Job
from operations.jobs.work import Work
from tests.campaigns.cms.conftest import grant
from tests.factories import make_signature
from tests.operations.jobs.kind import work_off

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MODERATE = f"{reverse('moderate_signatures')}?state=quarantined"
LIST = reverse("jobs")


@pytest.fixture(autouse=True)
def many(monkeypatch, teams):
    """More than two signatures are many, and a batch holds two."""
    monkeypatch.setattr(decisions, "AT_ONCE", 2)
    monkeypatch.setattr(batches, "SETTLE", batches.SETTLE.replace(f"/ {batches.SIZE}", "/ 2"))
    monkeypatch.setattr(Work, "look", 0)
    quarantine(teams)


def quarantine(teams) -> None:
    """Five signatures, as new, whatever became of them before."""
    Signature.objects.filter(email__endswith="@fake.example").delete()
    for number in range(5):
        make_signature(teams.ours, email=f"{number}@fake.example", **QUARANTINED)


QUARANTINED = {"moderation": "quarantined", "moderation_reason": "burst"}


@pytest.fixture
def client(people, teams, browse):
    group = people.river_manager.groups.get()
    grant(group, teams.river, "moderate_signatures")
    return browse(people.river_manager)


def ask(client, moderation="invalidated", **query) -> Job:
    asked = client.get(MODERATE, query)
    newest = asked.context["form"].initial["newest"]
    answer = client.post(
        asked.request["PATH_INFO"] + "?" + asked.request["QUERY_STRING"],
        {"moderation": moderation, "reason": "A flood", "newest": newest},
    )
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    return Job.objects.latest("made_at")


def made(job: Job) -> Job:
    work_off()
    job.refresh_from_db()
    return job


def states() -> list[str]:
    return list(Signature.objects.order_by("pk").values_list("moderation", flat=True))


def test_a_large_decision_is_a_job_with_its_entry_and_is_undone_like_every_other(client, teams):
    before = states()
    job = ask(client)
    waiting = states()
    # The reason is in the job only as long as it runs, and encrypted.
    assert (b"A flood" in bytes(job.order), "A flood" in str(job.told)) == (False, False)
    assert made(job).order is None
    decided = states()
    page = client.get(LIST).content.decode()
    undo = reverse("undo_decision", args=[Decision.objects.get().pk])
    client.post(undo)
    work_off()
    after = client.get(LIST).content.decode()

    assert before == waiting == states() == ["", "", *["quarantined"] * 5]
    assert decided == ["", "", *["invalidated"] * 5]
    assert (job.state, job.total, job.result["rows"]) == ("done", 5, 5)
    assert "5 signatures have been moderated." in page
    assert "Invalidate 5 signatures" in page
    assert undo in page
    assert undo not in after
    [entry] = ModelLogEntry.objects.filter(action="petition.moderate")
    assert (entry.data["count"], entry.object_id) == (5, str(teams.ours.pk))
    assert Batch.objects.count() == 0


def test_undoing_a_large_decision_is_a_job_too_and_is_done_once(client, people, browse):
    before = states()
    made(ask(client))
    undo = reverse("undo_decision", args=[Decision.objects.get().pk])
    colleague = browse(people.administrator)
    asked = colleague.post(undo)
    still = states()
    again = client.post(undo, follow=True).content.decode()
    work_off()
    job = Job.objects.get(kind="undo")

    assert (asked.status_code, asked["Location"]) == (302, LIST)
    assert still == ["", "", *["invalidated"] * 5]
    assert "The server is undoing this decision already." in again
    assert (job.state, job.total, job.result["rows"]) == ("done", 5, 5)
    assert states() == before
    said = colleague.get(LIST).content.decode()
    assert "Undo the decision for 5 signatures" in said
    assert "5 signatures are in their earlier states again." in said
    [entry] = ModelLogEntry.objects.filter(action="petition.undo_decision")
    assert (entry.data["count"], entry.user) == (5, people.administrator)


def test_undoing_reads_again_whether_it_can_and_may_be_done(client, people):
    def undone():
        moderating.undo(decision, by=people.administrator)

    def right():
        GroupCollectionPermission.objects.filter(
            permission__codename="moderate_signatures_petition"
        ).delete()

    for meanwhile, error in ((undone, "gone"), (right, "forbidden")):
        made(ask(client))
        decision = Decision.objects.latest("pk")
        client.post(reverse("undo_decision", args=[decision.pk]))
        meanwhile()
        before = states()
        job = made(Job.objects.get(kind="undo"))

        assert (job.state, job.error, states()) == ("failed", error, before)
        job.delete()


def test_what_was_shown_is_moderated_by_a_job_and_the_few_that_came_later_at_once(client, teams):
    job = ask(client)
    for number in range(2):
        make_signature(teams.ours, email=f"later{number}@fake.example", **QUARANTINED)
    made(job)

    later = Signature.objects.filter(email__startswith="later")
    assert job.result["rows"] == 5
    assert [each.moderation for each in later] == ["quarantined"] * 2
    client.post(MODERATE, {"moderation": "invalidated", "reason": "A flood"})
    assert (Job.objects.count(), Decision.objects.count()) == (1, 2)
    assert [each.moderation for each in later.all()] == ["invalidated"] * 2


SAID = "The others were withdrawn, anonymised, moderated or confirmed in the meantime."


def test_what_is_gone_or_decided_in_the_meantime_is_left_out_and_said(client, teams):
    """Even if the job would decide something else."""
    one = Signature.objects.filter(email="1@fake.example")
    job = ask(client)
    Signature.objects.get(email="0@fake.example").delete()
    moderating.moderate(one, moderation="invalidated", reason="Seen", by=None)
    made(job)
    assert (job.state, job.total, job.result["rows"]) == ("done", 5, 3)
    assert one.get().moderation_reason == "Seen"
    assert SAID in client.get(LIST).content.decode()

    for is_undone in (False, True):
        quarantine(teams)
        Job.objects.all().delete()
        if is_undone:
            Signature.objects.filter(pk=one.get().pk).update(moderation="", moderation_reason="")
            made_before = moderating.moderate(one, moderation="quarantined", reason="Odd", by=None)
        job = ask(client, "invalidated" if is_undone else "release")
        if is_undone:
            moderating.undo(made_before, by=None)
        else:
            moderating.moderate(one, moderation="invalidated", reason="A bot", by=None)
        held = one.get().moderation
        made(job)

        assert (job.state, job.total, job.result["rows"]) == ("done", 5, 4), is_undone
        assert one.get().moderation == held == ("" if is_undone else "invalidated")
        assert SAID in client.get(LIST).content.decode(), is_undone


def test_who_confirms_while_the_job_waits_is_left_out_unless_released(client, teams):
    """Confirming lifts the quarantine of a signature without a proof of work."""
    for moderation, reason, rows in (("invalidated", "proof", 4), ("release", "burst", 5)):
        quarantine(teams)
        Signature.objects.filter(moderation="quarantined").update(
            confirmed_at=None, proven_at=None, moderation_reason=reason
        )
        job = ask(client, moderation)
        one = Signature.objects.get(email="1@fake.example")
        signing.confirm(one.token("confirm"))
        made(job)

        one.refresh_from_db()
        assert (one.moderation, one.confirmed_at is not None) == ("", True), moderation
        assert job.result["rows"] == rows, moderation


def test_a_decision_that_is_cancelled_or_whose_maker_loses_the_right_changes_nothing(
    client, monkeypatch
):
    """It is cancelled when the first batch is done."""
    advance = Work.advance

    def cancel_and_advance(work: Work, rows: int) -> None:
        with work.aside.cursor() as cursor:
            cursor.execute("UPDATE operations_job SET cancelled_at = now()")
        advance(work, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Work, "advance", cancel_and_advance)
        job = made(ask(client))

    assert (job.state, job.rows, Decision.objects.count()) == ("cancelled", 2, 0)
    assert states() == ["", "", *["quarantined"] * 5]
    assert not ModelLogEntry.objects.filter(action="petition.moderate").exists()
    assert Batch.objects.count() == 0
    job = ask(client)
    GroupCollectionPermission.objects.filter(
        permission__codename="moderate_signatures_petition"
    ).delete()
    made(job)
    assert (job.state, job.error, Decision.objects.count()) == ("failed", "forbidden", 0)
    said = (
        "You no longer have permission to moderate the signatures of every one of these petitions."
    )
    assert said in client.get(LIST).content.decode()


def test_a_decision_whose_process_dies_is_made_once(client, monkeypatch):
    """The first attempt is interrupted after its last batch; the second starts from scratch."""
    attempts = []
    counts = moderating.counts

    def interrupted(decision: Decision) -> dict[int, int]:
        attempts.append(1)
        if len(attempts) == 1:
            raise OperationalError
        return counts(decision)

    monkeypatch.setattr(moderating, "counts", interrupted)
    job = ask(client)
    work_off()
    assert (states()[2:], Decision.objects.count()) == (["quarantined"] * 5, 0)
    run_again()
    made(job)

    assert (job.state, job.result["rows"], Decision.objects.count()) == ("done", 5, 1)
    assert Decision.objects.get().moderated.count() == 5


def run_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")


def test_releasing_makes_the_mails_due_that_waited(client):
    for signature in Signature.objects.filter(moderation="quarantined"):
        OutgoingMail.objects.create(
            signature=signature,
            kind="confirm",
            due_at=timezone.now(),
            outcome="waiting",
            ended_at=timezone.now(),
        )
    made(ask(client, "release"))

    assert set(OutgoingMail.objects.values_list("outcome", flat=True)) == {
        OutgoingMail.Outcome.OWED
    }
    assert states() == [""] * 7
