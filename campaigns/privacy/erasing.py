"""Erase the data of one person, over all petitions, and write the receipt (GDPR, article 17)."""

from collections import Counter
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from wagtail.log_actions import log
from wagtail.models import Site

from campaigns.appeals import message
from campaigns.appeals.appeal import Representative
from campaigns.appeals.message import Message
from campaigns.canonical_emails import normalise
from campaigns.contacts.contact import Contact
from campaigns.finding import searches
from campaigns.imports import waiting
from campaigns.imports.imported import Import
from campaigns.imports.waiting import Found
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings import failing, suppression
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.privacy import dependent_rows, people, receipts
from campaigns.privacy.people import EVERYTHING, Scope
from campaigns.privacy.receipts import ErasureReceipt
from campaigns.signatures.email_keys import mailbox_keys
from campaigns.signatures.signature import Signature
from operations.backups import erasure_ledger
from operations.jobs import upkeep

LIST_ENTRIES = "(block and allow lists)"
REMEMBERED = "(remembered moderations)"
WAITING = "(emails that wait to be confirmed)"
BOUNCED = "(mails that came back)"
CONTACTS = "(contacts of targets)"
LISTED = "(lists of appeals)"
MESSAGES = "(messages to representatives)"
UPLOADED = "(lists that wait to be imported)"


