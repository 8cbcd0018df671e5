"""Locks for work that only one process at a time may do, across all servers."""

from django.db import connection

# pg_locks shows the locked number in two halves.
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
    """Take a lock, waiting as long as another process holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def share(name: str) -> None:
    """Take a lock in shared mode, waiting as long as another process holds it exclusively."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])


def is_held(name: str) -> bool:
    """Return whether another process holds a lock; PostgreSQL releases locks of dead processes."""
    return ask(HELD, name)


def ask(question: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [name])
        [(answer,)] = cursor.fetchall()
    return bool(answer)
