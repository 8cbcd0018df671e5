"""Which decisions a user can have seen when acting, and what has happened since.

Users read the screen for a while, the job that they start may wait, and a statement may wait for
the locks of a colleague.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature

# A decision becomes visible some time after its recorded time: when its transaction ends.
LATE = timedelta(hours=1)

# These use an index, whatever PostgreSQL's statistics say about a table that was just filled.
DECIDED = """
    SELECT signature_id FROM campaigns_moderatedsignature
    WHERE decision_id = ANY(%(decisions)s) AND signature_id = ANY(%(keys)s)
"""
CONFIRMED = """
    SELECT id FROM campaigns_signature WHERE id = ANY(%(keys)s) AND confirmed_at > %(at)s
"""


class Seen(NamedTuple):
    """The latest decisions that were visible at a moment, each with whether it was undone."""

    at: datetime
    decisions: set[tuple[int, bool]]

    @classmethod
    def now(cls) -> Self:
        at = timezone.now()
        return cls(at, latest(at))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Parse the result of `write`; return None for anything else."""
        try:
            at, decisions = json.loads(text)
            found = cls(datetime.fromisoformat(at), {(int(key), bool(un)) for key, un in decisions})
        except (TypeError, ValueError):
            return None
        return found if found.at.tzinfo else None

    def write(self) -> str:
        """Serialise as text, for a hidden field or the parameters of a job."""
        return json.dumps([self.at.isoformat(), sorted(self.decisions)])

    def unseen(self) -> set[int]:
        """Return the primary keys of decisions that were made or undone since."""
        return {key for key, _is_undone in latest(self.at) - self.decisions}


def latest(at: datetime) -> set[tuple[int, bool]]:
    """Return the decisions made or undone since an hour before this moment."""
    since = at - LATE
    found = Decision.objects.filter(Q(made_at__gt=since) | Q(undone_at__gt=since))
    return {(key, undone_at is not None) for key, undone_at in found.values_list("pk", "undone_at")}


def undecided(signatures: QuerySet[Signature], seen: Seen) -> QuerySet[Signature]:
    """Exclude signatures about which there are decisions that were not seen."""
    if not (unseen := seen.unseen()):
        return signatures
    moderated = ModeratedSignature.objects.filter(signature=OuterRef("pk"), decision__in=unseen)
    return signatures.exclude(Exists(moderated))


def decided_since(
    seen: Seen, keys: Collection[UUID], *, besides: Decision | None = None
) -> set[UUID]:
    """Return those signatures about which decisions were made or undone that were not seen.

    Lock the signatures first, in a separate statement, which waits for concurrent decisions about
    them. `besides` is the decision that is being made.
    """
    unseen = seen.unseen() - ({besides.pk} if besides else set())
    if not unseen or not keys:
        return set()
    return found(DECIDED, decisions=list(unseen), keys=list(keys))


def confirmed_since(seen: Seen, keys: Collection[UUID]) -> set[UUID]:
    """Return those signatures whose signers have confirmed them since. Lock them first."""
    return found(CONFIRMED, at=seen.at, keys=list(keys))


def found(statement: str, **values: Any) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {key for (key,) in cursor.fetchall()}
