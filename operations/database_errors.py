"""Why the database failed, described without personal data, so that the log may say it."""

import psycopg
from django.db import InterfaceError, OperationalError

# The classes of SQLSTATE whose messages are about the server, the connection or a lock, and never
# about a row (PostgreSQL, appendix A). Other messages may quote what a signer typed.
HARMLESS = {"08", "25", "28", "3D", "40", "53", "55", "57", "58"}


def reason(error: Exception) -> str:
    """Return one line: the class of the error, and its reason if that cannot name anybody."""
    name, cause = type(error).__name__, error.__cause__
    if isinstance(error, psycopg.Error):
        cause = error
    if not isinstance(cause, psycopg.Error):
        return name
    code = cause.sqlstate
    if code is None:
        # The client raised this error: there is no connection, or it was lost.
        is_of_connection = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        lines = str(cause).splitlines() if is_of_connection else []
        return f"{name}: {lines[0]}" if lines else name
    said = cause.diag.message_primary if code[:2] in HARMLESS else type(cause).__name__
    return f"{name}: {said} ({code})"


# Errors that any statement would raise: there is no connection; the server stops or starts, is a
# read-only standby, has a full disk, or has too many connections.
OUTAGES = ("08", "57P", "25006", "53100", "53300")


def is_outage(error: BaseException) -> bool:
    """Return whether every statement would fail now, and not just this one.

    Deadlocks, lock timeouts and statement timeouts are not outages: if they happen at each
    attempt, the mistake is in the statement.
    """
    code = getattr(error.__cause__, "sqlstate", None)
    return is_away(error) and (code is None or code.startswith(OUTAGES))


def is_missing(error: BaseException) -> bool:
    """Return whether a table or a column is not there, as before the migrations are applied."""
    missing = psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn
    return isinstance(error.__cause__, missing)


def is_away(error: BaseException) -> bool:
    """Return whether the database is away, or is read-only since another one took its place.

    The latter is SQLSTATE 25006, which Django raises as InternalError. The connection still
    answers, but is as useless as a lost one.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)
