"""Moderating signatures: releasing, quarantining or invalidating them, and undoing a decision."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from campaigns.counting import surveys
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.moderation.reasons import Reason
from campaigns.moderation.seen import Seen, confirmed_since, decided_since
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature
from operations import locks

# The number of signatures that one statement changes.
BATCH = 5_000

# All code locks signatures in this order, which prevents deadlocks. This is a separate statement,
# so that the next ones see every decision that was being made about these signatures.
LOCK = """
    SELECT count(*) FROM (
        SELECT FROM campaigns_signature WHERE id = ANY(%(keys)s) ORDER BY id FOR NO KEY UPDATE
    ) AS locked
"""

REMEMBER = """
    INSERT INTO campaigns_moderatedsignature
        (decision_id, signature_id, moderation, moderation_reason)
    SELECT %(decision)s, id, moderation, moderation_reason FROM campaigns_signature
    WHERE id = ANY(%(keys)s) AND anonymised_at IS NULL AND moderation <> %(moderation)s
"""
# Changes the signatures of REMEMBER, which are locked. It has no join: with the statistics of a
# table that was just filled, PostgreSQL would compare each signature with each key.
CHANGE = """
    WITH changed AS (
        UPDATE campaigns_signature SET moderation = %(moderation)s, moderation_reason = %(reason)s
        WHERE id = ANY(%(keys)s) AND anonymised_at IS NULL AND moderation <> %(moderation)s
        RETURNING tally_id)
    SELECT tally_id, count(*) FROM changed GROUP BY tally_id
"""

# The signatures of a decision, in the order of locking.
NEXT = """
    SELECT signature_id FROM campaigns_moderatedsignature
    WHERE decision_id = %(decision)s AND signature_id > %(after)s
    ORDER BY signature_id LIMIT %(number)s
"""

# Signatures that were moderated again since stay unchanged. The first of the later decisions
# inherits the earlier moderation, and restores it if it is undone itself. Of two decisions about a
# signature, the later one has the larger primary key, since each leaves out signatures that were
# moderated after it began.
INHERIT = """
    UPDATE campaigns_moderatedsignature following
    SET moderation = earlier.moderation, moderation_reason = earlier.moderation_reason
    FROM (
        SELECT DISTINCT ON (later.signature_id) later.id, m.moderation, m.moderation_reason
        FROM campaigns_moderatedsignature m
            JOIN campaigns_moderatedsignature later ON later.signature_id = m.signature_id
        WHERE m.decision_id = %(decision)s AND m.signature_id = ANY(%(keys)s)
          AND later.decision_id = ANY(%(later)s) AND later.signature_id = ANY(%(keys)s)
        ORDER BY later.signature_id, later.decision_id
    ) AS earlier
    WHERE following.id = earlier.id AND following.signature_id = ANY(%(keys)s)
"""

# Who was quarantined for want of a proof of work has proved enough by confirming since, and is
# restored as released.
RESTORE = """
    WITH earlier AS MATERIALIZED (
        SELECT m.signature_id, CASE WHEN proved THEN '' ELSE m.moderation END AS moderation,
            CASE WHEN proved THEN '' ELSE m.moderation_reason END AS moderation_reason
        FROM campaigns_moderatedsignature m JOIN campaigns_signature s ON s.id = m.signature_id
            CROSS JOIN LATERAL (
                SELECT m.moderation_reason = 'proof' AND s.proven_at IS NOT NULL AS proved) AS _
        WHERE m.decision_id = %(decision)s AND m.signature_id = ANY(%(keys)s)
          AND s.id = ANY(%(keys)s)
    ), restored AS (
        UPDATE campaigns_signature s
        SET moderation = earlier.moderation, moderation_reason = earlier.moderation_reason
        FROM earlier
        WHERE s.id = earlier.signature_id AND s.id = ANY(%(keys)s) AND s.anonymised_at IS NULL
          AND (s.moderation, s.moderation_reason)
            <> (earlier.moderation, earlier.moderation_reason)
          AND NOT EXISTS (
            SELECT FROM campaigns_moderatedsignature later
            WHERE later.signature_id = s.id AND later.signature_id = ANY(%(keys)s)
              AND later.decision_id = ANY(%(later)s))
        RETURNING s.tally_id)
    SELECT tally_id, count(*) FROM restored GROUP BY tally_id
"""

# Makes emails about released signatures due: those that wait for a release, and those due later.
# Emails that the mail server refused for now keep their time.
SEND_WAITING = """
    UPDATE campaigns_outgoingmail m SET outcome = '', due_at = %(now)s, ended_at = NULL
    FROM campaigns_signature s
    WHERE m.signature_id = ANY(%(keys)s) AND s.id = m.signature_id AND s.moderation = ''
      AND (m.outcome = 'waiting' OR m.outcome = '' AND m.due_at > %(now)s AND m.attempts = 0)
"""

# The next email of a released signature's network need not wait behind emails that are sent now.
NO_LATER = """
    UPDATE campaigns_signingtry SET due_at = %(now)s
    WHERE due_at > %(now)s AND (tally_id, network_key) IN (
        SELECT tally_id, network_key FROM campaigns_signature
        WHERE id = ANY(%(keys)s) AND moderation = '')
