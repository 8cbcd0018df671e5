"""Whether the database that a restore replaces is the last state of the site.

It is not if it was restored itself from an older backup where nobody knew the last state, such as
on an empty machine. Clocks and log entries would not show this: the site may have run since.
"""

from datetime import datetime
from typing import NamedTuple

import psycopg
from django.db import connection

from operations.backups.backup_record import Backup

GAPS = """
    SELECT file, size, made_at, unknown_until FROM operations_backup
    WHERE unknown_until IS NOT NULL ORDER BY made_at
"""
# The moment of the first migration is the same in a database and in all that are restored from it.
BORN = "SELECT min(applied) FROM django_migrations"


class Gap(NamedTuple):
    """A time of which a database knows nothing: from a backup until it was restored."""

    file: str
    size: int
    made_at: datetime
    unknown_until: datetime


def gaps(database: psycopg.Connection) -> list[Gap]:
    try:
        return [Gap(*row) for row in database.execute(GAPS).fetchall()]
    except psycopg.Error:  # it has no tables, or those of an earlier release
        return []


def gap_at(moment: datetime, database: psycopg.Connection) -> Gap | None:
    """Return the gap of a database in which a backup was made: the backup is newer than it."""
    found = (each for each in gaps(database) if each.made_at < moment <= each.unknown_until)
    return next(found, None)


def is_of_this_site(database: psycopg.Connection) -> bool:
    """Return whether another database has the same origin as the current one."""
    with connection.cursor() as cursor:
        cursor.execute(BORN)
        ours = cursor.fetchone()
    try:
        return bool(ours == database.execute(BORN).fetchone())
    except psycopg.Error:
        return False


def keep_gaps(database: psycopg.Connection) -> None:
    """Copy the gaps of the replaced database, whose state was taken over."""
    for gap in gaps(database):
        Backup.objects.update_or_create(file=gap.file, defaults=gap._asdict())
