"""Moderating signatures: release, quarantine or invalidate them, and undo a decision."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.mail.outbox import OutgoingMail
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature

# The database copies the rows itself: a flood can consist of a million signatures, and a request
# lasts some minutes at most.
REMEMBER = """
    INSERT INTO campaigns_moderatedsignature
        (decision_id, signature_id, moderation, moderation_reason)
    SELECT %s, subject.* FROM ({subject}) AS subject
"""

# One batch of many in a decision. It does not look for the decision's rows, which the database does
# slowly as long as its statistics do not know them.
CHANGE_BATCH = """
    WITH subject AS MATERIALIZED (
        SELECT id, moderation, moderation_reason FROM campaigns_signature
        WHERE id = ANY(%(keys)s) AND anonymised_at IS NULL AND moderation <> %(moderation)s
        ORDER BY id FOR NO KEY UPDATE
    ), remembered AS (
        INSERT INTO campaigns_moderatedsignature
            (decision_id, signature_id, moderation, moderation_reason)
        SELECT %(decision)s, id, moderation, moderation_reason FROM subject
    )
    UPDATE campaigns_signature s
    SET moderation = %(moderation)s, moderation_reason = %(reason)s
    FROM subject WHERE s.id = subject.id
"""

# Undoing locks the signatures first, by a statement of its own: the next ones then see every
# decision that was being made about these signatures meanwhile.
LOCK = """
    SELECT count(*) FROM (
        SELECT FROM campaigns_signature s
            JOIN campaigns_moderatedsignature m ON m.signature_id = s.id
        WHERE m.decision_id = %(decision)s
        ORDER BY s.id FOR NO KEY UPDATE OF s
    ) AS locked
"""

# A signature that was moderated again since stays as it is. The first of the later decisions
# inherits the earlier moderation, and restores it if it is undone in its turn.
INHERIT = """
    UPDATE campaigns_moderatedsignature following
    SET moderation = m.moderation, moderation_reason = m.moderation_reason
    FROM campaigns_moderatedsignature m
    WHERE m.decision_id = %(decision)s AND following.signature_id = m.signature_id
      AND following.decision_id = (
        SELECT min(later.decision_id) FROM campaigns_moderatedsignature later
        WHERE later.signature_id = m.signature_id AND later.decision_id = ANY(%(later)s))
"""

RESTORE = """
    WITH restored AS (
        UPDATE campaigns_signature s
        SET moderation = m.moderation, moderation_reason = m.moderation_reason
        FROM campaigns_moderatedsignature m
        WHERE m.decision_id = %(decision)s AND m.signature_id = s.id AND s.anonymised_at IS NULL
          AND NOT EXISTS (
            SELECT FROM campaigns_moderatedsignature later
            WHERE later.signature_id = s.id AND later.decision_id = ANY(%(later)s))
        RETURNING s.tally_id)
    SELECT tally_id, count(*) FROM restored GROUP BY tally_id
