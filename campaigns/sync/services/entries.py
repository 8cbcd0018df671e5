"""Who is one entry at a mailing list: all with one email address, of all receivers there.

A list is asked for an entry by its email address, and never by a number: that may be a stranger's,
where the list was restored from a backup, or where another list is meant by now.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from campaigns.signatures.conditions import COUNTED, NOT_ANONYMISED
from campaigns.signatures.signature import Signature
from campaigns.sync.delivery import Delivery, Known
from campaigns.sync.delivery import Kind as Event
from campaigns.sync.receiver import Kind, Receiver
from operations import keyring

COUNTING = Signature.objects.filter(COUNTED, NOT_ANONYMISED, pk=OuterRef("signature"))
CHOSEN = Receiver.tallies.through.objects.filter(
    receiver=OuterRef(OuterRef("receiver")), tally=OuterRef("tally")
)
# Of what is known: its signature counts, and its petition is one of the receiver's.
STANDS = Exists(COUNTING.filter(Exists(CHOSEN))) | Q(Exists(COUNTING), receiver__all_petitions=True)


def of(receiver: Receiver, email: str) -> QuerySet[Known]:
    """All that is known of the entry with this email address, in small letters."""
    there = [
        each.pk
        for each in Receiver.objects.filter(kind=receiver.kind)
        if is_same_place(each, receiver)
    ]
    return Known.objects.filter(receiver__in=there, remote_key__in=keys_of(email))


def is_same_place(one: Receiver, other: Receiver) -> bool:
    """Whether two receivers of a kind have the same entries: those of a server.

    Each audience of Mailchimp has its own.
    """
    is_server = one.url.rstrip("/").lower() == other.url.rstrip("/").lower()
    return is_server and (one.kind != Kind.MAILCHIMP or one.audience == other.audience)


def renew(known: Known) -> None:
    """Have a list get the data of a signer: what it has may be of another one, who is gone."""
    signature = Signature.objects.filter(pk=known.signature).first()
    if signature:
        values: dict[str, Any] = {"tally_id": signature.tally_id, "kind": Event.CHANGED}
        Delivery.objects.create(receiver=known.receiver, signature=signature.pk, **values)


def remove_others(receiver: Receiver) -> None:
    """Have a list delete all whom it knows and should not, such as whoever has unsubscribed.

    Of these the receiver does not hear, so nobody else tells it after it was narrowed. Where the
    signature is gone, the list was told by that.
    """
    waiting = Delivery.objects.filter(
        receiver=receiver, outcome="", kind=Event.REMOVED, signature=OuterRef("signature")
    )
    tally = Signature.objects.filter(pk=OuterRef("signature")).values("tally")
    left = Known.objects.filter(~STANDS, ~Exists(waiting), receiver=receiver)
    left = left.annotate(tally=Subquery(tally)).filter(tally__isnull=False)
    rows = left.values_list("signature", "tally").distinct()
    Delivery.objects.bulk_create(
        Delivery(receiver=receiver, signature=key, tally_id=tally, kind=Event.REMOVED)
        for key, tally in rows
    )


def key_of(email: str) -> bytes:
    return keys_of(email)[0]


def keys_of(email: str, keys: list[str] | None = None) -> list[bytes]:
    """The keys that an entry may have (16 bytes), the one with which it is stored first."""
    return [each[:16] for each in keyring.digests(f"sync:{email}".encode(), keys)]
