"""The register in which apps declare what backups leave out, and what a restore has to mend.

Each app registers in a module named `restore_hooks`, imported when a backup is made or restored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules

from operations.backups.failures import Failed

Old = psycopg.Connection | None


@dataclass(frozen=True)
class Erasable:
    """A kind of object that can be deleted for good.

    `find` returns the keys of all that exist, and `delete` deletes those with the given keys.
    `can_return` is whether a later object can have the key of a deleted one, such as its email
    address.
    """

    find: Callable[[], Iterable[Any]]
    delete: Callable[[list[Any]], object]
    can_return: bool = False


# Tables whose rows are in no backup: the rows last only a day, or are of no use after a restore.
LEFT_OUT: list[str] = []
# Secret keys that the restoring site must have, by name: the fingerprints of the key, and of the
# keys that it replaced. A backup stores the first fingerprint.
IDENTITIES: dict[str, Callable[[], list[str]]] = {}
# Steps that run in the restored database before the site uses it. Each gets the moment of the
# backup and a connection to the database that is replaced, if that is the last state of the site.
# The text that a step returns is shown at the end.
MENDING: list[Callable[[datetime, Old], str | None]] = []
# Steps that run first if the database that is replaced is of this site, but not its last state:
# they add what must not be forgotten of it.
OLDER: list[Callable[[psycopg.Connection], None]] = []
ERASABLE: dict[str, Erasable] = {}
# Each returns why the clock cannot be trusted, or "". Until it can, nothing is deleted as too old.
CLOCKS: list[Callable[[], str]] = []
# Each raises ImproperlyConfigured if a secret key is not the one of this database.
VERIFYING: list[Callable[[], None]] = []


@cache
def discover() -> None:
    autodiscover_modules("restore_hooks")


def doubt() -> str:
    """Return why the clock cannot be trusted; "" if it can."""
    discover()
    return next((fault for find in CLOCKS if (fault := find())), "")


def verify() -> None:
    """Raise Failed if a secret key is not the one of this database."""
    discover()
    try:
        for check in VERIFYING:
            check()
    except ImproperlyConfigured as error:
        raise Failed(str(error)) from None


def identities() -> dict[str, list[str]]:
    discover()
    return {name: find() for name, find in IDENTITIES.items()}
