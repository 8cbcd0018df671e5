"""Why the database failed, in words that name nobody: what the log may say of an error."""

import psycopg
from django.db import InterfaceError, OperationalError

# The classes of SQLSTATE whose messages are about the server, the connection or a lock, and never
# about a row (PostgreSQL, appendix A). Other messages may hold what a signer typed.
HARMLESS = {"08", "25", "28", "3D", "40", "53", "55", "57", "58"}


def reason(error: Exception) -> str:
    """One line: the class of the error, and why, as far as that cannot name anybody."""
    name, cause = type(error).__name__, error.__cause__
    if isinstance(error, psycopg.Error):
        cause = error
    if not isinstance(cause, psycopg.Error):
        return name
    code = cause.sqlstate
    if code is None:
        # The client says it: there is no connection, or not any more.
        is_of_connection = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        lines = str(cause).splitlines() if is_of_connection else []
        return f"{name}: {lines[0]}" if lines else name
    said = cause.diag.message_primary if code[:2] in HARMLESS else type(cause).__name__
    return f"{name}: {said} ({code})"


# What no statement could help: there is no connection, the server ends or starts, only copies what
# another one takes, or has neither room nor a place for one more.
OUTAGES = ("08", "57P", "25006", "53100", "53300")


def is_outage(error: BaseException) -> bool:
    """Whether every statement would fail now, and not just this one.

    A deadlock, a lock that was not given, a statement that took too long: where each attempt ends
    so, the mistake is in the statement.
    """
    code = getattr(error.__cause__, "sqlstate", None)
    return is_away(error) and (code is None or code.startswith(OUTAGES))


def is_away(error: BaseException) -> bool:
    """Whether the database is away, or takes nothing any more since another one took its place.

    The latter is SQLSTATE 25006, which Django calls an InternalError. The connection answers then,
    but is of no more use than one that is lost.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return True
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)
