"""Which decisions somebody can know of who asks for something, and what was decided since.

They read the screen for a while, the job that they have asked for may wait, and so may a statement
for the locks of a colleague.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature

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

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What `write` has written; None for anything else."""
        try:
            at, decisions = json.loads(text)
            found = cls(datetime.fromisoformat(at), {(int(key), bool(un)) for key, un in decisions})
        except (TypeError, ValueError):
            return None
        return found if found.at.tzinfo else None

    def write(self) -> str:
        """As a text, for a hidden field or the order of a job."""
        return json.dumps([self.at.isoformat(), sorted(self.decisions)])

    def unseen(self) -> set[int]:
        """The decisions that were made or undone since, by their primary keys."""
        return {key for key, _is_undone in latest(self.at) - self.decisions}


def latest(at: datetime) -> set[tuple[int, bool]]:
    """What was decided, or undone, since an hour before this moment."""
    since = at - LATE
    found = Decision.objects.filter(Q(made_at__gt=since) | Q(undone_at__gt=since))
    return {(key, undone_at is not None) for key, undone_at in found.values_list("pk", "undone_at")}


def undecided(signatures: QuerySet[Signature], seen: Seen) -> QuerySet[Signature]:
    """These signatures without those about which something was decided that was not seen."""
    if not (unseen := seen.unseen()):
        return signatures
    moderated = ModeratedSignature.objects.filter(signature=OuterRef("pk"), decision__in=unseen)
    return signatures.exclude(Exists(moderated))


def decided_since(
    seen: Seen, keys: Collection[UUID], *, besides: Decision | None = None
) -> set[UUID]:
    """Those of these signatures about which something was decided, or undone, that was not seen.

    Lock them first, by a statement of its own, which waits for whoever decides about them at this
    moment. `besides` is the decision that is being made.
    """
    unseen = seen.unseen() - ({besides.pk} if besides else set())
    if not unseen or not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, {"decisions": list(unseen), "keys": list(keys)})
        return {key for (key,) in cursor.fetchall()}
