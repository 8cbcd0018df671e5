"""Finds the signatures that are to be mailed to the targets: of those who were told so.

A version says what its signers have read (`signed_versions.parts`). Somebody is mailed only to a
target that stood in it, and only in the way that it said. The targets read that each of them has
confirmed it by email, so those wait whom staff have confirmed by hand.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from campaigns.contacts.addressed import addressed
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, ONLINE_SQL

FIND = f"""
    INSERT INTO campaigns_forwarded (signature_id, tally_id, target, found_at)
    SELECT s.id, s.tally_id, %(target)s, statement_timestamp() FROM campaigns_signature s
    WHERE s.tally_id = %(tally)s AND s.version_id = ANY(%(versions)s)
      AND {COUNTED_SQL} AND {ONLINE_SQL} AND s.anonymised_at IS NULL
      AND s.for_mailings_since IS NULL AND s.proven_at IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM campaigns_forwarded f WHERE f.signature_id = s.id AND f.target = %(target)s)
    ORDER BY s.confirmed_at
    ON CONFLICT (signature_id, target) DO NOTHING
"""


class Office(NamedTuple):
    """A target that can be mailed: the id of its block, its email, and its words by language."""

    target: str
    email: str
    words: dict[int, str]


def active() -> Iterator[Tally]:
    """The tallies whose signatures are mailed at this time."""
    found = Tally.objects.select_related("petition__locale").exclude(forwarding_at=None)
    yield from found.filter(petition__live=True).exclude(petition__forwards=Forwards.OFF)


def offices(petition: Petition) -> list[Office]:
    """The targets whose contact has an email, by the published rows in all languages."""
    original = petition.original
    emails = {
        block.id: each.contact.email
        for block, each in zip(original.targets, addressed(original), strict=True)
        if each.contact and each.contact.email
    }
    words: dict[str, dict[int, str]] = {target: {} for target in emails}
    for version in (original, *original.get_translations().filter(live=True)):
        for block, each in zip(version.targets, addressed(version), strict=True):
            if block.id in words:
                words[block.id][version.locale_id] = each.words
    return [Office(target, emails[target], words[target]) for target in emails]


def gather() -> None:
    """Note whom to mail, for each petition whose signatures are mailed."""
    for tally in active():
        gather_of(tally)


def gather_of(tally: Tally) -> None:
    versions = Version.objects.filter(tally=tally, parts__forwards=tally.petition.forwards)
    told = list(versions.only("locale_id", "parts"))
    for office in offices(tally.petition):
        read = [
            version.pk
            for version in told
            if office.words.get(version.locale_id, "") in version.parts["targets"].splitlines()
        ]
        if read:
            values: dict[str, Any] = {"tally": tally.pk, "target": office.target, "versions": read}
            with connection.cursor() as cursor:
                cursor.execute(FIND, values)
