"""Entries of mailing lists: all signatures with one email address, of all receivers there.

An entry is looked up by its email address, and never by an ID: the ID may be another person's if
the list was restored from a backup, or if the receiver now means another list.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from campaigns.signatures.conditions import COUNTED, NOT_ANONYMISED
from campaigns.signatures.signature import Signature
from campaigns.sync.delivery import Delivery, Known, remote_keys
from campaigns.sync.delivery import Kind as Event
from campaigns.sync.receiver import Kind, Receiver

COUNTING = Signature.objects.filter(COUNTED, NOT_ANONYMISED, pk=OuterRef("signature"))
CHOSEN = Receiver.tallies.through.objects.filter(
    receiver=OuterRef(OuterRef("receiver")), tally=OuterRef("tally")
)
# The condition for `Known` rows whose signature counts, and whose petition is one of the
# receiver's.
IS_ACTIVE = Exists(COUNTING.filter(Exists(CHOSEN))) | Q(
    Exists(COUNTING), receiver__all_petitions=True
)


def of(receiver: Receiver, email: str) -> QuerySet[Known]:
    """Return all `Known` rows of the entry with this email address, in lower case."""
    there = [
        each.pk
        for each in Receiver.objects.filter(kind=receiver.kind)
        if is_same_place(each, receiver)
    ]
    return Known.objects.filter(receiver__in=there, remote_key__in=remote_keys(email))


def is_same_place(one: Receiver, other: Receiver) -> bool:
    """Return whether two receivers of a kind share their entries, being on the same server.

    In Mailchimp, each audience has its own entries.
    """
    is_server = one.url.rstrip("/").lower() == other.url.rstrip("/").lower()
    return is_server and (one.kind != Kind.MAILCHIMP or one.audience == other.audience)


def renew(known: Known) -> None:
    """Have a list get a signer's data: it may have data of another signature, which is gone."""
    signature = Signature.objects.filter(pk=known.signature).first()
    if signature:
        values: dict[str, Any] = {"tally_id": signature.tally_id, "kind": Event.CHANGED}
        Delivery.objects.create(receiver=known.receiver, signature=signature.pk, **values)


def remove_others(receiver: Receiver) -> None:
    """Have a list delete all people who should not be in it, such as those who have unsubscribed.

    The receiver gets no events about these people once its selection is narrowed, so nothing else
    would remove them. If a signature is gone, its removal was an event of its own.
    """
    waiting = Delivery.objects.filter(
        receiver=receiver, outcome="", kind=Event.REMOVED, signature=OuterRef("signature")
    )
    tally = Signature.objects.filter(pk=OuterRef("signature")).values("tally")
    left = Known.objects.filter(~IS_ACTIVE, ~Exists(waiting), receiver=receiver)
    left = left.annotate(tally=Subquery(tally)).filter(tally__isnull=False)
    rows = left.values_list("signature", "tally").distinct()
    Delivery.objects.bulk_create(
        Delivery(receiver=receiver, signature=key, tally_id=tally, kind=Event.REMOVED)
        for key, tally in rows
    )
