"""The readings that this app itself registers: migrations, workers, jobs and disks."""

import os
import shutil
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from operations import heartbeat
from operations.health import register
from operations.jobs.job import Job, State

# A job starts within seconds. The process that runs the jobs has a heartbeat every ten seconds.
WAITED = timedelta(minutes=5)
SILENT = timedelta(minutes=1)
# A disk is nearly full when no more than the smaller of these is free: there is still time to act.
LEAST_SHARE, LEAST_BYTES = 0.05, 10 * 1024**3
SYSTEM = (Path("/var/lib/postgresql"), Path("/var/log"))


class Disk(NamedTuple):
    """A disk, identified by a folder on it; sizes are in bytes."""

    place: Path
    total: int
    free: int

    @property
    def is_full(self) -> bool:
        return self.free <= min(self.total * LEAST_SHARE, LEAST_BYTES)

    @property
    def said(self) -> str:
        return f"{self.free / 1024**3:.1f} GB are free, {self.free * 100 // self.total} %."


@cache
def wanted() -> frozenset[tuple[str, str]]:
    """Return the migrations of this version of the code, which is fixed while a process runs."""
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
    """Return the folder of the media, or its nearest parent that exists."""
    place = Path(settings.MEDIA_ROOT)
    while not is_there(place):
        place = place.parent
    return place


def is_there(place: Path) -> bool:
    """Return whether the site's user sees a folder: not where a folder around it is closed to it.

    Path.exists raises an error there, which would hide all other readings.
    """
    return os.path.exists(place)


def disks() -> list[Disk]:
    """Return the disks of this machine with the media, the backups, PostgreSQL or the logs."""
    found: dict[int, Disk] = {}
    for place in (place_of_media(), Path(settings.BACKUP_FOLDER), *SYSTEM):
        if is_there(place):
            usage = shutil.disk_usage(place)
            found.setdefault(place.stat().st_dev, Disk(place, usage.total, usage.free))
    return list(found.values())


def disk() -> tuple[bool, str]:
    known = disks()
    full = [each for each in known if each.is_full]
    return not full, " ".join(f"{each.place}: {each.said}" for each in full or known)


register("migrations", migrations)
register("worker", worker)
register("jobs", jobs)
register("disk", disk)
