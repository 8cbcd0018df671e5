"""Running jobs through procrastinate: each job only once, however many workers there are."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import get_language, override
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from operations import encryption, locks, media
from operations.database_errors import reason
from operations.jobs import kinds
from operations.jobs.job import FILE_KEPT_FOR, Job, State, end
from operations.jobs.work import Cancelled, Refused, Stopping, Work

log = logging.getLogger(__name__)

# After so many starts a job fails: it is probably the job that kills its process.
MOST_STARTS = 5
BEGIN = f"""
    UPDATE {Job._meta.db_table}
    SET state = 'running', starts = starts + 1, rows = 0, started_at = now()
    WHERE id = %s AND state IN ('waiting', 'running')
"""
PUT_BACK = f"""
    UPDATE {Job._meta.db_table} SET state = 'waiting', starts = starts - 1, rows = 0
    WHERE id = %s AND state = 'running'
"""


class StillRunning(Exception):
    """Another process is still running the job, although it was thought to be dead."""


def ask(kind: str, *, by: User, order: dict[str, Any], told: dict[str, Any], total: int) -> Job:
    """Request a job. It does not start before the surrounding transaction is committed.

    The texts in its file are in the language that is active now.
    """
    told = {**told, "language": get_language()}
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind, made_by=by, order=encryption.seal(order), told=told, total=total
        )
        defer(job)
    return job


def defer(job: Job) -> None:
    """Put a job into the queue. Only one job of each person runs at a time."""
    run.configure(lock=f"jobs of {job.made_by_id}").defer(key=str(job.pk))


# Exceptions that reach this level are not about the job, so it is retried, up to `MOST_STARTS`.
@app.task(name="run", queue="jobs", pass_context=True, retry=RetryStrategy(wait=5))
def run(context: JobContext, *, key: str) -> None:
    """Run the job with this primary key from its beginning; do nothing if it has ended."""
    with beside() as aside:
        try:
            with transaction.atomic():
                # Held until the work is committed or rolled back, or until PostgreSQL notices that
                # the process has died.
                if not locks.take(f"job {key}"):
                    raise StillRunning
                if job := begin(UUID(key), aside):
                    do(job, aside, is_stopping=context.should_abort)
        except Stopping:
            execute(aside, PUT_BACK, key)
            raise
        except Exception as problem:
            log.warning("Job %s will be begun again: %s", key, reason(problem))
            raise


def begin(key: UUID, aside: BaseDatabaseWrapper) -> Job | None:
    """Mark the job as running, and return it; return None if there is nothing left to do."""
    if not execute(aside, BEGIN, key):
        return None
    job = Job.objects.get(pk=key)
    if job.cancelled_at:
        end(job, state=State.CANCELLED)
        return None
    if job.starts > MOST_STARTS:
        end(job, state=State.FAILED, error=kinds.INTERRUPTED, notice_at=timezone.now())
        return None
    return job


def do(job: Job, aside: BaseDatabaseWrapper, *, is_stopping: Callable[[], bool]) -> None:
    """Do the work, and end the job in the same transaction, so that both happen or neither."""
    try:
        with transaction.atomic(), override(job.told["language"]):
            result = kinds.of(job).work(Work(job, aside, is_stopping=is_stopping))
            if Job.objects.select_for_update().get(pk=job.pk).cancelled_at:
                raise Cancelled
            now = timezone.now()
            end(
                job,
                state=State.DONE,
                result=result,
                rows=job.total,
                file_expires_at=now + FILE_KEPT_FOR if "pieces" in result else None,
                notice_at=now,
            )
            return
    except Cancelled:
        end(job, state=State.CANCELLED)
        return
    except Refused as refusal:
        error = str(refusal)
    except encryption.Damaged:
        error = kinds.UNREADABLE
    except (Stopping, OperationalError, InterfaceError):
        raise
    except Exception as problem:
        # The message of an exception may name a signer.
        log.error("Job %s failed: %s", job.pk, reason(problem))
        error = kinds.FULL if media.is_full(problem) else kinds.UNEXPECTED
    end(job, state=State.FAILED, error=error, notice_at=timezone.now())


@contextlib.contextmanager
def beside() -> Iterator[BaseDatabaseWrapper]:
    """Open a second connection, on which each statement is committed at once."""
    aside = connection.copy()
    try:
        yield aside
    finally:
        aside.close()


def execute(aside: BaseDatabaseWrapper, statement: str, key: UUID | str) -> int:
    with aside.cursor() as cursor:
        cursor.execute(statement, [key])
        return int(cursor.rowcount)
