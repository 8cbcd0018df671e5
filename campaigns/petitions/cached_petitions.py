"""Cached petitions, at most some seconds old, for public pages and their forms.

Whether a petition can be signed is not decided here, but by the database at that very moment
(`campaigns.signing.signing`).
"""

from typing import Any

from campaigns import caching
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally


def petition(*, fresh: bool = False, **which: Any) -> Petition | None:
    """The petition with these field values, from the cache unless `fresh`; None if there is none.

    All callers share the object, with everything it has loaded: tally, original, version.
    """
    key = ("petition", *sorted(which.items()))
    if fresh:
        caching.clear(key)
    return caching.cached(key, lambda: read(which))


def read(which: dict[str, Any]) -> Petition | None:
    petition = Petition.objects.select_related("locale").filter(**which).first()
    try:
        # Now, so that none is kept whose tally has gone before somebody asks for it.
        return petition if petition and petition.tally else None
    except Tally.DoesNotExist:  # the petition was deleted after it was read
        return None