"""


def changeable(signatures: QuerySet[Signature], moderation: str) -> QuerySet[Signature]:
    """The signatures that a decision would change; anonymised ones are left out."""
    return signatures.filter(anonymised_at=None).exclude(moderation=moderation)


def moderate(
    signatures: QuerySet[Signature], *, moderation: str, reason: str, by: User | None
) -> Decision:
    """Give all these signatures the same moderation. The totals follow with the next recount.

    The decision records the earlier moderation of each signature.
    """
    with transaction.atomic():
        decision = Decision.objects.create(moderation=moderation, reason=reason, made_by=by)
        change(decision, signatures)
        decision.tallies.set(list(counts(decision)))
        send_waiting_mails(decision)
    return decision


def moderate_in_batches(
    batches: Iterable[Collection[UUID]],
    *,
    moderation: str,
    reason: str,
    by: User | None,
    advance: Callable[[int], None],
) -> Decision:
    """The same for the signatures with these primary keys, in ascending order.

    `advance` is called with the number of those that are done; an exception from it undoes all.
    """
    done = 0
    with transaction.atomic():
        decision = Decision.objects.create(moderation=moderation, reason=reason, made_by=by)
        for keys in batches:
            change_batch(decision, keys)
            done += len(keys)
            advance(done)
        decision.tallies.set(list(counts(decision)))
        send_waiting_mails(decision)
    return decision


def change_batch(decision: Decision, keys: Collection[UUID]) -> None:
    """Record the earlier moderation of the signatures with these keys, and change it."""
    values: dict[str, Any] = {
        "decision": decision.pk,
        "keys": list(keys),
        "moderation": decision.moderation,
        "reason": decision.reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(CHANGE_BATCH, values)


def change(decision: Decision, signatures: QuerySet[Signature]) -> None:
    """Record the earlier moderation of each of these signatures, and change it."""
    # Whoever locks several signatures does so in this order, so there is no deadlock.
    subject = changeable(signatures, decision.moderation).order_by("pk")
    query = subject.select_for_update(of=("self",)).values_list(
        "pk", "moderation", "moderation_reason"
    )
    sql, parameters = query.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER.format(subject=sql), [decision.pk, *parameters])
    Signature.objects.filter(moderated__decision=decision).update(
        moderation=decision.moderation, moderation_reason=decision.reason
    )


def send_waiting_mails(decision: Decision) -> None:
    """Make the mails due whose signatures have been released: those waiting, and those due later.

    Mails that the mail server did not accept keep their time.
    """
    outcome, now = OutgoingMail.Outcome, timezone.now()
    waiting = Q(outcome=outcome.WAITING) | Q(outcome=outcome.OWED, due_at__gt=now, attempts=0)
    released = Signature.objects.filter(moderated__decision=decision, moderation="")
    OutgoingMail.objects.filter(waiting, signature__in=released).update(
        outcome=outcome.OWED, due_at=now, ended_at=None
    )


def counts(decision: Decision) -> dict[int, int]:
    """The number of a decision's signatures for each tally, by its primary key."""
    tallies = decision.moderated.order_by().values_list("signature__tally")
    return dict(tallies.annotate(Count("pk")))


def about(tallies: QuerySet[Tally]) -> QuerySet[Decision]:
    """The decisions that are about signatures of these tallies, and of no others."""
    own = Decision.tallies.through.objects.filter(decision=OuterRef("pk"))
    return Decision.objects.filter(Exists(own), ~Exists(own.exclude(tally__in=tallies)))


def undoable(tallies: QuerySet[Tally]) -> QuerySet[Decision]:
    """The decisions about signatures of these tallies alone that can still be undone.

    A decision can be undone once, as long as one of its signatures has not been anonymised.
    """
    moderated = ModeratedSignature.objects.filter(decision=OuterRef("pk"))
    return about(tallies).filter(Exists(moderated), undone_at=None)


def undo(decision: Decision, *, by: User | None) -> dict[int, int]:
    """Restore the earlier moderation of each signature, of all or of none.

    Returns the number of signatures that were changed for each tally, by its primary key. A
    signature that was moderated again since stays as it is.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        fresh = Decision.objects.filter(pk=decision.pk, undone_at=None)
        if not fresh.update(undone_at=timezone.now(), undone_by=by):
            return {}
        cursor.execute(LOCK, {"decision": decision.pk})
        since = Decision.objects.filter(pk__gt=decision.pk, undone_at=None)
        since = since.filter(tallies__in=decision.tallies.all()).distinct()
        later = list(since.values_list("pk", flat=True))
        parameters: dict[str, Any] = {"decision": decision.pk, "later": later}
        if later:
            cursor.execute(INHERIT, parameters)
        cursor.execute(RESTORE, parameters)
        restored = dict(cursor.fetchall())
        send_waiting_mails(decision)
        return restored
