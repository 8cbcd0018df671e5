"""The register of what other apps know about backups: what is left out, and what a restore mends.

Each app registers in a module named `restore_hooks`, read when a backup is made or restored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from django.utils.module_loading import autodiscover_modules

Old = psycopg.Connection | None


@dataclass(frozen=True)
class Erasable:
    """What can be deleted for good: `find` yields the keys that are there, `delete` takes some."""

    find: Callable[[], Iterable[Any]]
    delete: Callable[[list[Any]], object]


# Tables whose rows are in no backup: they last a day, or do not outlive a restore.
LEFT_OUT: list[str] = []
# What must be known where a backup is restored, by name: the fingerprints of a secret key, and of
# those that it replaced. The first is written into a backup.
IDENTITIES: dict[str, Callable[[], list[str]]] = {}
# Done in the restored database, before the site sees it, with the moment of the backup and a
# connection to the database that it replaces, if there is one. What a step returns is said at the
# end.
MENDING: list[Callable[[datetime, Old], str | None]] = []
ERASABLE: dict[str, Erasable] = {}
# Each says why the clock cannot be trusted, or "". While it cannot, nothing that is old is deleted.
CLOCKS: list[Callable[[], str]] = []
# Each raises ImproperlyConfigured where a secret key is not the one of this database.
VERIFYING: list[Callable[[], None]] = []


@cache
def discover() -> None:
    autodiscover_modules("restore_hooks")


def doubt() -> str:
    """Why the clock cannot be trusted; "" if it can."""
    discover()
    return next((fault for find in CLOCKS if (fault := find())), "")


def identities() -> dict[str, list[str]]:
    discover()
    return {name: find() for name, find in IDENTITIES.items()}
