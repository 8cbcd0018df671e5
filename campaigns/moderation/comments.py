"""Decides which comments are shown, and undoes decisions; changed comments wait for a new one.

Each decision is stored for each of its comments. `Signature.comment_state` is the state of the
newest decision that was not undone and is about the current text of the comment. So undoing a
decision restores the state before it.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.counting import surveys
from campaigns.petitions.tally import Tally
from campaigns.signatures import public_comments
from campaigns.signatures.columns_in_words import CommentState
from campaigns.signatures.conditions import COUNTED, COUNTED_SQL
from campaigns.signatures.signature import Signature

# A page of the comments in one state. The first ones of each petition are read in the order of the
# index; for those of all petitions together, PostgreSQL would read all signatures in the order of
# their keys until it has met enough.
PAGE = """
    SELECT s.id FROM unnest(%(tallies)s::bigint[]) AS asked (tally) CROSS JOIN LATERAL (
        SELECT s.id FROM campaigns_signature s
        WHERE s.tally_id = asked.tally AND s.comment_state = %(state)s AND {counted}
        ORDER BY s.id {order} LIMIT %(end)s
    ) AS s
    ORDER BY s.id {order} LIMIT %(end)s - %(start)s OFFSET %(start)s
"""


class CommentDecision(models.Model):
    """A decision to show one or several comments, or not to show them."""

    state = models.CharField(_("decision"), max_length=7, choices=CommentState)
    made_at = models.DateTimeField(_("date of the decision"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("date of undoing"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decision on comments")
        verbose_name_plural = _("decisions on comments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("shown", "hidden")), name="comment_decision_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class DecidedComment(models.Model):
    """A decision's link to the comment of a signature; outdated once the comment changes."""

    decision = models.ForeignKey(
        CommentDecision, on_delete=models.CASCADE, related_name="decided", db_index=False
    )
    signature = models.ForeignKey(
        Signature, on_delete=models.CASCADE, related_name="decided_comments"
    )
    is_outdated = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("decided comment")
        verbose_name_plural = _("decided comments")
        constraints = [
            models.UniqueConstraint(fields=["decision", "signature"], name="one_comment_a_decision")
        ]

    def __str__(self) -> str:
        return str(self.pk)


def wording(signature: Signature) -> str:
    """Return a hash (16 digits) of what a moderator reads; it differs once the comment changes."""
    text = f"{signature.comment_as}\n{signature.comment}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def decidable(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Return the counted signatures whose signers agreed to show the comment."""
    return signatures.filter(COUNTED, comment_state__isnull=False)


def numbers(tallies: list[int]) -> dict[str, int]:
    """Return how many comments on these petitions are in each state."""
    found = decidable(Signature.objects.filter(tally__in=tallies))
    # The states by name: PostgreSQL has no statistics of them, and takes almost all for given.
    found = found.filter(comment_state__in=CommentState.values).order_by()
    return dict(found.values_list("comment_state").annotate(Count("pk")))


def waiting(tallies: QuerySet[Tally]) -> int:
    """Return how many comments on these petitions wait for a decision."""
    found = decidable(Signature.objects.filter(tally__in=tallies))
    return found.filter(comment_state=CommentState.WAITING).count()


def page(tallies: list[int], *, state: str, start: int, end: int) -> list[Signature]:
    """Return some of the comments on these petitions that are in one state.

    The comment that has waited longest comes first; of decided comments, the latest decisions are
    needed most often.
    """
    order = "ASC" if state == CommentState.WAITING else "DESC"
    values: dict[str, Any] = {"tallies": tallies, "state": state, "start": start, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(PAGE.format(counted=COUNTED_SQL, order=order), values)
        keys = [key for (key,) in cursor.fetchall()]
    rows = Signature.objects.select_related("tally__petition").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def decide(
    signatures: QuerySet[Signature],
    wordings: Mapping[UUID, str],
    *,
    state: str,
    by: User | None,
) -> CommentDecision | None:
    """Show or hide these comments; return None if there is nothing left to decide.

    `wordings` has the hash of what the moderator read, by the primary key of each signature.
    Comments that have changed since are left out.
    """
    with transaction.atomic():
        # Every caller locks signatures in this order, which prevents deadlocks.
        rows = decidable(signatures).filter(pk__in=wordings).exclude(comment_state=state)
        rows = rows.order_by("pk").select_for_update(of=("self",))
        keys = [row.pk for row in rows if wording(row) == wordings[row.pk]]
        if not keys:
            return None
        decision = CommentDecision.objects.create(state=state, made_by=by)
        DecidedComment.objects.bulk_create(
            DecidedComment(decision=decision, signature_id=key) for key in keys
        )
        settle(keys)
    return decision


def decided(signatures: QuerySet[Signature], wordings: Mapping[UUID, str], *, state: str) -> int:
    """Count the comments that are in this state, and unchanged since the moderator read them."""
    rows = decidable(signatures).filter(pk__in=wordings, comment_state=state)
    return sum(wording(row) == wordings[row.pk] for row in rows)


def settle(keys: list[UUID]) -> None:
    """Give each comment the state of the newest valid decision, or let it wait for one."""
    holding = DecidedComment.objects.filter(
        signature=OuterRef("pk"), is_outdated=False, decision__undone_at=None
    )
    newest = Subquery(holding.order_by("-decision").values("decision__state")[:1])
    Signature.objects.filter(pk__in=keys, comment_state__isnull=False).update(
        comment_state=Coalesce(newest, Value(CommentState.WAITING))
    )


def counts(decision: CommentDecision) -> Counter[int]:
    """Return the number of a decision's comments for each tally (primary key)."""
    return Counter(decision.decided.values_list("signature__tally", flat=True))


def about(tallies: QuerySet[Tally]) -> QuerySet[CommentDecision]:
    """Return the decisions about comments of these petitions only, while their data is stored."""
    own = DecidedComment.objects.filter(decision=OuterRef("pk"))
    others = own.exclude(signature__tally__in=tallies)
    return CommentDecision.objects.filter(Exists(own), ~Exists(others))


def undoable(tallies: QuerySet[Tally]) -> QuerySet[CommentDecision]:
    """Return the decisions about comments of these petitions only that can still be undone."""
    return about(tallies).filter(undone_at=None)


def undo(decision: CommentDecision, *, by: User | None) -> Counter[int]:
    """Undo a decision; return the number of its comments for each tally (primary key)."""
    with transaction.atomic():
        fresh = CommentDecision.objects.filter(pk=decision.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now(), undone_by=by):
            return Counter()
        decided = Signature.objects.filter(decided_comments__decision=decision)
        keys = [row.pk for row in decided.order_by("pk").select_for_update(of=("self",))]
        settle(keys)
        return counts(decision)


def rewrite(signature: Signature, values: Mapping[str, Any], *, agrees: bool | None = None) -> bool:
    """Change columns of a signature, including its name; return False if it is too late.

    The signature may have been anonymised or got a new email address since it was read. `agrees` is
    the consent to show the comment; None leaves it unchanged. If the comment or the name beside it
    changes, it waits for a moderator again.
    """
    with transaction.atomic():
        rows = Signature.objects.select_for_update().same_owner(signature)
        row = rows.first()
        if row is None:
            return False
        if agrees is None:
            agrees = row.comment_state is not None
        comment = values.get("comment", row.comment)
        offer = public_comments.offered(values["name"], comment, agrees=agrees)
        if (row.comment, row.comment_as) == (comment, offer["comment_as"]):
            offer = {}
        else:
            row.decided_comments.update(is_outdated=True)
        surveys.note({row.tally_id: 1})
        rows.update(**values, **offer)
    return True
