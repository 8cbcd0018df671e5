"""Statements that are planned once a connection: Django's cursor binds on the client, each anew."""

import re
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection


class Statement:
    """One that may run twice. Written with %(names)s, sent with numbers, by which it is prepared.

    psycopg would look for the names anew each time, in texts as long as ours.
    """

    def __init__(self, text: str) -> None:
        self.names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
        numbers = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.text = re.sub(r"%\((\w+)\)s", lambda match: numbers[match[1]], text).encode()

    def run(self, **values: Any) -> tuple[Any, ...] | None:
        """The first row of the answer.

        No health check goes before it, which would cost a fifth of a signature. Where the
        connection turns out to be lost (the database was restarted) it runs again, once, on a new
        one. Nobody knows then whether the first was committed: so only what may run twice belongs
        here. In a transaction, which is lost as a whole, nothing is repeated.
        """
        try:
            return self._execute(values)
        except (OperationalError, InterfaceError):
            lost = connection.connection is not None and not connection.is_usable()
            if connection.in_atomic_block or not lost:
                raise
            connection.close()
        return self._execute(values)

    def _execute(self, values: dict[str, Any]) -> tuple[Any, ...] | None:
        connection.ensure_connection()
        # The wrapper is what tells Django that a connection is dead: without it a worker would
        # answer 500 for ever after the database was restarted.
        with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
            cursor.execute(self.text, [values[name] for name in self.names], prepare=True)
            result = cursor.pgresult
            return cursor.fetchone() if result and result.ntuples else None
