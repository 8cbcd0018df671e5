"""Of whom a receiver may hear at this moment."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns.mailings.opted_in import OPTED_IN
from campaigns.signatures.conditions import IN_STATE
from campaigns.signatures.signature import Signature
from campaigns.sync.receiver import Kind, Receiver


def heard_of(receiver: Receiver) -> Q:
    """Of whom a receiver may hear, in whatever petition.

    What is kept for mailings alone goes to receivers that get nobody but those who want them.
    """
    if receiver.only_opted_in:
        return OPTED_IN
    return IN_STATE["confirmed"]


def present(receiver: Receiver) -> QuerySet[Signature]:
    """Everybody of whom a receiver may hear."""
    found = Signature.objects.filter(heard_of(receiver))
    if not receiver.all_petitions:
        found = found.filter(tally__in=receiver.tallies.values("pk"))
    return found


def shown_in_feeds(signatures: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Which of these signatures each feed shows to whoever fetches it, by the feed's name."""
    feeds = Receiver.objects.filter(kind=Kind.FEED, is_on=True).order_by("pk")
    return [
        (key, feed.name)
        for feed in feeds
        for key in present(feed).filter(pk__in=signatures).values_list("pk", flat=True)
    ]
