"""The readings of what this app itself knows: migrations, workers, jobs and the disk."""

import shutil
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from operations import heartbeat
from operations.health import register
from operations.jobs.job import Job, State

# A job begins within seconds. The process of the jobs gives a sign of life every ten.
WAITED = timedelta(minutes=5)
SILENT = timedelta(minutes=1)
# Of the disk with the media; where one of these is left, there is time to act.
LEAST_SHARE, LEAST_BYTES = 0.05, 10 * 1024**3


@cache
def wanted() -> frozenset[tuple[str, str]]:
    """The migrations of this version of the code, which a running process does not change."""
    return frozenset(MigrationLoader(None).disk_migrations)


def migrations() -> tuple[bool, str]:
    missing = wanted() - set(MigrationRecorder(connection).applied_migrations())
    if not missing:
        return True, "All are applied."
    return False, f"{len(missing)} are not applied: run manage.py migrate."


def worker() -> tuple[bool, str]:
    failings = heartbeat.failings()
    return not failings, " ".join(failings) or "It is alive."


def jobs() -> tuple[bool, str]:
    now = timezone.now()
    waiting = Job.objects.filter(state=State.WAITING, made_at__lt=now - WAITED).count()
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - SILENT)
    if waiting and not alive.exists():
        return False, f"{waiting} wait, and no process does them."
    return True, f"{waiting} have waited for five minutes." if waiting else "None waits."


def place_of_media() -> Path:
    """The folder of the media, or the next above it that is there."""
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    return place


def disk() -> tuple[bool, str]:
    usage = shutil.disk_usage(place_of_media())
    is_well = usage.free > min(usage.total * LEAST_SHARE, LEAST_BYTES)
    return is_well, f"{usage.free / 1024**3:.1f} GB are free, {usage.free * 100 // usage.total} %."


register("migrations", migrations)
register("worker", worker)
register("jobs", jobs)
register("disk", disk)
