"""Which decisions somebody can know of who asks for something, and what was decided since.

A job that they have asked for may wait, and so may a statement for the locks of a colleague.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from campaigns.moderation.decisions import Decision

# A decision is seen some time after its moment: when its transaction has ended.
LATE = timedelta(hours=1)

# With an index, whatever PostgreSQL knows of a table that has just been filled.
DECIDED = """
    SELECT signature_id FROM campaigns_moderatedsignature
    WHERE decision_id = ANY(%(decisions)s) AND signature_id = ANY(%(keys)s)
"""


class Seen(NamedTuple):
    """The latest decisions that could be seen at a moment, each with whether it was undone."""

    at: datetime
    decisions: set[tuple[int, bool]]

    @classmethod
    def now(cls) -> Self:
        at = timezone.now()
        return cls(at, latest(at))


def latest(at: datetime) -> set[tuple[int, bool]]:
    """What was decided, or undone, since an hour before this moment."""
    since = at - LATE
    found = Decision.objects.filter(Q(made_at__gt=since) | Q(undone_at__gt=since))
    return {(key, undone_at is not None) for key, undone_at in found.values_list("pk", "undone_at")}


def decided_since(
    seen: Seen, keys: Collection[UUID], *, besides: Decision | None = None
) -> set[UUID]:
    """Those of these signatures about which something was decided, or undone, that was not seen.

    Lock them first, by a statement of its own, which waits for whoever decides about them at this
    moment. `besides` is the decision that is being made.
    """
    unseen = {key for key, _is_undone in latest(seen.at) - seen.decisions}
    unseen -= {besides.pk} if besides else set()
    if not unseen or not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, {"decisions": list(unseen), "keys": list(keys)})
        return {key for (key,) in cursor.fetchall()}
