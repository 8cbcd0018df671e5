"""The last export of the same kind: one shape or preset and the same filters, by petition."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from campaigns.exports import export_log

# Filters that select petitions, and not signatures of a petition.
OF_PETITIONS = {"petition"}


def mark(what: str, query: Mapping[str, object]) -> str:
    """Return a digest that identifies exports of one kind: the query may hold a search's number.

    `what` is the key of a shape, or names a preset.
    """
    asked = sorted((name, text) for name, text in query.items() if name not in OF_PETITIONS)
    return hashlib.sha256(f"{what} {urlencode(asked)}".encode()).hexdigest()[:16]


def moments(petitions: Iterable[int], kinds: Iterable[str]) -> dict[str, dict[int, datetime]]:
    """Return when each petition was last exported completely in each of these ways, by any user.

    Only files that were fetched are included: nobody has a file that was made and not downloaded.
    """
    found: dict[str, dict[int, datetime]] = {kind: {} for kind in kinds}
    entries = export_log.of_petitions(petitions, export_log.EXPORT)
    is_fetched = Q(data__fetched__isnull=True) | Q(data__fetched__gt=0)
    taken = entries.filter(is_fetched, data__kind__in=list(found), data__finished=True).order_by()
    for kind, key, moment in taken.values_list("data__kind", "object_id").annotate(
        Max("timestamp")
    ):
        found[kind][int(key)] = moment
    return found


def told(moments: Mapping[int, datetime]) -> str:
    """Return, in words, since when the file's rows are new."""
    if not moments:
        return gettext("Never exported with these filters so far: these are all.")
    first = date_format(timezone.localtime(min(moments.values())), "DATETIME_FORMAT")
    if len(set(moments.values())) == 1:
        return gettext("New since the last export, on %s.") % first
    return gettext("New since the last export of each petition, the oldest on %s.") % first
