"""Making a backup: database and media in one encrypted file, tried before it gets its name."""

import contextlib
import hashlib
import json
import logging
import secrets
import tarfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyrage
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from operations import media
from operations.backups import (
    archive,
    contents,
    erasure_ledger,
    hooks,
    programs,
    scratch,
    unpacking,
)
from operations.backups.backup_record import Backup
from operations.backups.failures import Failed, NoRoom
from operations.backups.unpacking import Unpacked

log = logging.getLogger(__name__)

PREFIX, SUFFIX, PART = "lastdrop-", ".backup.age", ".part"
LEDGER = "lastdrop.erasures"
HALF_A_DAY = timedelta(hours=12)
# How many of the newest tried backups are never deleted, however old they are.
KEPT_ALWAYS = 3


def make(
    folder: Path,
    recipients: Sequence[Any],
    *,
    using: str = DEFAULT_DB_ALIAS,
    tries: bool = True,
    is_recovered: bool = False,
    moment: datetime | None = None,
) -> tuple[Backup, Unpacked | NoRoom | None]:
    """Write a backup into the folder, try it and record it; return it and the result of the trial.

    `using` is the database to read: that of the site, a replica of it, or one of the same name on
    another server. If it `is_recovered`, the backup is as old as the last change in the database,
    or as `moment` if the server does not know when that was. With a wrong moment, a restore would
    not repeat the erasures since.

    The file is encrypted for the recipients, and for a temporary key of this process. With this
    key the process reads the file back, and restores it into a database that is dropped afterwards.
    Without room for that database, the backup stays, untried. Raise Failed.
    """
    now, own = timezone.now(), pyrage.x25519.Identity.generate()
    final = folder / f"{PREFIX}{now:%Y-%m-%d-%H%M%S}{SUFFIX}"
    half = final.with_name(f"{final.name}.{secrets.token_hex(4)}{PART}")
    trial: Unpacked | NoRoom | None = None
    try:
        hooks.verify()  # The file names the key, and only a site with that key restores it.
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        delete_halves(folder)
        with programs.connect(scratch.name(), using) as database:
            require_media(database)
            made_at = recovered_at(database, moment) if is_recovered else now
            database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = database.execute("SELECT pg_export_snapshot()").fetchone()
            snapshot = str(row and row[0])
            content = Content(contents.facts(database, made_at), snapshot=snapshot, using=using)
            archive.write(half, [*recipients, own.to_public()], content.fill)
            # pg_dump has had the snapshot for long. Writing and trying may each take hours, in
            # which a proxy such as HAProxy ends connections that say nothing: also Django's.
            with contextlib.suppress(psycopg.OperationalError):
                database.execute("ROLLBACK")
        connection.close()
        if tries:
            try:
                trial = attempt(half, [own])
            except NoRoom as error:
                trial = error
        connection.close()
        erasure_ledger.save(folder / LEDGER)
        half.replace(final)
    except OSError as error:
        raise Failed(f"{error.filename or half}: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):  # which would hide the first error
            half.unlink()
    tried_at = timezone.now() if isinstance(trial, Unpacked) else None
    backup = Backup.objects.create(
        file=final.name, size=final.stat().st_size, made_at=made_at, tried_at=tried_at
    )
    return backup, trial


def recovered_at(database: psycopg.Connection, moment: datetime | None) -> datetime:
    """Return the moment to which a server was recovered; if it was restarted since, `moment`.

    Raise Failed if neither is known, or if the server is still being recovered: it answers before
    it has the last changes.
    """
    row = database.execute(
        "SELECT pg_is_in_recovery() AND pg_get_wal_replay_pause_state() <> 'paused',"
        " pg_last_xact_replay_timestamp()"
    ).fetchone()
    if row and row[0]:
        raise Failed(
            "That database is still being recovered, so there is no backup. Run the command again "
            "once SELECT pg_is_in_recovery() says f there."
        )
    found: datetime | None = (row and row[1]) or moment
    if found is None:
        raise Failed(
            "That server does not say to which moment it was recovered, since it was restarted. "
            'Add the moment, such as --moment "2027-03-01 14:59:00+00".'
        )
    return found


def delete_halves(folder: Path) -> None:
    """Delete the partial files of killed processes, but none that is still being written."""
    limit = (timezone.now() - HALF_A_DAY).timestamp()
    for path in folder.glob(f"{PREFIX}*{SUFFIX}*{PART}"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def require_media(database: psycopg.Connection) -> None:
    """Raise Failed if rows name files but the media folder contains none at all."""
    root = Path(settings.MEDIA_ROOT)
    if media.bucket() or any(files_in(root)):
        return
    if named := contents.missing_files(database, set()):
        raise Failed(
            f"None of the files that the database names ({len(named)}) is in {root}: "
            "set MEDIA_ROOT to the folder of the media."
        )


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def attempt(path: Path, keys: Sequence[Any]) -> Unpacked:
    """Restore a backup into a database that is dropped afterwards. Raise Failed."""
    with scratch.made(scratch.TRIAL) as name:
        return unpacking.unpack(path, keys, into=name)


class Content:
    """The members of the file, in the order in which a restore reads them."""

    def __init__(self, about: dict[str, Any], *, snapshot: str, using: str) -> None:
        self.about, self.snapshot, self.using = about, snapshot, using

    def fill(self, tar: tarfile.TarFile) -> None:
        archive.add(tar, archive.ABOUT, json.dumps(self.about).encode())
        digest, pieces, files = hashlib.sha256(), 0, 0
        for pieces, piece in enumerate(contents.dump(self.snapshot, using=self.using), 1):
            digest.update(piece)
            archive.add(tar, f"{archive.DATABASE}{pieces:08}", piece)
        # Files come after the database, so that a file is missing only if its row was just being
        # deleted. The files of a bucket are left out: it has its own versions (docs/scaling.md).
        root = Path(settings.MEDIA_ROOT)
        for path in [] if media.bucket() else sorted(files_in(root)):
            files += archive.add_file(tar, f"{archive.MEDIA}{path.relative_to(root)}", path)
        whole = {"pieces": pieces, "sha256": digest.hexdigest(), "files": files}
        archive.add(tar, archive.WHOLE, json.dumps(whole).encode())


def delete_old(folder: Path, *, days: int) -> list[str]:
    """Delete backups older than `days`, unless none has been tried or the clock is wrong.

    The newest tried backups are never deleted. Return the names of the deleted files.
    """
    files = sorted(folder.glob(f"{PREFIX}*{SUFFIX}"), reverse=True)
    tried = set(Backup.objects.exclude(tried_at=None).values_list("file", flat=True))
    good = [path for path in files if path.name in tried]
    limit = timezone.now().timestamp() - days * 86_400  # Dates do not go back as far as days may.
    old = [
        path for path in files if path.stat().st_mtime < limit and path not in good[:KEPT_ALWAYS]
    ]
    if not good:
        return []
    if fault := hooks.doubt():
        log.error(fault)
        return []
    for path in old:
        path.unlink()
    return [path.name for path in old]
