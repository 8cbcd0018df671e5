"""The audience of a mailing: each mailbox once, if its owner asked for mailings and may get one."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from campaigns.counting import surveys
from campaigns.mailings import suppression
from campaigns.mailings.mailing import Mailing
from campaigns.mailings.opted_in import OPTED_IN
from campaigns.signatures.signature import Signature
from operations import keyring

CHUNK = 5_000
# Among more signatures, the mailboxes are only counted when the mailing begins: each is hashed, and
# that would take seconds at each look at the page of the mailing.
MOST_COUNTED = 20_000
COMPOSED_OF = (
    *("name", "email", "language", "link_key", "channel", "confirmed_at", "proven_at"),
    *("tally__translation_key", "tally__petition_id"),
)


def signatures(mailing: Mailing) -> QuerySet[Signature]:
    """Return the signatures that a mailing is addressed to, including unsubscribed mailboxes."""
    found = Signature.objects.filter(OPTED_IN, tally__in=mailing.tallies.all())
    if not mailing.reaches_all_languages:
        found = found.filter(language=mailing.language)
    if mailing.countries:
        found = found.filter(country__in=[country.code for country in mailing.countries])
    if mailing.signed_since:
        # In the site's time zone: the user who reads the number may be in another one than the
        # worker.
        found = found.filter(signed_at__gte=surveys.midnight(mailing.signed_since))
    return found


class Reach(NamedTuple):
    """How many people a mailing would reach now; unless it is exact, at most so many."""

    number: int
    is_exact: bool


def reach(mailing: Mailing) -> Reach:
    """Count the mailboxes or, where there are very many, the signatures.

    A mailbox may have signed several petitions, or may have unsubscribed.
    """
    number = signatures(mailing).count()
    if number > MOST_COUNTED:
        return Reach(number, is_exact=False)
    return Reach(len(people(mailing)), is_exact=True)


def people(mailing: Mailing) -> list[UUID]:
    """Return one signature for each mailbox, the newest, that the mailing would reach now."""
    return list(addresses(mailing))


@transaction.atomic(savepoint=False)  # for reading the rows in chunks
def addresses(mailing: Mailing) -> dict[UUID, str]:
    """Return the email addresses of `people`."""
    newest = signatures(mailing).order_by("-pk")
    rows = newest.values_list("pk", "email", "channel", "proven_at")
    keys = keyring.every()
    seen: set[bytes] = set()
    found: dict[UUID, str] = {}
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        keyed = [(suppression.keys_of(row[1], keys), row) for row in chunk]
        suppressed = suppression.since({each for each, _row in keyed})
        for each, (pk, email, channel, proven_at) in keyed:
            if each[0] in seen or suppression.holds(suppressed.get(each), channel, proven_at):
                continue
            seen.add(each[0])
            found[pk] = email
    return found


def still_reached(signatures: list[UUID]) -> dict[UUID, Signature]:
    """Return the signatures, by id, whose signers may still get a mailing at this moment.

    Only the columns needed to compose a mailing are loaded.
    """
    found = Signature.objects.filter(OPTED_IN, pk__in=signatures)
    found = found.select_related("tally").only(*COMPOSED_OF)
    return {each.pk: each for each in suppression.reached(found)}


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
