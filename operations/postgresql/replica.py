"""Large reads from a replica (REPLICA_URL): exports, statistics and backups.

The rows that are read are never out of date: the replica is queried only once it has everything
that was written before. If this takes too long, or the replica does not answer, the primary is
queried instead.
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
PAUSE = 0.02  # seconds between two queries
# Includes what is not on the disk yet: a commit that does not wait for the disk is visible before.
WRITTEN = "SELECT pg_current_wal_insert_lsn()"
# A replica that has become the primary is not used as a replica: HAProxy or libpq decides which
# server is written to (docs/scaling.md).
HAS = "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s"
READS_FROM: ContextVar[str | None] = ContextVar("reads_from", default=None)


class Router:
    """Routes reads to the replica within `reading`, and nothing else.

    For Django's DATABASE_ROUTERS: if this router returns None, Django makes its own choice.
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
    """Return the alias of the database to read from: the replica, or else the primary."""
    return ALIAS if is_set() and has_caught_up() else DEFAULT_DB_ALIAS


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Make Django's queries read from the replica. A generator has to use `alias` instead."""
    before = READS_FROM.set(alias() if is_set() else None)
    try:
        yield
    finally:
        READS_FROM.reset(before)


def has_caught_up() -> bool:
    """Return whether the replica has, or soon gets, everything that has been written by now."""
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
        # Next time, a new connection may lead to another replica.
        connections[ALIAS].close()
    return False
