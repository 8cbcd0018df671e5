"""A connection to PostgreSQL that waits for a database which is away for a moment."""

import contextlib
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base

View = TypeVar("View", bound=Callable[..., Any])
PAUSE = 0.25  # seconds between two attempts
IS_PATIENT: ContextVar[bool] = ContextVar("is_patient", default=True)


class DatabaseWrapper(base.DatabaseWrapper):
    """Tries to connect for as many seconds as the key PATIENCE in DATABASES says.

    Overrides Django's `get_new_connection`. Since Django checks at each request whether its
    connection is alive, and `campaigns.prepared_statements` runs a statement once more, a shorter
    outage becomes a pause. Raises OperationalError when the time is over. A wrong password also
    waits: libpq does not distinguish it from a server that is down.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        patience = float(self.settings_dict.get("PATIENCE", 0))
        end = time.monotonic() + patience if IS_PATIENT.get() else 0.0
        while True:
            try:
                return answering(super().get_new_connection(conn_params))
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
            time.sleep(PAUSE)

    def chunked_cursor(self) -> Any:
        """Return a server-side cursor within a transaction, and an ordinary one outside of any.

        Outside, Django would declare a cursor WITH HOLD, whose rows stay on one connection of the
        server. Behind PgBouncer, the next chunk may be requested from another connection.
        """
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()


def answering(connection: Any) -> Any:
    """Return the connection once it has answered. Raise OperationalError if it does not.

    PgBouncer accepts a connection while its database is away, and refuses the first statement.
    """
    connection.autocommit = True
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        connection.close()
        raise
    return connection


def may_run_twice(view: View) -> View:
    """Mark a view as idempotent, so that it is run again if its connection was lost."""
    view.may_run_twice = True  # type: ignore[attr-defined]  # as csrf_exempt does
    return view


@contextlib.contextmanager
def without_patience() -> Iterator[None]:
    """Make a database that is away fail at once, for callers that check whether it is there."""
    before = IS_PATIENT.set(False)
    try:
        yield
    finally:
        IS_PATIENT.reset(before)
