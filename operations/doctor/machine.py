"""The doctor checks the machine: the clock, the disks, and who may read which file."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from operations import health_readings
from operations.doctor.findings import Asked, Finding

# The codes of authenticator apps are valid for half a minute.
OFF = timedelta(seconds=20)
ENVIRONMENT = Path("/etc/lastdrop.env")
# The files of a release are root's, so that the site cannot change its own code.
COLLECT = (
    "chown -R lastdrop /srv/lastdrop/current/var; lastdrop collectstatic --noinput; "
    "chown -R root /srv/lastdrop/current/var; systemctl restart 'lastdrop@*'"
)
CONFINED = ("LoadState", "ProtectSystem", "ReadWritePaths")


def clock(asked: Asked) -> Iterator[Finding]:
    yield from clocks_apart(asked)
    if is_synchronised() is False:
        yield Finding(
            "clock",
            "Nothing keeps the clock of this machine right.",
            "It drifts, until the codes of phones are refused.",
            "apt install systemd-timesyncd; timedatectl set-ntp true",
            is_fault=False,
        )


def clocks_apart(asked: Asked) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT clock_timestamp()")
            [(theirs,)] = cursor.fetchall()
        except (DatabaseError, InterfaceError):
            theirs = timezone.now()
    apart = abs(theirs - timezone.now())
    if apart > OFF:
        yield Finding(
            "clock",
            f"The clocks of this machine and of the database are {int(apart.total_seconds())} "
            "seconds apart.",
            "Codes of phones are refused, and nothing is deleted when its time is over.",
            "timedatectl set-ntp true",
        )


def is_synchronised() -> bool | None:
    """Return whether the clock follows a time server; None if systemd cannot say.

    Each question starts a service of systemd, which the journal notes.
    """
    if not shutil.which("timedatectl"):
        return None
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return {"yes": True, "no": False}.get(said)


def disk(asked: Asked) -> Iterator[Finding]:
    for each in health_readings.disks():
        if each.is_full:
            yield Finding(
                "disk",
                f"That of {each.place} is nearly full: {each.said}",
                f"When {each.place} is full, what writes there stops: uploads, backups, logs, or "
                "PostgreSQL, without which nobody can sign.",
                "df -h; du -xsh /var/* /srv/lastdrop/var/* | sort -h",
            )


def files(asked: Asked) -> Iterator[Finding]:
    if not settings.S3_BUCKET:  # A bucket has a check of its own.
        yield from media_folder()
        yield from confined("lastdrop@", "web", Path(settings.MEDIA_ROOT))
    for name in ("lastdrop-backup", "lastdrop-erasures"):
        yield from confined(name, "", Path(settings.BACKUP_FOLDER))
    for path in dict.fromkeys([ENVIRONMENT, *settings.SECRET_FILES]):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
            yield Finding(
                "files",
                f"Everybody on this machine may read {path}.",
                "Whoever has the keys can open sessions of staff and links of signers.",
                f"chmod 600 {path}" if path == ENVIRONMENT else f"chmod 640 {path}",
            )
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not settings.DEBUG and not manifest.exists():
        yield Finding(
            "files",
            "The static files were not collected.",
            "Pages have no style sheet, or fail.",
            COLLECT,
        )


def media_folder() -> Iterator[Finding]:
    media = Path(settings.MEDIA_ROOT)
    if not media.is_dir() or not os.access(media, os.W_OK | os.X_OK):
        yield Finding(
            "files",
            f"The site cannot write into {media}.",
            "Editors cannot upload a picture.",
            f"install -d -o lastdrop -g lastdrop -m 750 {media}",
        )
    elif media.stat().st_mode & stat.S_IWOTH:
        yield Finding(
            "files",
            f"Everybody on this machine may write into {media}.",
            "Whatever is put there is shown to readers.",
            f"chmod 750 {media}",
        )
    if media.is_mount():
        # In a container it always is one: the host restores, and the image has no pg_dump.
        if shutil.which("pg_dump"):
            yield Finding(
                "files",
                f"{media} is a disk of its own.",
                "No backup can be restored: no other folder can take its place.",
                "let MEDIA_ROOT name a folder on it",
                is_fault=False,
            )
    elif not os.access(media.parent, os.W_OK | os.X_OK):
        yield Finding(
            "files",
            f"The site cannot make a folder beside {media}.",
            "No backup can be restored: a restore puts the new media there.",
            f"chown lastdrop: {media.parent}",
            is_fault=False,
        )


def confined(name: str, instance: str, folder: Path) -> Iterator[Finding]:
    """Report a folder into which a unit of systemd may not write, whoever the folder belongs to."""
    if not shutil.which("systemctl"):
        return
    command = ["systemctl", "show", f"{name}{instance}", f"--property={','.join(CONFINED)}"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    known = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if (known.get("LoadState"), known.get("ProtectSystem")) != ("loaded", "strict"):
        return
    writable = [Path(each.lstrip("-+")) for each in known.get("ReadWritePaths", "").split()]
    if not any(folder.resolve().is_relative_to(each.resolve()) for each in writable):
        yield Finding(
            "files",
            f"{name}{instance} cannot write into {folder}: its unit names another folder.",
            "Uploads or backups fail there, though you may write into it.",
            f"see “Media or backups in another folder” in docs/operators.md, for {name}",
        )
