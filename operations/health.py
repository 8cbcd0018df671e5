"""The register of readings, which say whether a part of the site is well.

Each app registers its readings in a module named `health_readings`. `/readyz`, `manage.py doctor`
and the health checks of Docker read them.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, connection
from django.utils.module_loading import autodiscover_modules

from operations.database_errors import is_missing, reason
from operations.postgresql.base import without_patience


class Reading(NamedTuple):
    """The state of one part of the site; `said` names no person and no email address."""

    name: str
    is_well: bool
    said: str


REGISTERED: dict[str, Callable[[], tuple[bool, str]]] = {}
DATABASE = "database"
NOT_READY = "The database is not ready"  # as before its tables are migrated


def register(name: str, read: Callable[[], tuple[bool, str]]) -> None:
    """Register a function that returns whether this part is well, and a sentence about it."""
    REGISTERED[name] = read


@cache
def discover() -> None:
    autodiscover_modules("health_readings")


def database() -> tuple[bool, str]:
    """Return whether the database answers and can be written to, and a sentence about it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
        )
        [(is_read_only,)] = cursor.fetchall()
    return not is_read_only, "The database is read-only." if is_read_only else "It answers."


def read() -> list[Reading]:
    """Return all readings, or only that of the database if the database is not well."""
    discover()
    found = [of_database()]
    if not found[0].is_well:
        return found
    return found + [reading(name, read) for name, read in REGISTERED.items()]


def of_database() -> Reading:
    """Return the reading of the database at this moment, without waiting for it to come back."""
    with without_patience():
        return reading(DATABASE, database)


def reading(name: str, read: Callable[[], tuple[bool, str]]) -> Reading:
    try:
        is_well, said = read()
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        said = NOT_READY if is_missing(error) else "The database does not answer"
        return Reading(name, False, f"{said}: {reason(error)}")
    return Reading(name, is_well, said)
