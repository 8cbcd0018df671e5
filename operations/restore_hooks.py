"""What backups leave out of this app, and what a restore mends, for `operations.backups`."""

from datetime import datetime

from django.utils import timezone

from operations.backups import hooks
from operations.jobs.job import Job


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
hooks.MENDING.append(end_files)
