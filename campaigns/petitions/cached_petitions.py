"""Petitions for public pages and their forms, from a cache that is a few seconds old at most.

The cache does not decide whether a petition can be signed: the database decides that at the moment
of signing (`campaigns.signing.signing`).
"""

from typing import Any

from campaigns import caching
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally


def petition(*, fresh: bool = False, **which: Any) -> Petition | None:
    """Return the petition with these field values, cached unless `fresh`; None if there is none.

    All callers share the object, with everything it has loaded: tally, original, version.
    """
    key = ("petition", *sorted(which.items()))
    if fresh:
        caching.clear(key)
    return caching.cached(key, lambda: read(which))


def read(which: dict[str, Any]) -> Petition | None:
    petition = Petition.objects.select_related("locale").filter(**which).first()
    try:
        # Load the tally now: a cached petition whose tally is deleted before its first use would
        # fail.
        return petition if petition and petition.tally else None
    except Tally.DoesNotExist:  # the petition was deleted after it was read
        return None
