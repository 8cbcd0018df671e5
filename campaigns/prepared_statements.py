"""Prepared statements, which PostgreSQL plans once for each connection.

Django's cursor puts the parameters into the text on the client, so that each call is planned anew.
"""

import re
import threading
from typing import Any

import psycopg
from django.db import InterfaceError, InternalError, OperationalError, connection

from operations.database_errors import is_away


class Statement:
    """A prepared statement that may run twice without harm.

    It is written with %(names)s, which are replaced by numbers once. psycopg would search the text
    for the names at each call, which is slow for texts as long as ours.
    """

    def __init__(self, text: str) -> None:
        self.names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
        numbers = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.text = re.sub(r"%\((\w+)\)s", lambda match: numbers[match[1]], text).encode()
        self._of_thread = threading.local()

    def run(self, **values: Any) -> tuple[Any, ...] | None:
        """Run the statement; return the first row of the result, or None.

        There is no health check before it, which would take a fifth of the time of signing. Where
        the connection turns out to be lost, since the database was restarted, the statement runs
        once more on a new one. It is then unknown whether the first run was committed, so the
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
        # Through this wrapper Django learns that a connection is dead. Without it, a worker would
        # answer 500 without end after the database was restarted.
        with connection.wrap_database_errors:
            cursor = self._cursor(connection.connection)
            cursor.execute(self.text, [values[name] for name in self.names], prepare=True)
            result = cursor.pgresult
            return cursor.fetchone() if result and result.ntuples else None

    def _cursor(self, of: psycopg.Connection) -> psycopg.RawCursor[tuple[Any, ...]]:
        """The cursor of this thread, on which the statement runs again and again.

        psycopg remembers with a cursor how the parameters of its last statement are adapted. Anew
        for each signature, that would take a twentieth of Python's time for it.
        """
        cursor: psycopg.RawCursor[tuple[Any, ...]] | None
        cursor = getattr(self._of_thread, "cursor", None)
        if cursor is None or cursor.connection is not of:
            cursor = self._of_thread.cursor = psycopg.RawCursor(of)
        return cursor


def is_lost(error: Exception) -> bool:
    """Whether the connection is of no more use, so that another one may run the statement.

    It does not answer any more, or its server is a mere copy by now (25006).
    """
    if isinstance(error, InternalError):
        return is_away(error)
    return connection.connection is not None and not connection.is_usable()
