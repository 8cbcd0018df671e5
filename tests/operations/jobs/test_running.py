"""A job is done exactly once, whatever happens to the processes that do it."""

import contextlib
import errno
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from operations.jobs import job as jobs
from operations.jobs import running, upkeep
from operations.jobs.job import Job, Piece
from operations.jobs.work import Refused, Work, file_of
from tests import database
from tests.operations.jobs.kind import ask, give, work_off

FULL = OSError(errno.ENOSPC, "Ada")
PROBLEMS = {"refused": Refused("refused"), "unexpected": ValueError("Ada"), "full": FULL}
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("manager", "manager@example.org")


def described(job: Job) -> tuple[str, str, int]:
    job.refresh_from_db()
    return job.state, job.error, job.rows


def test_a_job_is_done_and_says_so(monkeypatch, user):
    give(monkeypatch, lambda work: {"said": work.order["word"]})
    job = ask(user, word="yes")
    before = described(job)

    work_off()

    assert before == ("waiting", "", 0)
    assert described(job) == ("done", "", 10)
    assert (job.result, job.order, job.starts) == ({"said": "yes"}, None, 1)
    assert ProcrastinateJob.objects.count() == 0


def test_what_is_rolled_back_was_never_asked_for(monkeypatch, user):
    give(monkeypatch, lambda work: {})
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        ask(user)
        raise ZeroDivisionError

    assert (Job.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_neither_queue_nor_list_hold_in_clear_what_was_typed(monkeypatch, user):
    give(monkeypatch, lambda work: {})
    job = ask(user, search="ada@example.org")

    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        [(arguments,)] = cursor.fetchall()
    assert arguments == f'{{"key": "{job.pk}"}}'
    assert b"ada@example.org" not in bytes(job.order)


@pytest.mark.parametrize("error", PROBLEMS)
def test_what_a_job_changed_before_it_failed_is_undone(error, monkeypatch, user, caplog):
    def work(work: Work) -> dict:
        User.objects.filter(pk=user.pk).update(first_name="Changed")
        raise PROBLEMS[error]

    give(monkeypatch, work)
    job = ask(user)
    work_off()
    user.refresh_from_db()

    assert described(job) == ("failed", error, 0)
    assert (user.first_name, job.order, "Ada" in caplog.text) == ("", None, False)


def test_a_job_that_waits_is_cancelled_at_once_and_never_begun(monkeypatch, user):
    done = []
    give(monkeypatch, lambda work: done.append(1) or {})
    job = ask(user)

    assert jobs.cancel(job)
    work_off()

    assert (described(job), done) == (("cancelled", "", 0), [])
    assert not jobs.cancel(job)


def test_a_job_that_runs_is_cancelled_and_leaves_nothing(monkeypatch, user):
    def work(work: Work) -> dict:
        User.objects.filter(pk=user.pk).update(first_name="Changed")
        jobs.cancel_elsewhere(work.job)
        work.advance(5)
        return {}

    def elsewhere(job: Job) -> None:
        """Cancel the job on another connection, as another process does."""
        thread = threading.Thread(target=lambda: (jobs.cancel(job), connection.close()))
        thread.start()
        thread.join()

    monkeypatch.setattr(jobs, "cancel_elsewhere", elsewhere, raising=False)
    give(monkeypatch, work)
    job = ask(user)
    work_off()
    user.refresh_from_db()

    assert (described(job), user.first_name) == (("cancelled", "", 5), "")


def test_a_job_of_a_process_that_died_is_done_by_another(monkeypatch, user):
    done = []
    give(monkeypatch, lambda work: done.append(work.job.pk) or {})
    job = ask(user)
    died(job)

    work_off()
    assert done == []
    upkeep.retry_stalled()
    work_off()

    assert (done, described(job), job.starts) == ([job.pk], ("done", "", 10), 2)


def died(job: Job) -> None:
    """Leave the job as a process does that was killed, some time ago, while it ran the job."""
    Job.objects.filter(pk=job.pk).update(state="running", starts=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_register_worker_v1()")
        [(row,)] = cursor.fetchall()
        worker = int(str(row).strip("()").split(",")[0])
        cursor.execute("SELECT * FROM procrastinate_fetch_job_v2(ARRAY['jobs'], %s)", [worker])
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1m'")


def test_a_job_that_is_thought_to_be_dead_and_is_not_is_begun_by_nobody_else(monkeypatch, user):
    done = []
    give(monkeypatch, lambda work: done.append(1) or {})
    job = ask(user)

    with held(f"job {job.pk}"):
        work_off()
    assert done == []
    ProcrastinateJob.objects.get()  # It is tried again after a few seconds.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work_off()

    assert (done, described(job)) == ([1], ("done", "", 10))


@contextlib.contextmanager
def held(name: str):
    with database.transaction_elsewhere() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        yield


def test_a_job_that_kills_its_process_each_time_is_given_up(monkeypatch, user):
    done = []
    give(monkeypatch, lambda work: done.append(1) or {})
    job = ask(user)
    Job.objects.filter(pk=job.pk).update(state="running", starts=running.MOST_STARTS)

    work_off()

    assert (described(job), done) == (("failed", "interrupted", 0), [])


def test_a_job_begins_again_where_the_database_was_away(monkeypatch, user):
    done = []

    def work(work: Work) -> dict:
        done.append(1)
        if len(done) == 1:
            raise OperationalError
        return {}

    give(monkeypatch, work)
    job = ask(user)
    work_off()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work_off()

    assert (len(done), described(job)) == (2, ("done", "", 10))


def test_a_job_that_is_in_no_queue_any_more_comes_back(monkeypatch, user):
    give(monkeypatch, lambda work: {})
    job = ask(user)
    Job.objects.filter(pk=job.pk).update(made_at=timezone.now() - timedelta(minutes=3))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    upkeep.retry_stalled()
    work_off()

    assert described(job) == ("done", "", 10)


def test_a_file_is_stored_encrypted_and_comes_out_as_it_was(monkeypatch, user):
    content = [b"Ada Lovelace\n" * 50_000] * 4
    give(monkeypatch, lambda work: work.store(iter(content)))
    job = ask(user)
    work_off()
    job.refresh_from_db()

    assert b"".join(file_of(job)) == b"".join(content)
    assert (job.result, job.pieces.count()) == ({"size": 2_600_000, "pieces": 3}, 3)
    assert not any(b"Ada Lovelace" in bytes(piece.content) for piece in job.pieces.all())


def test_the_file_of_an_interrupted_attempt_is_replaced(monkeypatch, user):
    def work(work: Work) -> dict:
        result = work.store(iter([b"first"] if work.job.starts == 1 else [b"second"]))
        if work.job.starts == 1:
            raise OperationalError
        return result

    give(monkeypatch, work)
    job = ask(user)
    work_off()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work_off()
    job.refresh_from_db()

    assert b"".join(file_of(job)) == b"second"


def test_a_file_is_deleted_after_a_day_and_the_job_after_a_month(monkeypatch, user):
    give(monkeypatch, lambda work: work.store(iter([b"file"])))
    job = ask(user)
    work_off()
    upkeep.delete_old()
    job.refresh_from_db()
    assert b"".join(file_of(job)) == b"file"

    Job.objects.update(file_expires_at=timezone.now() - timedelta(seconds=1))
    job.refresh_from_db()
    assert file_of(job) is None
    upkeep.delete_old()
    job.refresh_from_db()
    assert (Piece.objects.count(), job.file_salt) == (0, None)

    Job.objects.update(ended_at=timezone.now() - timedelta(days=31))
    upkeep.delete_old()
    assert Job.objects.count() == 0


def test_the_pieces_that_a_crash_of_the_database_takes_away_are_no_file(monkeypatch, user):
    give(monkeypatch, lambda work: work.store(iter([b"file"])))
    job = ask(user)
    work_off()
    Piece.objects.all().delete()
    job.refresh_from_db()

    assert file_of(job) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'operations_piece'")
        assert cursor.fetchone() == ("u",)


def test_of_one_person_one_job_runs_at_a_time(monkeypatch, user):
    running = []

    def work(work: Work) -> dict:
        """Give another job a moment to run at the same time."""
        for _ in range(20):
            running.append(Job.objects.filter(state="running").count())
            time.sleep(0.05)
        return {}

    give(monkeypatch, work)
    jobs = [ask(user), ask(user)]
    while any(job.is_under_way for job in jobs):
        work_off()
        for job in jobs:
            job.refresh_from_db()

    assert set(running) == {1}


def test_jobs_and_files_go_with_the_account(monkeypatch, user):
    give(monkeypatch, lambda work: work.store(iter([b"file"])))
    ask(user)
    work_off()

    user.delete()

    assert (Job.objects.count(), Piece.objects.count()) == (0, 0)
