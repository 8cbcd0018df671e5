"""What backups leave out of this app, and what a restore mends, for `operations.backups`."""

from collections import Counter
from datetime import datetime

from django.utils import timezone

from operations.backups import hooks
from operations.jobs import job, kinds
from operations.jobs.job import UNDER_WAY, Job, State


def end_jobs(made_at: datetime, old: hooks.Old) -> str:
    """End the jobs that had not ended at the backup; return a notice that names their owners.

    They may have been cancelled since, or done and undone: only their owners know whether they are
    still wanted.
    """
    owners: Counter[str] = Counter()
    for each in Job.objects.filter(state__in=UNDER_WAY).select_related("made_by"):
        job.end(each, state=State.FAILED, error=kinds.RESTORED)
        owners[each.made_by.get_username()] += 1
    named = ", ".join(f"{owner} ({number})" for owner, number in sorted(owners.items()))
    return named and (
        f"Jobs that were under way at the backup are not done: {named}. "
        "Whoever still wants one asks for it again."
    )


def end_files(made_at: datetime, old: hooks.Old) -> None:
    """Mark files and notices of jobs as over.

    Backups do not contain the files, and the people who requested them have been notified.
    """
    Job.objects.filter(file_salt__isnull=False).update(
        file_salt=None, file_expires_at=timezone.now()
    )
    Job.objects.filter(notice_at__isnull=False).update(notice_at=None)


hooks.LEFT_OUT += ["operations_erasure", "operations_heartbeat", "operations_piece"]
hooks.LEFT_OUT += ["operations_trouble"]
hooks.MENDING += [end_jobs, end_files]
