"""A feed of people in the OSDI format, for programs that fetch by themselves.

https://opensupporter.github.io/osdi-docs/ describes the format. The feed is read in pages that link
to each other; a client that has read all of it once asks for what was modified since.
"""

from datetime import datetime
from hmac import compare_digest
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.mailings import suppression
from campaigns.mailings.opted_in import OPTED_IN
from campaigns.signatures.column_types import value_of
from campaigns.signatures.signature import Signature
from campaigns.sync import hearing, keys, payload
from campaigns.sync.delivery import Delivery, Kind, Outcome
from campaigns.sync.receiver import Kind as ReceiverKind
from campaigns.sync.receiver import Receiver
from operations import encryption

MOST = 100  # people on a page
IDENTITY = "identifiers"
# The columns that OSDI has fields for. All others are custom fields.
OSDI = ("name", "email", "country", "postcode", "phone", "language", "updates")


class Page(NamedTuple):
    people: list[dict[str, Any]]
    # The identifiers of signatures that the client must delete.
    removed: list[str]
    # Where the next page begins; "" on the last page.
    after: str


def find(key: int, token: str) -> Receiver | None:
    """Return the feed with this primary key, if the token opens it."""
    feed = Receiver.objects.filter(pk=key, kind=ReceiverKind.FEED, is_on=True).first()
    if feed is None:
        return None
    try:
        secrets = keys.valid(feed, timezone.now())
    except encryption.Damaged:
        return None  # SECRET_KEY has changed: the feed needs a new secret
    fits = [compare_digest(each.encode(), token.encode()) for each in secrets]
    return feed if any(fits) else None


def present(feed: Receiver) -> QuerySet[Signature]:
    """Return all signatures that a feed shows at the moment."""
    return hearing.present(feed).select_related("tally__petition").order_by("pk")


def everybody(feed: Receiver, *, after: str, number: int) -> Page:
    """Return a page of all people, in the order of signing. Raises ValueError for a bad `after`."""
    later = Q(pk__gt=UUID(after)) if after else Q()
    found = list(present(feed).filter(later)[: number + 1])
    shown = found[:number]
    return Page(described(feed, shown), [], str(shown[-1].pk) if len(found) > number else "")


def modified(feed: Receiver, *, since: datetime, after: str, number: int) -> Page:
    """Return a page of the changes since a moment. Raises ValueError for a bad `after`.

    A change may become visible long after it was made, when its transaction ends. The worker ends
    its event after that, so that no client has missed an event that ended since.
    """
    is_new = Q(outcome=Outcome.WAITING) | Q(ended_at__gte=since)
    noted = Delivery.objects.filter(is_new, receiver=feed, pk__gt=int(after or 0))
    found = list(noted.exclude(kind=Kind.TEST).order_by("pk")[: number + 1])
    shown = found[:number]
    touched = {delivery.signature for delivery in shown if delivery.signature}
    people = described(feed, list(present(feed).filter(pk__in=touched)))
    gone = {identifier(key) for key in touched} - {key for each in people for key in each[IDENTITY]}
    next_ = str(shown[-1].pk) if len(found) > number else ""
    return Page(people, sorted(gone), next_)


def described(feed: Receiver, signatures: list[Signature]) -> list[dict[str, Any]]:
    """Return the people of a page; unsubscribed if the site's own mailings may not reach them.

    A feed of those who want to be kept informed does not show the unsubscribed at all.
    """
    called = {sent.field: sent.called for sent in feed.fields_sent.all()}
    wanted = Signature.objects.filter(OPTED_IN, pk__in=[each.pk for each in signatures])
    opted_in = set(wanted.values_list("pk", flat=True))
    reached = suppression.reached(each for each in signatures if each.pk in opted_in)
    shown = reached if feed.only_opted_in else signatures
    return [person(each, called, is_reached=each in reached) for each in shown]


def person(signature: Signature, called: dict[str, str], *, is_reached: bool) -> dict[str, Any]:
    """Return a signer as OSDI describes a person, with the chosen columns alone."""
    first, _, last = (signature.name or "").strip().partition(" ")
    status = "subscribed" if is_reached else "unsubscribed"
    assert signature.confirmed_at  # feeds contain only confirmed signatures
    words: dict[str, dict[str, Any]] = {
        "name": {"given_name": first, "family_name": last.strip()},
        "email": {
            "email_addresses": [{"primary": True, "address": signature.email, "status": status}]
        },
        "phone": {"phone_numbers": [{"primary": True, "number": signature.phone}]},
        "language": {"languages_spoken": [signature.language]},
    }
    place = {"country": str(signature.country or ""), "postal_code": signature.postcode or ""}
    names = {"country": "country", "postcode": "postal_code"}
    address = {names[each]: place[names[each]] for each in names if each in called}
    custom = {
        name or field: payload.plain(value_of(signature, field))
        for field, name in called.items()
        if field not in OSDI or name
    }
    shown: dict[str, Any] = {
        IDENTITY: [identifier(signature.pk)],
        "created_date": signature.confirmed_at.isoformat(),
        "custom_fields": {**custom, "petition": signature.tally.petition.slug},
    }
    for field in called.keys() & words.keys():
        if getattr(signature, field):
            shown |= words[field]
    if any(address.values()):
        shown["postal_addresses"] = [{"primary": True, **address}]
    return shown


def identifier(key: UUID) -> str:
    return f"lastdrop:{key}"
