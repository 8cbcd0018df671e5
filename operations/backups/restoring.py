"""Restoring a backup: it replaces the site's database and media once it is complete and mended."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from operations.backups import (
    erasure_ledger,
    hooks,
    last_state,
    programs,
    scratch,
    stopping,
    unpacking,
)
from operations.backups.backup_record import Backup
from operations.backups.failures import Failed
from operations.backups.unpacking import Unpacked

DOUBTED = (
    "The clock cannot be trusted. So whatever the ledger of erasures names was deleted again, even "
    "if it was entered again before the backup: look whether entries of the block and allow lists, "
    "contacts or representatives are missing."
)


@dataclass(frozen=True)
class Restored:
    """The result of a restore.

    `erased` is the number of objects that had been deleted after the backup was made, and are now
    deleted again. `said` contains further messages for the operator.
    """

    unpacked: Unpacked
    erased: int
    said: list[str]
    database_before: str
    media_before: Path | None


def restore(path: Path, keys: Sequence[Any], *, erasures: Path | None) -> Restored:
    """Restore a backup, and put it in the place of the database and the media.

    The previous ones stay, under other names. Raise Failed, in which case nothing was changed.
    """
    scratch.require_unused()
    mark = scratch.mark()
    media = Path(settings.MEDIA_ROOT)
    if media.is_mount():
        raise Failed(
            f"{media} is a disk of its own, whose place no other folder can take: "
            "let MEDIA_ROOT name a folder on it."
        )
    doubt = doubted()
    with programs.connect(scratch.name()) as old:
        erased(erasures, old, is_ours=False)  # what can be refused before hours of unpacking
    with (
        scratch.made(scratch.NEW) as name,
        folder_beside(media, mark) as new,
    ):
        found = unpacking.unpack(path, keys, into=name, media=new)
        give(new, like=media)
        with programs.connect(scratch.name()) as old, scratch.instead(name):
            is_last, again, said = mend(
                found, erasures, old, doubt or found.made_at > timezone.now()
            )
            record(path, found, old if is_last else None)
        aside, before = scratch.aside(mark)
        # All or nothing: an interruption would leave the old media with the new database.
        with stopping.later(), exchanged(media, new, before):
            scratch.put_in_place(name, aside=aside)
    return Restored(found, again, said, aside, before if before.exists() else None)


def erased(file: Path | None, old: psycopg.Connection, *, is_ours: bool) -> dict[bytes, date]:
    """Return the ledgers of the replaced database and of the file, combined. Raise Failed.

    A ledger says nothing without its key. That of a database of another origin is left out then,
    since it has nothing to say of the people in the backup.
    """
    here = erasure_ledger.entries(old)
    hooks.discover()
    try:
        with scratch.instead(old.info.dbname):
            for verify in hooks.VERIFYING if here else ():
                verify()
    except ImproperlyConfigured as error:
        if is_ours:
            raise Failed(f"{error} Without it, those who were erased would be back.") from None
        here = {}
    there = erasure_ledger.load(file) if file else {}
    if file and there.keys() - here.keys():
        erasure_ledger.require_key(file)
    return erasure_ledger.combine(here, there)


def doubted() -> bool:
    """Return whether the clock cannot be trusted, as far as the database can say."""
    try:
        return bool(hooks.doubt())
    except DatabaseError:  # it has no tables
        return False


def mend(
    found: Unpacked, erasures: Path | None, old: psycopg.Connection, doubt: bool
) -> tuple[bool, int, list[str]]:
    """Migrate the restored database if it is older, and mend it by the one that is replaced.

    If the clock is in `doubt`, days say nothing of what the backup knows. Return whether that
    database is the last state of the site, the number of repeated erasures, and messages. Raise
    Failed if the backup was made by a newer version, or a key is missing.
    """
    loader = MigrationLoader(connection)
    unknown = {
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    } - {f"{app}.{name}" for key in loader.replacements.values() for app, name in key.replaces}
    if unknown:
        raise Failed(f"The backup was made by a newer version, which has {min(unknown)}.")
    if loader.disk_migrations.keys() - loader.applied_migrations.keys():
        call_command("migrate", interactive=False, verbosity=0)
    hooks.discover()
    is_ours, is_last, compared = last_state.compare(found.made_at, old)
    known = erased(erasures, old, is_ours=is_ours)
    is_parted = is_ours and not is_last  # its days say nothing of what the backup knows either
    since = known if doubt or is_parted else last_state.unknown(known, found.made_at)
    for add in hooks.OLDER if is_parted else ():
        add(old)  # before the erasures, since it may have people who were erased later
    again = erasure_ledger.replay(known, since=since)
    said = [step(found.made_at, old if is_last else None) for step in hooks.MENDING]
    return is_last, again, [each for each in (compared, DOUBTED if doubt else "", *said) if each]


def record(path: Path, found: Unpacked, last: hooks.Old) -> None:
    """Record the backup in the database that came from it, which cannot have the record itself.

    It has been restored with a key of the operators, so it counts as tried with that.
    """
    size, now = path.stat().st_size, timezone.now()
    told = {"size": size, "made_at": found.made_at, "tried_at": now, "opened_at": now}
    told["unknown_until"] = None if last else now
    Backup.objects.update_or_create(file=path.name[:200], defaults=told)
    if last:
        last_state.keep_gaps(last)


@contextmanager
def folder_beside(media: Path, mark: str) -> Iterator[Path]:
    """Create a folder that is deleted at the end, unless it has been renamed by then."""
    new = media.with_name(scratch.new_media(media.name, mark))
    try:
        new.mkdir(mode=0o750, parents=True)
    except OSError as error:
        raise Failed(f"{new}: {error.strerror}.") from error
    try:
        yield new
    except OSError as error:
        raise Failed(f"{error.filename or new}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def give(new: Path, *, like: Path) -> None:
    """Give the new folder, with everything in it, to the owner of the old one.

    The restore may run as root, outside the container whose user serves the media.
    """
    if not like.exists() or os.geteuid() != 0:
        return
    owner = like.stat()
    for path in [new, *new.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)
    shutil.copymode(like, new)


@contextmanager
def exchanged(media: Path, new: Path, before: Path) -> Iterator[None]:
    """Put the new folder in the place of the media, and undo this if the block fails."""
    if media.exists():
        media.rename(before)
    new.rename(media)
    try:
        yield
    except BaseException:
        media.rename(new)
        if before.exists():
            before.rename(media)
        raise