def count(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> Counter[str]:
    """Return the numbers of rows that `erase` would delete.

    Signatures are counted by the slug of their petition, all other rows by names such as
    LIST_ENTRIES.
    """
    found = people.find(email, name=name, scope=scope).values_list(
        "tally__petition__slug", flat=True
    )
    others = {
        LIST_ENTRIES: people.entries_naming(email, name, scope).count(),
        REMEMBERED: people.remembered(email, name, scope).count(),
        WAITING: people.waiting_for(email, name, scope).count(),
        BOUNCED: sum(rows.count() for rows in came_back(email, name, scope)),
        CONTACTS: people.contacts_of(email, name, scope).count(),
        LISTED: people.representatives_of(email, name, scope).count(),
        MESSAGES: messages(email, name, scope).count(),
        UPLOADED: sum(each.number for each in waiting.find(uploaded(scope), email, name=name)),
    }
    return Counter(found) + Counter(others)


def messages(email: str, name: str, scope: Scope) -> QuerySet[Message]:
    """Return messages from and to the mailbox; with a name, only those from that person."""
    if not scope.contacts:
        return Message.objects.none()
    return message.of(email, name) if name else message.of(email) | message.to(email)


def uploaded(scope: Scope) -> QuerySet[Import]:
    """Return the lists that wait to be imported into the petitions in this scope."""
    return waiting.lists().filter(tally__in=people.covered(scope))


def came_back(email: str, name: str, scope: Scope) -> list[QuerySet[Any]]:
    """Return the mailbox's bounce records; [] if a name or a selection of petitions is given.

    The records are about everybody with this mailbox, and about all petitions. The record that
    somebody unsubscribed is not deleted, since it is their own wish.
    """
    if name or scope.tallies is not None:
        return []
    return [suppression.bounced(email), failing.of(email)]


def erase(
    email: str, *, name: str = "", scope: Scope = EVERYTHING, by: User | None = None
) -> ErasureReceipt | None:
    """Delete all data of a person; return the receipt, or None if there was nothing to delete.

    Export files that wait to be downloaded are deleted, too, if they are about a petition of which
    something is deleted. So are all files of the rows of lists that were not accepted: whoever is
    in such a row has no signature by which the file would be found. The log records for each
    petition that a person was erased, but not who; if nothing was about a petition, it records it
    for the site. Entries of the block and allow lists and remembered moderations are deleted, too,
    unless a name is given: they may be about the other person who shares the email address.
    """
    with transaction.atomic():
        # Lock the lists first: once they are locked, a list that was being imported has become
        # signatures.
        waits = uploaded(scope).select_related("tally__petition").select_for_update(of=("self",))
        lists = waiting.find(waits, email, name=name)
        found = people.find(email, name=name, scope=scope).select_related("tally__petition")
        # As everywhere, signatures are locked in the order of their keys. While that waits, the
        # email address of one may be changed, after which it is not that of this mailbox.
        mailbox = normalise(email)
        locked = found.order_by("pk").select_for_update(of=("self",))
        signatures = [each for each in locked if normalise(each.email or "") == mailbox]
        erased = Counter(signature.tally.petition for signature in signatures)
        keys = [signature.pk for signature in signatures]
        searches.forget_all()
        # A file that was made before somebody withdrew still holds their signature.
        rows_of = erased + rows_of_petitions(email, name, scope, lists)
        petitions = [petition.pk for petition in rows_of]
        in_scope = Tally.objects.filter(pk__in=people.covered(scope))
        any_list = list(in_scope.values_list("petition", flat=True))
        upkeep.delete_files_about(petitions, lists_of=any_list)
        # Until the commit, a job that begins now reads the signatures, and makes a file with them.
        transaction.on_commit(lambda: upkeep.delete_files_about(petitions, lists_of=any_list))
        dependent_rows.delete(keys)
        erasure_ledger.note("signature", keys)
        # These are noted even if there is none now: a backup may have what was deleted since.
        erasure_ledger.note("list entry", [mailbox] if scope.lists and not name else [])
        for kind in ("representative", "contact"):
            erasure_ledger.note(kind, [mailbox] if scope.contacts and not name else [])
        # In a backup, these rows may have a key made with any of the keys in rotation.
        remembered = [
            known_as(row.tally_id, key)
            for row in people.remembered(email, name, scope)
            for key in mailbox_keys(row.tally_id, mailbox)
        ]
        erasure_ledger.note("remembered moderation", remembered)
        asked_for = [
            known_as(row.signature_id, key)
            for row in people.waiting_for(email, name, scope)
            for key in mailbox_keys(row.signature.tally_id, mailbox)
        ]
        erasure_ledger.note("new email", asked_for)
        erasure_ledger.note("message", messages(email, name, scope).values_list("pk", flat=True))
        erasure_ledger.note(
            "named contact", map(named_contact_key, people.contacts_of(email, name, scope))
        )
        if any(rows.exists() for rows in came_back(email, name, scope)):
            erasure_ledger.note(
                "mailbox without mailings", map(bytes.hex, suppression.keys_of(email))
            )
        Signature.objects.filter(pk__in=keys).delete()
        others = {
            LIST_ENTRIES: people.entries_naming(email, name, scope).delete()[0],
            REMEMBERED: people.remembered(email, name, scope).delete()[0],
            WAITING: people.waiting_for(email, name, scope).delete()[0],
            BOUNCED: sum(rows.delete()[0] for rows in came_back(email, name, scope)),
            CONTACTS: people.contacts_of(email, name, scope).delete()[0],
            LISTED: people.representatives_of(email, name, scope).delete()[0],
            MESSAGES: messages(email, name, scope).delete()[0],
            UPLOADED: waiting.take_out(lists),
        }
        if not (keys or any(others.values())):
            return None
        tallies = None if scope.tallies is None else people.covered(scope)
        receipt = receipts.write(email, erased, name=name, tallies=tallies, others=others, by=by)
        sites = Site.objects.order_by("-is_default_site", "pk")[:1]
        for subject, rows in rows_of.items() or [(site, receipt.rows) for site in sites]:
            data = {"rows": rows, "receipt": str(receipt.pk)}
            log(subject, "petition.erase", user=by, data=data)
    return receipt


def rows_of_petitions(email: str, name: str, scope: Scope, lists: list[Found]) -> Counter[Petition]:
    """Return the number of rows about each petition, besides its signatures."""
    related = people.remembered(email, name, scope).select_related("tally__petition")
    found = Counter(row.tally.petition for row in related)
    found.update(row.signature.tally.petition for row in people.waiting_for(email, name, scope))
    for each in lists:
        found[each.subject.tally.petition] += each.number
    return found


def known_as(owner: object, email_key: bytes | memoryview) -> str:
    """Return how the ledger identifies a row: its owner (a tally or signature) and email key."""
    return f"{owner} {bytes(email_key).hex()}"


def remembered_key(row: RememberedModeration) -> str:
    return known_as(row.tally_id, row.email_key)


def new_email_key(row: NewEmail) -> str:
    return known_as(row.signature_id, row.email_key)


def listed_key(row: Contact | Representative) -> str:
    """Return how the ledger identifies those to whom letters and appeals are addressed."""
    return normalise(row.email)


def named_contact_key(row: Contact) -> str:
    """Return how the ledger identifies a contact that has another email address in a backup."""
    return f"{row.pk} {row.name}"


def counted(receipt: ErasureReceipt) -> Counter[str]:
    """Return the numbers of a receipt, in the form that `count` returns."""
    found = {petition["slug"]: petition["signatures"] for petition in receipt.petitions}
    return Counter(found) + Counter(receipt.others)