"""


def changeable(signatures: QuerySet[Signature], moderation: str) -> QuerySet[Signature]:
    """Return the signatures that a decision would change; anonymised ones are left out."""
    return signatures.filter(anonymised_at=None).exclude(moderation=moderation)


def ignore_progress(done: int) -> None:
    """Ignore progress: the default for callers that do not report it."""


def moderate(
    signatures: QuerySet[Signature],
    *,
    moderation: str,
    reason: str,
    by: User | None,
    seen: Seen | None = None,
) -> Decision:
    """Give all these signatures the same moderation. The totals follow within a second or two.

    The decision records the earlier moderation of each signature.
    """
    seen = seen or Seen.now()
    keys = list(changeable(signatures, moderation).order_by("pk").values_list("pk", flat=True))
    return moderate_in_batches(
        (keys[start : start + BATCH] for start in range(0, len(keys), BATCH)),
        moderation=moderation,
        reason=reason,
        by=by,
        seen=seen,
        advance=ignore_progress,
    )


def moderate_in_batches(
    batches: Iterable[Collection[UUID]],
    *,
    moderation: str,
    reason: str,
    by: User | None,
    seen: Seen,
    advance: Callable[[int], None],
) -> Decision:
    """Moderate the signatures with these primary keys, in ascending order.

    Signatures about which there are decisions that `by` has not `seen` are left out, and so are,
    except on a release, signatures that have been confirmed since. `advance` is called with the
    number of signatures done; an exception from it rolls everything back.
    """
    done, tallies = 0, set[int]()
    with transaction.atomic():
        decision = Decision.objects.create(moderation=moderation, reason=reason, made_by=by)
        values = {"decision": decision.pk, "moderation": moderation, "reason": own_words(reason)}
        for batch in batches:
            execute(LOCK, keys=list(batch))
            since = decided_since(seen, batch, besides=decision)
            if moderation != Signature.Moderation.NONE:
                since |= confirmed_since(seen, batch)
            keys = [key for key in batch if key not in since]
            execute(REMEMBER, keys=keys, **values)
            changed = dict(found(CHANGE, keys=keys, **values))
            surveys.note(changed)
            tallies.update(changed)
            if moderation == Signature.Moderation.NONE:
                send_waiting_mails(keys)
            done += len(batch)
            advance(done)
        decision.tallies.set(tallies)
        decision.made_at = timezone.now()
        decision.save(update_fields=["made_at"])
    return decision


def own_words(reason: str) -> str:
    """Return a colleague's reason with a full stop if screening has the same word for one of its.

    The site would lift or replace a moderation by screening without asking anybody.
    """
    return f"{reason}." if reason in Reason.values else reason


def send_waiting_mails(keys: Collection[UUID]) -> None:
    """Make the emails due that belong to signatures which have been released."""
    values = {"keys": list(keys), "now": timezone.now()}
    execute(SEND_WAITING, **values)
    execute(NO_LATER, **values)


def execute(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def found(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def counts(decision: Decision) -> dict[int, int]:
    """Return the number of a decision's signatures for each tally (primary key)."""
    tallies = decision.moderated.order_by().values_list("signature__tally")
    return dict(tallies.annotate(Count("pk")))


def about(tallies: QuerySet[Tally]) -> QuerySet[Decision]:
    """Return the decisions about signatures of these tallies only."""
    own = Decision.tallies.through.objects.filter(decision=OuterRef("pk"))
    return Decision.objects.filter(Exists(own), ~Exists(own.exclude(tally__in=tallies)))


def undoable(tallies: QuerySet[Tally]) -> QuerySet[Decision]:
    """Return the decisions about signatures of these tallies only that can still be undone.

    A decision can be undone once, as long as any of its signatures is not anonymised.
    """
    moderated = ModeratedSignature.objects.filter(decision=OuterRef("pk"))
    return about(tallies).filter(Exists(moderated), undone_at=None)


def undo(
    decision: Decision, *, by: User | None, advance: Callable[[int], None] = ignore_progress
) -> dict[int, int] | None:
    """Restore the earlier moderation of all signatures in one transaction.

    Return the number of changed signatures for each tally (primary key); None if the decision was
    undone before. Signatures that were moderated again since stay unchanged. `advance` is as in
    `moderate_in_batches`.
    """
    restored: Counter[int] = Counter()
    done = 0
    with transaction.atomic():
        # Whoever deletes signatures locks them before the decisions about them. So the decision is
        # not locked here until its signatures are.
        locks.wait(f"undo decision {decision.pk}")
        fresh = Decision.objects.filter(pk=decision.pk, undone_at=None)
        if not fresh.exists():
            return None
        for keys in batches_of(decision):
            restored.update(restore(decision, keys))
            done += len(keys)
            advance(done)
        fresh.update(undone_at=timezone.now(), undone_by=by)
    return dict(restored)


def batches_of(decision: Decision) -> Iterator[list[UUID]]:
    """Yield the primary keys of a decision's signatures, in ascending order."""
    keys = [UUID(int=0)]
    while True:
        rows = found(NEXT, decision=decision.pk, after=keys[-1], number=BATCH)
        if not rows:
            return
        keys = [key for (key,) in rows]
        yield keys


def restore(decision: Decision, keys: list[UUID]) -> dict[int, int]:
    """Restore one batch; return the number of changed signatures for each tally."""
    execute(LOCK, keys=keys)
    since = Decision.objects.filter(pk__gt=decision.pk, undone_at=None)
    since = since.filter(tallies__in=decision.tallies.all()).distinct()
    values = {
        "decision": decision.pk,
        "keys": keys,
        "later": list(since.values_list("pk", flat=True)),
    }
    # As for CHANGE: otherwise PostgreSQL would compare each row with each other.
    execute("SET LOCAL enable_nestloop = off")
    if values["later"]:
        execute(INHERIT, **values)
    restored = dict(found(RESTORE, **values))
    surveys.note(restored)
    execute("SET LOCAL enable_nestloop TO DEFAULT")
    send_waiting_mails(keys)
    return restored
