"""Upkeep of deliveries, by staff and the worker: repeat events, send all again, delete old ones."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.mailings import suppression
from campaigns.signatures.conditions import COUNTED, IN_STATE, NOT_ANONYMISED
from campaigns.signatures.signature import Signature
from campaigns.sync import hearing
from campaigns.sync.delivery import Delivery, Kind, Outcome
from campaigns.sync.receiver import Receiver, try_now

# How long the log of a receiver retains events that have ended.
KEPT = timedelta(days=30)
BATCH = 10_000

# Everybody about whom the receiver would get an event if they signed now, in the order of signing.
# For a mailing list these are changes and not new people: people who unsubscribed there stay
# unsubscribed.
ALL_ANEW = """
    INSERT INTO campaigns_delivery (receiver_id, signature, tally_id, kind)
    SELECT r.id, s.id, s.tally_id, CASE r.kind WHEN 'webhook' THEN 'added' ELSE 'changed' END
    FROM campaigns_receiver r, campaigns_signature s
    WHERE r.id = %s AND s.confirmed_at IS NOT NULL AND s.moderation = ''
      AND s.anonymised_at IS NULL
      AND (s.updates OR NOT r.only_opted_in) AND (s.for_mailings_since IS NULL OR r.only_opted_in)
      AND (r.all_petitions OR s.tally_id IN (
          SELECT t.tally_id FROM campaigns_receiver_tallies t WHERE t.receiver_id = r.id))
    ORDER BY s.id
"""

# The signatures that a receiver had before it was narrowed, and should no longer have.
REMOVED = """
    INSERT INTO campaigns_delivery (receiver_id, signature, tally_id, kind)
    SELECT %s, id, tally_id, 'removed' FROM ({rows}) AS gone (id, tally_id) ORDER BY id
"""


class Scope(NamedTuple):
    """The signatures that a receiver gets."""

    all: bool
    tallies: list[int]
    only_opted_in: bool


def scope(receiver: int) -> Scope:
    """Return the scope that is stored."""
    row = Receiver.objects.get(pk=receiver)
    tallies = list(row.tallies.values_list("pk", flat=True))
    return Scope(row.all_petitions, tallies, row.only_opted_in)


def remove_others(receiver: int, *, before: Scope) -> None:
    """Tell a receiver that was narrowed to delete the signatures that it no longer gets."""
    if before == scope(receiver):
        return
    now = Receiver.objects.get(pk=receiver)
    # Mailings may have ceased to reach some of those that the receiver has.
    wanted = Q(COUNTED, NOT_ANONYMISED, updates=True)
    heard = Signature.objects.filter(wanted if before.only_opted_in else IN_STATE["confirmed"])
    if not before.all:
        heard = heard.filter(tally__in=before.tallies)
    is_present = Exists(hearing.present(now).filter(pk=OuterRef("pk")))
    query = heard.filter(~is_present).order_by().values_list("pk", "tally_id").query
    rows, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(REMOVED.format(rows=rows), [receiver, *parameters])
    if now.only_opted_in and not before.only_opted_in:
        for batch in unreached(heard.filter(is_present)):
            Delivery.objects.bulk_create(
                Delivery(receiver=now, signature=each.pk, tally_id=each.tally_id, kind=Kind.REMOVED)
                for each in batch
            )


def unreached(signatures: QuerySet[Signature]) -> Iterator[list[Signature]]:
    """Yield batches of signatures whose mailboxes get no mailings, which SQL cannot determine."""
    columns = ("tally_id", "email", "channel", "confirmed_at", "proven_at")
    rows = signatures.only(*columns).iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        reached = set(suppression.reached(batch))
        yield [each for each in batch if each not in reached]


def repeatable(receiver: Receiver, *outcomes: Outcome) -> QuerySet[Delivery]:
    """Return events with these outcomes, unless the signature has a newer one, waiting or sent.

    An event that is older than what the receiver has would set its data back.
    """
    newer = Delivery.objects.filter(
        receiver=receiver, signature=OuterRef("signature"), pk__gt=OuterRef("pk")
    )
    # One index has the waiting events of a signature, another those that have ended.
    waiting = newer.filter(outcome=Outcome.WAITING)
    ended = newer.filter(ended_at__isnull=False).exclude(outcome=Outcome.FAILED)
    return Delivery.objects.filter(
        ~Exists(waiting), ~Exists(ended), receiver=receiver, outcome__in=outcomes
    )


def repeat(deliveries: QuerySet[Delivery]) -> int:
    """Send the events again, with the same `webhook-id`; return their number."""
    keys = list(deliveries.values_list("pk", flat=True))
    ended = Delivery.objects.filter(pk__in=keys).exclude(outcome=Outcome.WAITING)
    fresh = {"attempts": 0, "refusals": 0, "due_at": timezone.now()}
    return ended.update(outcome=Outcome.WAITING, ended_at=None, **fresh)


def send_test(receiver: Receiver) -> None:
    """Have the worker send an event about no signature, after those that wait."""
    try_now(receiver)
    Delivery.objects.create(receiver=receiver, kind=Kind.TEST, made_at=timezone.now())


def send_all(receiver: Receiver) -> int:
    """Have all present signatures sent; return their number."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_ANEW, [receiver.pk])
        return int(cursor.rowcount)


def delete_old() -> float | None:
    """Delete one batch; return the seconds until the next, as `operations.rounds.Round` expects."""
    old = Q(ended_at__lt=timezone.now() - KEPT)
    is_lost = ~Exists(Receiver.objects.filter(pk=OuterRef("receiver")))
    keys = list(Delivery.objects.filter(old).values_list("pk", flat=True)[:BATCH])
    deleted, _each = Delivery.objects.filter(pk__in=keys).delete()
    if deleted == BATCH:
        return 0
    # A receiver may be deleted while somebody confirms. To find that, all events are read: once,
    # and not for each batch.
    Delivery.objects.filter(is_lost).delete()
    return None
