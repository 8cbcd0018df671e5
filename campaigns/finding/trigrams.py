"""The index that finds parts of names and emails, by pg_trgm where the database has it.

Without that module of PostgreSQL, names and emails are found by their beginnings; the CMS says so.
"""

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from campaigns.caching import cached
from campaigns.finding import pending
from campaigns.finding.plain_names import OF_COLUMN

TABLE = "campaigns_signature"
INDEX = "signatures_by_plain_part"
NAME = OF_COLUMN.format("name")
# What is made of personal data holds it, and PostgreSQL must keep no statistics of it.
BY_PART = [
    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON {TABLE}"
    f" USING gin (({NAME}) gin_trgm_ops, email gin_trgm_ops)",
    f"ALTER INDEX {INDEX} ALTER COLUMN 1 SET STATISTICS 0",
    pending.lengthen(INDEX),
]
BEGINNINGS = {"signatures_by_plain_name": f"({NAME})", "signatures_by_email": "lower(email)"}
BY_BEGINNING = [
    sql
    for index, beginning in BEGINNINGS.items()
    for sql in (
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {TABLE}"
        f" ({beginning} text_pattern_ops)",
        f"ALTER INDEX {index} ALTER COLUMN 1 SET STATISTICS 0",
    )
]


def find_parts() -> bool:
    """Whether parts of names and emails are found; cached for some seconds."""
    return cached(("trigrams",), is_made)


def is_made() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid",
            [INDEX],
        )
        return bool(cursor.fetchone()[0])


def prepare(connection: BaseDatabaseWrapper) -> bool:
    """Make the index with pg_trgm, or else those for beginnings; says whether it was the first.

    It makes only what is missing, while people sign, and must not be called in a transaction.
    """
    found = has_module(connection)
    with connection.cursor() as cursor:
        for sql in BY_PART if found else BY_BEGINNING:
            cursor.execute(sql)
        for index in BEGINNINGS if found else ():
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
    return found


def has_module(connection: BaseDatabaseWrapper) -> bool:
    """Whether pg_trgm is there, or could be added, which needs CREATE on the database."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except DatabaseError:
            return False
    return True
