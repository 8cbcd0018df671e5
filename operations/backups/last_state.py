"""Whether the database that a restore replaces is the last state of the site.

It is not if it and the backup have gone separate ways: one of them comes from a restore where
nobody knew the last state. Clocks and log entries would not show this: both may have run since.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import psycopg
from django.db import connection

from operations.backups.backup_record import Backup

GAPS = """
    SELECT file, size, made_at, unknown_until FROM operations_backup
    WHERE unknown_until IS NOT NULL
"""
# The moment of the first migration is the same in a database and in all that are restored from it.
BORN = "SELECT min(applied) FROM django_migrations"
# An erasure gets its day some time before its transaction ends, and clocks differ a little.
MARGIN = timedelta(hours=1)

FOREIGN = (
    "The database of before was newly made, or belongs to another site: nothing was taken from it "
    "but its ledger of erasures, if a key of the settings fits it."
)
PARTED = (
    "Since {:%Y-%m-%d %H:%M} UTC the database of before and the backup have gone separate ways: "
    "one of them comes from a backup of that moment, restored where nothing later was known. So "
    "that database does not count as the last state of the site. Only the people who were erased, "
    "and the mailboxes that want no emails, were taken from it, and the rest is as on an empty "
    "machine."
)
LATER = (
    "The database of before was itself restored on {1:%Y-%m-%d %H:%M} UTC from the backup of "
    "{0:%Y-%m-%d %H:%M} UTC. What happened to the site elsewhere since then is not known, such as "
    "changed passwords and sent emails."
)


class Gap(NamedTuple):
    """A time of which a database knows nothing: from a backup until it was restored."""

    file: str
    size: int
    made_at: datetime
    unknown_until: datetime


def gaps(database: psycopg.Connection) -> set[Gap]:
    try:
        return {Gap(*row) for row in database.execute(GAPS).fetchall()}
    except psycopg.Error:  # it has no tables, or those of an earlier release
        return set()


def own() -> set[Gap]:
    """Return the gaps of the current database."""
    rows = Backup.objects.exclude(unknown_until=None).values_list(*Gap._fields)
    return {Gap(*row) for row in rows}


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


class Compared(NamedTuple):
    """What the replaced database is to a backup, and what to say of it."""

    is_of_this_site: bool
    is_last: bool
    said: str


def compare(made_at: datetime, database: psycopg.Connection) -> Compared:
    """Compare the replaced database with the current one, which was restored from a backup.

    A backup has the gaps of the database of which it was made. So they have gone separate ways if
    only the backup has a gap, or only the database has one, unless that begins after the backup.
    """
    if not is_of_this_site(database):
        return Compared(False, False, FOREIGN)
    ours, theirs = own(), gaps(database)
    later = {each for each in theirs - ours if each.made_at >= made_at}
    if parted := (ours ^ theirs) - later:
        return Compared(True, False, PARTED.format(utc(min(each.made_at for each in parted))))
    said = [LATER.format(utc(each.made_at), utc(each.unknown_until)) for each in later]
    return Compared(True, True, "\n".join(sorted(said)))


def is_of_this_site(database: psycopg.Connection) -> bool:
    """Return whether another database has the same origin as the current one."""
    with connection.cursor() as cursor:
        cursor.execute(BORN)
        ours = cursor.fetchone()
    try:
        return bool(ours == database.execute(BORN).fetchone())
    except psycopg.Error:
        return False


def unknown(ledger: dict[bytes, date], made_at: datetime) -> dict[bytes, date]:
    """Return the entries of a ledger of erasures that the current database may know nothing of.

    It was restored from a backup of this moment, so these are of that day or later, or of a gap.
    """
    days = [
        (utc(gap.made_at - MARGIN).date(), utc(gap.unknown_until + MARGIN).date()) for gap in own()
    ]
    days.append((utc(made_at - MARGIN).date(), date.max))
    return {
        key: day for key, day in ledger.items() if any(first <= day <= end for first, end in days)
    }


def keep_gaps(database: psycopg.Connection) -> None:
    """Copy the gaps of the replaced database, whose state was taken over."""
    for gap in gaps(database):
        Backup.objects.update_or_create(file=gap.file, defaults=gap._asdict())
