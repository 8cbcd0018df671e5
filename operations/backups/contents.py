"""The contents of a backup: facts about it, the rows of the database, and the media files."""

import logging
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql
from psycopg.errors import UndefinedColumn, UndefinedTable

from operations import media
from operations.backups import archive, hooks, programs, scratch
from operations.backups.failures import BrokenOff, Failed

log = logging.getLogger(__name__)

FORMAT = 1
TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
"""


def facts(database: psycopg.Connection, now: datetime) -> dict[str, Any]:
    """Return the facts for the first member of the backup, none of which names a signer."""
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "identities": {name: known[0] for name, known in hooks.identities().items()},
        "rows": rows(database),
    }


def require_ours(about: dict[str, Any]) -> None:
    """Raise Failed for a backup of another site, or one that this version cannot read."""
    if about.get("format") != FORMAT:
        raise Failed("This backup was made by another version, which is needed to restore it.")
    for name, known in hooks.identities().items():
        if about["identities"].get(name) not in known:
            raise Failed(
                f"The backup was made with another {name}: put that key into {name}_FALLBACKS, "
                "and try again."
            )


def rows(database: psycopg.Connection) -> dict[str, int]:
    """Return the number of rows of each table whose rows are in the backup."""
    hooks.discover()
    names = [name for (name,) in database.execute(TABLES) if name not in hooks.LEFT_OUT]
    count = sql.SQL("SELECT count(*) FROM public.{}")
    found = {}
    for name in names:
        row = database.execute(count.format(sql.Identifier(name))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def dump(snapshot: str, *, using: str) -> Iterator[bytes]:
    """Yield the output of pg_dump in pieces. Raise BrokenOff if pg_dump fails."""
    reach, environment = programs.reach(scratch.name(), using)
    command = [
        *(str(programs.folder() / "pg_dump"), "--format=custom", "--no-owner", "--no-privileges"),
        *("--no-password", f"--snapshot={snapshot}", f"--dbname={reach}"),
        *(f"--exclude-table-data=public.{name}" for name in hooks.LEFT_OUT),
    ]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        assert process.stdout
        try:
            while piece := process.stdout.read(archive.PIECE):
                yield piece
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            process.wait()
        if process.returncode:
            raise BrokenOff(f"pg_dump failed: {last_line(errors) or process.returncode}")


def last_line(errors: Any) -> str:
    """Return the last line that a program has written into a file."""
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def missing_files(database: psycopg.Connection, present: set[str]) -> list[str]:
    """Return the media files that rows name and that are neither `present` nor in the bucket.

    Renditions are left out, since they are made again. Tables and columns that the database lacks
    are skipped: a backup of an older version does not have them yet.
    """
    found: list[str] = []
    if bucket := media.bucket():
        try:
            present = set(bucket.names())
        except OSError as error:
            log.warning("Nobody knows which files of the media are missing: %s", error)
            return []
    for model in apps.get_models():
        if "rendition" in str(model._meta.model_name):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                statement = sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} <> ''").format(
                    sql.Identifier(str(field.column)), sql.Identifier(model._meta.db_table)
                )
                try:
                    names = database.execute(statement).fetchall()
                except (UndefinedTable, UndefinedColumn):
                    continue
                found += [name for (name,) in names if name not in present]
    return sorted(found)
