"""Reading much from a replica (REPLICA_URL): exports, statistics and backups.

Nothing that is read is old: the replica is asked once it has all that was written before the
question. Where that takes too long, or it does not answer, the primary does its work.
"""

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.models import Model

from operations.postgresql.base import without_patience

ALIAS = "replica"
PATIENCE = 2.0  # seconds; a replica is usually some milliseconds behind
PAUSE = 0.02  # seconds between two questions
# Also what is not on the disk yet: a commit that does not wait for that is seen before.
WRITTEN = "SELECT pg_current_wal_insert_lsn()"
# A replica that has become the primary is none: which of the two takes what is written, HAProxy or
# libpq knows better (docs/scaling.md).
HAS = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s"
READS_FROM: ContextVar[str | None] = ContextVar("reads_from", default=None)


class Router:
    """Leads queries to the replica while `reading` is entered, and nothing else there.

    For DATABASE_ROUTERS of Django's, which goes on with its own choice where this says None.
    """

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return READS_FROM.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        return True  # It is one database, whichever server a row was read from.

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == ALIAS else None


def is_set() -> bool:
    return ALIAS in connections.settings


def alias() -> str:
    """The database to read from: the replica, or the primary where that has to stand in for it."""
    return ALIAS if is_set() and has_caught_up() else DEFAULT_DB_ALIAS


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Within it, Django's queries read from the replica. A generator has to ask for `alias`."""
    before = READS_FROM.set(alias() if is_set() else None)
    try:
        yield
    finally:
        READS_FROM.reset(before)


def has_caught_up() -> bool:
    """Whether the replica has, or soon gets, all that has been written by now."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(WRITTEN)
        [(written,)] = cursor.fetchall()
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            with without_patience(), connections[ALIAS].cursor() as cursor:
                cursor.execute(HAS, [written])
                [(is_replica, has_it)] = cursor.fetchall()
            if not is_replica or has_it:
                return bool(is_replica)
            time.sleep(PAUSE)
    except (DatabaseError, InterfaceError):
        # Where it is asked for next time, a new connection may find another one.
        connections[ALIAS].close()
    return False
