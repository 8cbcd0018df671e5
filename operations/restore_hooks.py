"""What of this app is in no backup, and what a restore mends. `operations.backups` reads it."""

from datetime import datetime

from django.utils import timezone

from operations.backups import hooks
from operations.jobs.job import Job


def end_files(made_at: datetime, old: hooks.Old) -> None:
    """The files of jobs are in no backup, and whoever asked for one has been told."""
    Job.objects.filter(file_salt__isnull=False).update(
        file_salt=None, file_expires_at=timezone.now()
    )
    Job.objects.filter(notice_at__isnull=False).update(notice_at=None)


hooks.LEFT_OUT += ["operations_erasure", "operations_heartbeat", "operations_piece"]
hooks.LEFT_OUT += ["operations_trouble"]
hooks.MENDING.append(end_files)
