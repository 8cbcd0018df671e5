"""Puts a backup in the place of the site, once all of it is there and mended."""

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
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from operations.backups import erasure_ledger, hooks, programs, scratch, stopping, unpacking
from operations.backups.failures import Failed
from operations.backups.unpacking import Unpacked


@dataclass(frozen=True)
class Restored:
    """What came of it: `erased` was deleted after the backup, and is deleted again.

    `said` is what has to be known of it besides.
    """

    unpacked: Unpacked
    erased: int
    said: list[str]
    database_before: str
    media_before: Path | None


def restore(path: Path, keys: Sequence[Any], *, erasures: Path | None) -> Restored:
    """Restore a backup, and put it in the place of the database and of the media.

    What was there before stays, under other names. Raises Failed, and then nothing was changed.
    """
    scratch.require_unused()
    mark = f"{timezone.now():%Y%m%d%H%M%S}"
    media = Path(settings.MEDIA_ROOT)
    if media.is_mount():
        raise Failed(
            f"{media} is a disk of its own, whose place no other folder can take: "
            "let MEDIA_ROOT name a folder on it."
        )
    known = erased(erasures)
    with (
        scratch.made(scratch.NEW) as name,
        folder_beside(media, f"new-{mark}") as new,
    ):
        found = unpacking.unpack(path, keys, into=name, media=new)
        give(new, like=media)
        with programs.connect(scratch.name()) as old, scratch.instead(name):
            again, said = mend(found, known, old)
        aside = f"{scratch.name()}_before_{mark}"
        before = media.with_name(f"{media.name}-before-{mark}")
        # All or nothing: stopped in between, the old media would stand beside the new database.
        with stopping.later(), exchanged(media, new, before):
            scratch.put_in_place(name, aside=aside)
    return Restored(found, again, said, aside, before if before.exists() else None)


def erased(file: Path | None) -> dict[bytes, date]:
    """The ledger of the database that is replaced, and that of the file. Raises Failed."""
    with programs.connect(scratch.name()) as old:
        here = erasure_ledger.entries(old)
    return here | (erasure_ledger.load(file) if file else {})


def mend(
    found: Unpacked, known: dict[bytes, date], old: psycopg.Connection
) -> tuple[int, list[str]]:
    """Bring the restored database up to date; return how much was erased again, and what to say."""
    loader = MigrationLoader(connection)
    unknown = {
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    } - {f"{app}.{name}" for key in loader.replacements.values() for app, name in key.replaces}
    if unknown:
        raise Failed(f"The backup was made by a newer version, which has {min(unknown)}.")
    call_command("migrate", interactive=False, verbosity=0)
    hooks.discover()
    again = erasure_ledger.replay(known)
    said = [step(found.made_at, old) for step in hooks.MENDING]
    return again, [each for each in said if each]


@contextmanager
def folder_beside(media: Path, mark: str) -> Iterator[Path]:
    """A new folder, which is deleted in the end, unless it has another name by then."""
    new = media.with_name(f"{media.name}-{mark}")
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
    """Let the new folder, with all that is in it, belong to whom the old one belongs to.

    Whoever restores may be root, outside of a container whose user serves the media.
    """
    if not like.exists() or os.geteuid() != 0:
        return
    owner = like.stat()
    for path in [new, *new.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)
    shutil.copymode(like, new)


@contextmanager
def exchanged(media: Path, new: Path, before: Path) -> Iterator[None]:
    """Put the new folder in the place of the media; put it back where what follows fails."""
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
