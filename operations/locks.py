"""Work that one process at a time may do, whatever its number of servers."""

from django.db import connection


def take(name: str) -> bool:
    """Whether no other process holds this lock; held until the surrounding transaction ends.

    An advisory lock of PostgreSQL, by a hash of the name. Taking it twice is calm.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return cursor.fetchone()[0]
