"""The connection to PostgreSQL that waits for a database which is away for a moment."""

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
    """Tries to connect for as many seconds as PATIENCE says in the entry of DATABASES.

    Overrides `get_new_connection` of Django's. Since Django looks at each request whether its
    connection is alive, and `campaigns.prepared_statements` runs a statement once more, an outage
    that is shorter becomes a pause. Raises OperationalError when the time is over. A wrong password
    waits as well: libpq does not tell it from a server that is down.
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
        """A cursor of the server in a transaction, and an ordinary one outside of any.

        Outside, Django would declare one that outlives its statement, and keep its rows on that
        connection of the server. Behind PgBouncer the next chunk may be asked of another one.
        """
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()


def answering(connection: Any) -> Any:
    """The connection, once it has answered. Raises OperationalError where it does not.

    PgBouncer takes a connection while its database is away, and refuses the first statement.
    """
    connection.autocommit = True
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        connection.close()
        raise
    return connection


def may_run_twice(view: View) -> View:
    """Mark a view that does no more when it runs again: it may, where its connection was lost."""
    view.may_run_twice = True  # type: ignore[attr-defined]  # as csrf_exempt does
    return view


@contextlib.contextmanager
def without_patience() -> Iterator[None]:
    """Within it, a database that is away is an error at once: for whoever asks if it is there."""
    before = IS_PATIENT.set(False)
    try:
        yield
    finally:
        IS_PATIENT.reset(before)
