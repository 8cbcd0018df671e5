"""Upkeep of jobs in the worker: restarting those of dead processes, and deleting old ones.

procrastinate can find the jobs of dead processes, but does not restart them.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from operations.jobs.job import SHOWN_FOR, UNDER_WAY, Job, Piece
from operations.jobs.running import defer

# A process has a heartbeat every ten seconds.
SILENT = timedelta(seconds=30)
# A job that is not in the queue any more was lost by an error between two statements.
LOST_AFTER = timedelta(minutes=2)


def retry_stalled() -> None:
    """Put the jobs of processes that have died back into the queue."""
    now = timezone.now()
    dead = Q(worker=None) | Q(worker__last_heartbeat__lt=now - SILENT)
    for job in ProcrastinateJob.objects.filter(dead, status="doing"):
        app.job_manager.retry_job_by_id(job.pk, retry_at=now)
    queued = ProcrastinateJob.objects.filter(status__in=("todo", "doing"))
    keys = {args["key"] for args in queued.values_list("args", flat=True) if "key" in args}
    for lost in Job.objects.filter(state__in=UNDER_WAY, made_at__lt=now - LOST_AFTER):
        if str(lost.pk) not in keys:
            defer(lost)


def delete_files_about(petitions: Iterable[int], *, lists_of: Iterable[int]) -> None:
    """Delete the files about these petitions that can still be downloaded, before they expire.

    Of the petitions in `lists_of`, those that checking or importing a list has made are deleted.
    """
    made_for_list = Q(told__has_key="import")
    about = naming(petitions) | (naming(lists_of) & made_for_list)
    waiting = Job.objects.filter(about, file_salt__isnull=False)
    keys = list(waiting.values_list("pk", flat=True))
    Piece.objects.filter(job__in=keys).delete()
    Job.objects.filter(pk__in=keys).update(file_salt=None, file_expires_at=timezone.now())


def naming(petitions: Iterable[int]) -> Q:
    return Q(told__petitions__has_any_keys=[str(petition) for petition in petitions])


def delete_old() -> None:
    """Delete files that have expired, and jobs that ended long ago."""
    now = timezone.now()
    ended = Job.objects.exclude(state__in=UNDER_WAY)
    expired = ended.filter(file_salt__isnull=False)
    expired = expired.filter(Q(file_expires_at=None) | Q(file_expires_at__lt=now))
    Piece.objects.filter(job__in=expired).delete()
    expired.update(file_salt=None)
    ended.filter(ended_at__lt=now - SHOWN_FOR).delete()
