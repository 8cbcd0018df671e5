"""Finds the signatures that are to be sent to the targets, as their signers were told.

A version records what its signers read (`signed_versions.parts`). A signature is sent only to
targets that were named in its version, and only in the way announced there. The targets read that
each signer has confirmed by email, so signatures that staff confirmed by hand are not sent.
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
from campaigns.petitions.signed_versions.parts import named, originals
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, IN_STATE, ONLINE_SQL
from campaigns.signatures.signature import Signature

# The signatures that may be sent to an office, and that are not gathered for it yet.
NOT_GATHERED = f"""
    FROM campaigns_signature s
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
"""
# Whoever withdraws meanwhile is left out, or waits until this is done: after a row is locked, its
# conditions are checked again. All code locks signatures in the order of their keys.
FIND = f"""
    INSERT INTO campaigns_forwarded (signature_id, tally_id, target, found_at)
    SELECT id, tally_id, %(target)s, statement_timestamp() FROM (
        SELECT s.id, s.tally_id, s.confirmed_at {NOT_GATHERED} ORDER BY s.id FOR KEY SHARE OF s
    ) AS found
    ORDER BY confirmed_at
    ON CONFLICT (signature_id, target) DO NOTHING
"""


class Office(NamedTuple):
    """A mailbox that can get emails, and the targets whose contacts have it: usually one."""

    # The ids of the targets' blocks. Rows store the first.
    targets: list[str]
    email: str
    # The primary key of the first target's contact, and those of all contacts with this mailbox.
    contact: int
    contacts: list[int]
    # What the targets are called in each language.
    words: dict[int, list[str]]
    # The versions that named one of the targets and announced the current way of forwarding.
    versions: list[int]

    def read_in(self, version: Version) -> list[str]:
        lines = version.parts["targets"].splitlines()
        return [words for words in self.words.get(version.locale_id, []) if words in lines]


def active() -> Iterator[Tally]:
    """Yield the tallies whose signatures are currently forwarded."""
    found = Tally.objects.select_related("petition__locale").exclude(forwarding_at=None)
    yield from found.filter(petition__live=True).exclude(petition__forwards=Forwards.OFF)


def offices(petition: Petition) -> list[Office]:
    """Return the mailboxes of the targets' contacts, from the published rows in all languages."""
    original = petition.original
    found: dict[str, Office] = {}
    for block, each in zip(original.targets, addressed(original), strict=True):
        if each.contact and each.contact.email:
            office = Office([], each.contact.email, each.contact.pk, [], {}, [])
            found.setdefault(normalise(office.email), office).targets.append(block.id)
    for key, email in Contact.objects.exclude(email="").values_list("pk", "email"):
        if normalise(email) in found:
            found[normalise(email)].contacts.append(key)
    for language in (original, *translations(petition)):
        for each in addressed(language):
            email = each.contact.email if each.contact else ""
            if email and (named_as := found.get(normalise(email))):
                named_as.words.setdefault(language.locale_id, []).append(each.words)
    told = Version.objects.filter(tally=petition.tally, parts__forwards=original.forwards)
    for version in told.exclude(parts__forwarded="").only("locale_id", "parts"):
        for office in found.values():
            if office.read_in(version):
                office.versions.append(version.pk)
    return list(found.values())


def translations(petition: Petition) -> QuerySet[Petition]:
    found: QuerySet[Petition] = petition.original.get_translations()
    return found.filter(live=True)


def strangers(petition: Petition) -> list[tuple[str, str]]:
    """Return (language, target) for each target that only a published translation has."""
    return [
        (version.locale.get_display_name(), named(block.value))
        for version in translations(petition).select_related("locale")
        for block, original in zip(version.targets, originals(version), strict=True)
        if original is None
    ]


def waiting(tally: Tally, office: Office) -> QuerySet[Forwarded]:
    """Return the signatures that may be sent to a mailbox now, the oldest first.

    Since they were gathered, the targets and the way of forwarding may have changed, and two
    targets may have come to share a mailbox.
    """
    rows = Forwarded.objects.filter(tally=tally.pk, target__in=office.targets, mail=None)
    still = Signature.objects.filter(IN_STATE["confirmed"], version__in=office.versions)
    same = Forwarded.objects.filter(signature=OuterRef("signature"))
    earlier = Q(target__in=office.targets) & (Q(mail__isnull=False) | Q(pk__lt=OuterRef("pk")))
    twice = same.filter(earlier | Q(mail__contact__in=office.contacts))
    return rows.filter(~Exists(twice), signature__in=still).order_by("pk")


def gather() -> None:
    """Gather the signatures to send for each active petition; drop those no longer allowed."""
    for tally in active():
        gather_of(tally)
    owing = Forwarded.objects.filter(mail=None).values("tally")
    for tally in Tally.objects.select_related("petition__locale").filter(pk__in=owing):
        forget(tally)


def gather_of(tally: Tally) -> None:
    for office in offices(tally.petition):
        with connection.cursor() as cursor:
            cursor.execute(FIND, values_of(tally, office))


def values_of(tally: Tally, office: Office) -> dict[str, Any]:
    return {"tally": tally.pk, "target": office.targets[0]} | office._asdict()


def number_waiting(tally: Tally) -> int:
    """Return how many signatures wait for an email to a target, also while the emails are paused.

    Meanwhile, nothing is gathered.
    """
    compose = connection.ops.compose_sql  # type: ignore[attr-defined]  # PostgreSQL's
    gathered = Forwarded.objects.filter(tally=tally.pk, mail=None).values_list("signature")
    found = [compose(*gathered.query.sql_with_params())]
    for office in offices(tally.petition):
        found.append(compose(f"SELECT s.id {NOT_GATHERED}", values_of(tally, office)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({' UNION '.join(found)}) AS waiting")
        return int(cursor.fetchone()[0])


def forget(tally: Tally) -> None:
    """Drop waiting signatures that may not be sent now; they are gathered again if that changes."""
    rows = Forwarded.objects.filter(tally=tally, mail=None)
    for office in offices(tally.petition):
        rows = rows.filter(~Exists(waiting(tally, office).filter(pk=OuterRef("pk"))))
    rows.delete()
