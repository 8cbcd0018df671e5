"""Prepared statements, which PostgreSQL plans once for each connection.

Django's cursor interpolates the parameters on the client, so each call is planned again.
"""

import re
import threading
from typing import Any

import psycopg
from django.db import InterfaceError, InternalError, OperationalError, connection

from operations.database_errors import is_away


class Statement:
    """A prepared statement that may run twice without harm.

    Its text has placeholders such as %(name)s, which are replaced by numbers once. psycopg would
    search the text for them at each call, which is slow for texts as long as ours.
    """

    def __init__(self, text: str) -> None:
        self.names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
        numbers = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.text = re.sub(r"%\((\w+)\)s", lambda match: numbers[match[1]], text).encode()
        self._of_thread = threading.local()

    def run(self, **values: Any) -> tuple[Any, ...] | None:
        """Run the statement; return the first row of the result, or None.

        There is no health check before it, which would take a fifth of the time of signing. If the
        connection turns out to be lost, since the database was restarted, the statement runs once
        more on a new connection. It is then unknown whether the first run was committed, so the
        statement must be one that may run twice. In a transaction, which is lost as a whole,
        nothing is repeated. Raises database errors.
        """
        try:
            return self._execute(values)
        except (OperationalError, InterfaceError, InternalError) as error:
            if connection.in_atomic_block or not is_lost(error):
                raise
            connection.close()
        return self._execute(values)

    def _execute(self, values: dict[str, Any]) -> tuple[Any, ...] | None:
        connection.ensure_connection()
        # This wrapper tells Django that a connection is dead. Without it, a web process would
        # respond with 500 for ever after a restart of the database.
        with connection.wrap_database_errors:
            cursor = self._cursor(connection.connection)
            cursor.execute(self.text, [values[name] for name in self.names], prepare=True)
            result = cursor.pgresult
            return cursor.fetchone() if result and result.ntuples else None

    def _cursor(self, of: psycopg.Connection) -> psycopg.RawCursor[tuple[Any, ...]]:
        """Return the cursor of this thread, which is reused for each run of the statement.

        psycopg caches in the cursor how the parameters of its last statement are adapted. Adapting
        them again for each signature would take a twentieth of Python's time for it.
        """
        cursor: psycopg.RawCursor[tuple[Any, ...]] | None
        cursor = getattr(self._of_thread, "cursor", None)
        if cursor is None or cursor.connection is not of:
            cursor = self._of_thread.cursor = psycopg.RawCursor(of)
        return cursor


def is_lost(error: Exception) -> bool:
    """Return whether the connection is unusable, so that the statement may run on another one.

    The connection no longer responds, or its server has become a replica (25006).
    """
    if isinstance(error, InternalError):
        return is_away(error)
    return connection.connection is not None and not connection.is_usable()
