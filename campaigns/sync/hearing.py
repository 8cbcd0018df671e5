"""The signatures that a receiver may get at the moment."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from campaigns.mailings.opted_in import OPTED_IN
from campaigns.signatures.conditions import IN_STATE
from campaigns.signatures.signature import Signature
from campaigns.sync.receiver import Kind, Receiver


def receivable(receiver: Receiver) -> Q:
    """Return the condition for the signatures that a receiver may get, in any petition.

    Signatures that are retained for mailings alone go only to receivers of those who want news.
    """
    if receiver.only_opted_in:
        return OPTED_IN
    return IN_STATE["confirmed"]


def present(receiver: Receiver) -> QuerySet[Signature]:
    """Return all signatures that a receiver may get."""
    found = Signature.objects.filter(receivable(receiver))
    if not receiver.all_petitions:
        found = found.filter(tally__in=receiver.tallies.values("pk"))
    return found


def shown_in_feeds(signatures: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Return which of these signatures each feed shows, with the name of the feed."""
    feeds = Receiver.objects.filter(kind=Kind.FEED, is_on=True).order_by("pk")
    return [
        (key, feed.name)
        for feed in feeds
        for key in present(feed).filter(pk__in=signatures).values_list("pk", flat=True)
    ]
