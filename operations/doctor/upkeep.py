"""The doctor checks what runs by itself: the worker, email, totals, jobs and backups."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from operations import health, health_readings, heartbeat
from operations.backups import backup_record, scratch
from operations.doctor.findings import MIGRATE, Asked, Finding

RESTART = "systemctl restart lastdrop-worker"
LOG = "journalctl -u lastdrop-worker -n 50"
# For each of these readings, why a fault matters, and what mends it.
READ = {
    "worker": (
        "No email leaves, and no total follows.",
        f"{RESTART}; {LOG}",
    ),
    "outbox": ("Signers wait for the email that they must confirm.", LOG),
    "mailings": ("Some people do not get a mailing.", f"{LOG}; report the error that stands there"),
    "totals": ("Readers see an old number of signatures.", LOG),
    "jobs": ("Staff wait for their exports.", f"{RESTART}; {LOG}"),
}
OLD = timedelta(hours=36)
UNTRIED = timedelta(days=100)
SURE = timedelta(days=7)  # after a restore
TRY = "lastdrop restore --try FILE --key - < KEY"
MAKE = "systemctl enable --now lastdrop-backup.timer; lastdrop backup"


def running(asked: Asked) -> Iterator[Finding]:
    for reading in health.read():
        if not reading.is_well and reading.name in READ:
            yield finding_of(reading)

    if hosts := heartbeat.missing():
        yield Finding(
            "worker",
            f"A worker has died, and no other one runs on its machine: {', '.join(hosts)}.",
            "Email leaves more slowly. When the others die, too, none leaves.",
            f"{RESTART}; {LOG}; on that machine",
        )

    if names := heartbeat.failing_rounds():
        said = ", ".join(f"“{name}”" for name in names)
        yield Finding(
            "worker",
            f"Rounds that fail each time: {said}.",
            "What they do is not done, though it is tried again and again.",
            f"{LOG}; report the error that stands there",
        )


def finding_of(reading: health.Reading) -> Finding:
    why, mend = READ[reading.name]
    mend = MIGRATE if reading.said.startswith(health.NOT_READY) else mend
    return Finding("worker", f"{reading.name}: {reading.said}", why, mend)


def missing_worker() -> Iterator[Finding]:
    """Yield that no worker is alive, or that one hangs, which any process of the site can see."""
    is_well, said = health_readings.worker()
    if not is_well:
        yield finding_of(health.Reading("worker", is_well, said))


def backups(asked: Asked) -> Iterator[Finding]:
    if not settings.BACKUP_RECIPIENTS:
        yield Finding(
            "backups",
            "No key is set for which backups are encrypted.",
            "There are no backups: what is lost now is lost for good.",
            "lastdrop backup --new-key FILE, then set BACKUP_RECIPIENTS",
        )
    last = backup_record.last()
    if last is None:
        yield Finding("backups", "There is no backup.", "What is lost now is lost for good.", MAKE)
        return
    age = timezone.now() - last.made_at
    if age > OLD:
        yield Finding(
            "backups",
            f"The last backup is {age // timedelta(hours=1)} hours old.",
            "All that was signed since would be lost with this machine.",
            f"systemctl status lastdrop-backup; {MAKE}",
        )
    elif is_missing(last.file):
        yield Finding(
            "backups",
            f"The last backup, {last.file}, is not in {settings.BACKUP_FOLDER} any more.",
            "A backup that nobody finds is none.",
            "look for it where you copy backups to; after a restore: lastdrop backup",
            is_fault=False,
        )
    yield from set_aside()
    yield from of_trials(backup_record.last_tried_at(), backup_record.last_opened_at())


def is_missing(file: str) -> bool:
    """Return whether a backup is gone from its folder, or the whole folder is.

    A machine without pg_dump, as a container, makes no backups: the folder is another one's.
    """
    folder = Path(settings.BACKUP_FOLDER)
    is_ours = folder.exists() or shutil.which("pg_dump") is not None
    return is_ours and not (folder / file).exists()


def set_aside() -> Iterator[Finding]:
    """Yield that copies of before a restore are still there a week later."""
    old = [name for name, since in scratch.set_aside() if timezone.now() - since > SURE]
    if old:
        yield Finding(
            "backups",
            f"What restores have set aside is still there: {', '.join(old)}.",
            "It holds people who were erased since, and takes room.",
            "if all is well: runuser -u postgres -- dropdb NAME; rm -r FOLDER",
            is_fault=False,
        )


def of_trials(tried_at: datetime | None, opened_at: datetime | None) -> Iterator[Finding]:
    if is_old(tried_at):
        yield Finding(
            "backups",
            f"No backup was restored on trial {since(tried_at)}.",
            "A backup that was never restored may not be one.",
            TRY,
        )
    elif is_old(opened_at):
        yield Finding(
            "backups",
            f"No backup was opened with your own key {since(opened_at)}.",
            "Each night another key tries them: nobody knows whether yours is there and fits.",
            TRY,
            # A new site has time to do it.
            is_fault=is_old(opened_at or backup_record.first_made_at()),
        )


def is_old(moment: datetime | None) -> bool:
    return moment is None or timezone.now() - moment > UNTRIED


def since(moment: datetime | None) -> str:
    return f"since {moment:%Y-%m-%d}" if moment else "yet"
