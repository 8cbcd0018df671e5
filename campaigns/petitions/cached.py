"""Petitions as they were some seconds ago: to show, and to ask what a petition asks.

Who may sign is decided by the database in that moment (`campaigns.signing.signing`).
"""

from typing import Any

from campaigns import caching
from campaigns.petitions.petition import Petition


def petition(*, fresh: bool = False, **which: Any) -> Petition | None:
    """The one that is meant, with all that was read of it since: tally, rules, version."""
    key = ("petition", *sorted(which.items()))
    if fresh:
        caching.clear(key)
    return caching.cached(key, lambda: read(which))


def read(which: dict[str, Any]) -> Petition | None:
    return Petition.objects.select_related("locale").filter(**which).first()
