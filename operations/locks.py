"""Locks for work that only one process at a time may do, on however many servers."""

from django.db import connection

# PostgreSQL shows the two halves of the number that is locked.
HELD = """
    SELECT EXISTS (
        SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE datname = current_database() AND locktype = 'advisory' AND objsubid = 1 AND granted
          AND pid <> pg_backend_pid()
          AND ((classid::bigint << 32) | objid::bigint) = hashtextextended(%s, 0))
"""


def take(name: str) -> bool:
    """Take a lock if no other process holds it, and return whether that was so.

    It is an advisory lock of PostgreSQL, by a hash of the name, and is held until the surrounding
    transaction ends. Taking it twice in one transaction does no harm.
    """
    return ask("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", name)


def wait(name: str) -> None:
    """Take the same lock, however long another process holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def share(name: str) -> None:
    """Take the lock beside others who share it, before or after somebody who has it alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def is_held(name: str) -> bool:
    """Whether another process holds the lock; PostgreSQL releases that of one that has died."""
    return ask(HELD, name)


def ask(question: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [name])
        [(answer,)] = cursor.fetchall()
    return bool(answer)
