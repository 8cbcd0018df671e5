"""Finds the signatures that are to be mailed to the targets: of those who were told so.

A version says what its signers have read (`signed_versions.parts`). Somebody is mailed only to a
target that stood in it, and only in the way that it said. The targets read that each of them has
confirmed it by email, so those wait whom staff have confirmed by hand.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.canonical_emails import normalise
from campaigns.contacts.addressed import addressed
from campaigns.contacts.contact import Contact
from campaigns.forwarding.forwarded import Forwarded
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, IN_STATE, ONLINE_SQL
from campaigns.signatures.signature import Signature

FIND = f"""
    INSERT INTO campaigns_forwarded (signature_id, tally_id, target, found_at)
    SELECT s.id, s.tally_id, %(target)s, statement_timestamp() FROM campaigns_signature s
    WHERE s.tally_id = %(tally)s AND s.version_id = ANY(%(versions)s)
      AND {COUNTED_SQL} AND {ONLINE_SQL} AND s.anonymised_at IS NULL
      AND s.for_mailings_since IS NULL AND s.proven_at IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM campaigns_forwarded f
        WHERE f.signature_id = s.id AND f.target = ANY(%(targets)s))
      AND NOT EXISTS (
        SELECT FROM campaigns_forwarded f JOIN campaigns_forwardedmail m ON m.id = f.mail_id
        WHERE f.signature_id = s.id AND m.tally_id = %(tally)s
          AND m.contact = ANY(%(contacts)s) AND f.target <> ALL(%(targets)s))
    ORDER BY s.confirmed_at
    ON CONFLICT (signature_id, target) DO NOTHING
"""


class Office(NamedTuple):
    """A mailbox that can be mailed, with the targets whose contacts have it: most often one."""

    # The ids of their blocks. What is noted has the first one.
    targets: list[str]
    email: str
    # The number of the contact of the first, and those of all contacts with this mailbox.
    contact: int
    contacts: list[int]
    # What the targets are called in each language.
    words: dict[int, list[str]]
    # The versions whose signers have read of one of them, and how signatures are mailed now.
    versions: list[int]

    def read_in(self, version: Version) -> list[str]:
        lines = version.parts["targets"].splitlines()
        return [words for words in self.words.get(version.locale_id, []) if words in lines]


def active() -> Iterator[Tally]:
    """The tallies whose signatures are mailed at this time."""
    found = Tally.objects.select_related("petition__locale").exclude(forwarding_at=None)
    yield from found.filter(petition__live=True).exclude(petition__forwards=Forwards.OFF)


def offices(petition: Petition) -> list[Office]:
    """The mailboxes of the targets' contacts, by the published rows in all languages."""
    original = petition.original
    found: dict[str, Office] = {}
    for block, each in zip(original.targets, addressed(original), strict=True):
        if each.contact and each.contact.email:
            office = Office([], each.contact.email, each.contact.pk, [], {}, [])
            found.setdefault(normalise(office.email), office).targets.append(block.id)
    for key, email in Contact.objects.exclude(email="").values_list("pk", "email"):
        if normalise(email) in found:
            found[normalise(email)].contacts.append(key)
    of = {target: office for office in found.values() for target in office.targets}
    for version in (original, *original.get_translations().filter(live=True)):
        for block, each in zip(version.targets, addressed(version), strict=True):
            if block.id in of:
                of[block.id].words.setdefault(version.locale_id, []).append(each.words)
    told = Version.objects.filter(tally=petition.tally, parts__forwards=original.forwards)
    for version in told.only("locale_id", "parts"):
        for office in found.values():
            if office.read_in(version):
                office.versions.append(version.pk)
    return list(found.values())


def waiting(tally: Tally, office: Office) -> QuerySet[Forwarded]:
    """The signatures that may be mailed to a mailbox now, the oldest first.

    Targets and the way of mailing may have changed since they were found, and two targets may have
    come to share a mailbox.
    """
    rows = Forwarded.objects.filter(tally=tally.pk, target__in=office.targets, mail=None)
    still = Signature.objects.filter(IN_STATE["confirmed"], version__in=office.versions)
    same = Forwarded.objects.filter(signature=OuterRef("signature"))
    earlier = Q(target__in=office.targets) & (Q(mail__isnull=False) | Q(pk__lt=OuterRef("pk")))
    twice = same.filter(earlier | Q(mail__contact__in=office.contacts))
    return rows.filter(~Exists(twice), signature__in=still).order_by("pk")


def gather() -> None:
    """Note whom to mail, for each petition whose signatures are mailed; forget who no longer is."""
    for tally in active():
        gather_of(tally)
    owing = Forwarded.objects.filter(mail=None).values("tally")
    for tally in Tally.objects.select_related("petition__locale").filter(pk__in=owing):
        forget(tally)


def gather_of(tally: Tally) -> None:
    for office in offices(tally.petition):
        values: dict[str, Any] = {"tally": tally.pk, "target": office.targets[0]}
        with connection.cursor() as cursor:
            cursor.execute(FIND, values | office._asdict())


def forget(tally: Tally) -> None:
    """Let nobody wait any more who may not be mailed now: whoever may be later is found anew."""
    rows = Forwarded.objects.filter(tally=tally, mail=None)
    for office in offices(tally.petition):
        rows = rows.filter(~Exists(waiting(tally, office).filter(pk=OuterRef("pk"))))
    rows.delete()
