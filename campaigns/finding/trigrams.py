"""The index for parts of names and email addresses, with pg_trgm if the database has it.

Without that extension of PostgreSQL, names and email addresses are found by their beginnings; the
CMS says so.
"""

from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from campaigns.caching import cached
from campaigns.finding import pending
from campaigns.finding.plain_names import OF_COLUMN

TABLE = "campaigns_signature"
INDEX = "signatures_by_plain_part"
NAME = OF_COLUMN.format("name")
# Statistics of an expression would contain the personal data that it is computed from, so
# PostgreSQL must not collect them.
BY_PART = [
    f"CREATE INDEX {{concurrently}} IF NOT EXISTS {INDEX} ON {TABLE}"
    f" USING gin (({NAME}) gin_trgm_ops, email gin_trgm_ops)",
    f"ALTER INDEX {INDEX} ALTER COLUMN 1 SET STATISTICS 0",
    pending.lengthen(INDEX),
]
BEGINNINGS = {"signatures_by_plain_name": f"({NAME})", "signatures_by_email": "lower(email)"}
BY_BEGINNING = [
    sql
    for index, beginning in BEGINNINGS.items()
    for sql in (
        f"CREATE INDEX {{concurrently}} IF NOT EXISTS {index} ON {TABLE}"
        f" ({beginning} text_pattern_ops)",
        f"ALTER INDEX {index} ALTER COLUMN 1 SET STATISTICS 0",
    )
]


def find_parts() -> bool:
    """Return whether parts of names and email addresses are found; cached for a few seconds."""
    return cached(("trigrams",), is_made)


def is_made() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid",
            [INDEX],
        )
        return bool(cursor.fetchone()[0])


def prepare(connection: BaseDatabaseWrapper) -> bool:
    """Create the index with pg_trgm, or else those for beginnings; return whether pg_trgm exists.

    Only missing indexes are created, without blocking signers unless in a transaction.
    """
    found = has_module(connection)
    concurrently = "" if connection.in_atomic_block else "CONCURRENTLY"
    with connection.cursor() as cursor:
        for sql in BY_PART if found else BY_BEGINNING:
            cursor.execute(sql.format(concurrently=concurrently))
        for index in BEGINNINGS if found else ():
            cursor.execute(f"DROP INDEX {concurrently} IF EXISTS {index}")
    return found


def has_module(connection: BaseDatabaseWrapper) -> bool:
    """Return whether pg_trgm exists or could be added, which needs CREATE on the database."""
    try:
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True
