"""Locks for work that only one process at a time may do, on however many servers."""

from django.db import connection


def take(name: str) -> bool:
    """Take a lock if no other process holds it, and return whether that was so.

    It is an advisory lock of PostgreSQL, by a hash of the name, and is held until the surrounding
    transaction ends. Taking it twice in one transaction does no harm.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        [(is_ours,)] = cursor.fetchall()
    return bool(is_ours)
