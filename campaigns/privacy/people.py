"""Find all data that the site stores about one person, over all petitions.

`access_report` exports the data, and `erasing` deletes it. A person is found by the mailbox behind
an email address, in all its spellings.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from wagtail.models import ModelLogEntry

from campaigns.appeals.appeal import Representative
from campaigns.canonical_emails import copied, normalise, same_mailbox
from campaigns.contacts.contact import Contact
from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import StoppedMailbox
from campaigns.mailings import failing, suppression
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.petitions.tally import Tally
from campaigns.signatures.email_keys import of_tallies
from campaigns.signatures.signature import Signature, ids_of_mailbox
from campaigns.signing.fields import PlainEmailField
from campaigns.sync import delivery


@dataclass(frozen=True)
class Scope:
    """The data that the answer to a request covers; the management commands cover everything."""

    # The tallies whose signatures are included; None for all.
    tallies: QuerySet[Tally] | None = None
    lists: bool = True  # The entries of the block and allow lists.
    staff: bool = True  # The accounts of the CMS.
    contacts: bool = True  # The contacts of targets, and everything about appeals.


EVERYTHING = Scope()


def is_covered(key: str, name: str, scope: Scope) -> bool:
    """Return whether an answer covers what the report has under this key.

    What is known by the mailbox alone is not covered if a name is given. A report leaves out what
    it does not cover: an empty list would tell the person that nothing is stored.
    """
    of_mailbox = {
        "list_entries": scope.lists,
        "staff_accounts": scope.staff,
        "contacts": scope.contacts,
        "representatives": scope.contacts,
        "messages_to": scope.contacts,
        "lists_to_leave": scope.tallies is None,
        "receipts": scope.tallies is None,
        "waiting_emails": True,
        "remembered_moderations": True,
    }
    if key == "messages":
        return scope.contacts
    return key not in of_mailbox or (of_mailbox[key] and not name)


def pasted_email(text: str) -> str:
    """Return the email address in a text that was copied from an email or a letter.

    Raise ValidationError for anything else: nobody would be found, and the person would be told
    that nothing is stored.
    """
    email: str = PlainEmailField().clean(copied(text))
    return email


def covered(scope: Scope) -> list[int]:
    """Return the primary keys of the tallies in this scope."""
    tallies = Tally.objects.all() if scope.tallies is None else scope.tallies
    return list(tallies.values_list("pk", flat=True))


def keyed(email: str, tallies: list[int], *, tally: str = "tally") -> Q:
    """Return the condition that a row has an email key of the mailbox for one of these tallies."""
    keys = [key for _, key in of_tallies(tallies, normalise(email))]
    return Q(**{f"{tally}__in": tallies}, email_key__in=keys)


def find(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> QuerySet[Signature]:
    """Return a mailbox's signatures; with `name`, only those of one of the people sharing it."""
    tallies = covered(scope)
    keys = [*ids_of_mailbox(normalise(email), tallies), *keyless(email)]
    found = Signature.objects.filter(tally__in=tallies, pk__in=keys)
    return found.filter(name__iexact=name) if name else found


def stops(email: str, *, scope: Scope) -> QuerySet[StoppedMailbox]:
    """Return a row for each petition whose emails the mailbox stopped, even without a signature."""
    rows = StoppedMailbox.objects.select_related("tally__petition").order_by("pk")
    return rows.filter(keyed(email, covered(scope)))


@transaction.atomic(savepoint=False)  # required for reading the rows in chunks
def keyless(email: str) -> list[UUID]:
    """Return the ids of the mailbox's signatures without email key, such as those from paper."""
    mailbox = normalise(email)
    rows = Signature.objects.filter(email_key=None, anonymised_at=None, email__isnull=False)
    return [
        pk
        for pk, typed in rows.values_list("pk", "email").iterator()
        if typed and normalise(typed) == mailbox
    ]


def is_shared(email: str, *, scope: Scope = EVERYTHING) -> bool:
    """Return whether two people have signed the same petition with this email address."""
    counts = find(email, scope=scope).order_by().values("tally").annotate(people=Count("pk"))
    return counts.filter(people__gt=1).exists()


def without_mailings(email: str, scope: Scope) -> dict[str, Any]:
    """Return since when and why the mailbox gets no mailings; {} unless the scope is all petitions.

    A mailbox without mailings gets none about any petition.
    """
    if scope.tallies is not None:
        return {}
    found = suppression.of(email)
    failed = failing.of(email).first()
    since = {
        f"{reason}_at": found.suppressed_at if found and found.reason == reason else None
        for reason in suppression.Reason.values
    }
    return {
        **since,
        # Also those that are not held against the mailbox.
        "failed_mailings": len(failed.mailings) if failed else None,
        "failed_at": failed.failed_at if failed else None,
    }


def mailings_due(signature: Signature) -> list[dict[str, Any]]:
    """Return the mailings that have begun, and whose email to the signer is not sent yet."""
    rows = sorted(signature.mailings_due.all(), key=lambda row: row.pk)
    return [{"subject": row.mailing.subject, "due_at": row.due_at} for row in rows]


def acts(signatures: list[Signature]) -> dict[UUID, dict[str, list[dict[str, Any]]]]:
    """Return what the history of each signature records, with the reasons that staff typed."""
    found: dict[UUID, list[dict[str, Any]]] = {each.pk: [] for each in signatures}
    entries = ModelLogEntry.objects.get_for_model(Signature)
    for entry in entries.filter(object_id__in=map(str, found)).order_by("timestamp", "pk"):
        act = {"act": entry.action, "reason": entry.data.get("reason", "")}
        found[UUID(entry.object_id)].append({**act, "done_at": entry.timestamp})
    return {key: {"acts": rows} for key, rows in found.items()}


# The rows below are known by the mailbox alone. When a name is given, they are left out, since they
# could belong to the other person who shares the mailbox.


def lists_to_leave(email: str, name: str, scope: Scope) -> list[dict[str, str]]:
    """Return the mailing lists that still have to delete this email address."""
    if name or scope.tallies is not None:
        return []
    return [{"receiver": receiver} for receiver in delivery.lists_to_leave(email)]


def entries_naming(email: str, name: str, scope: Scope) -> QuerySet[ListEntry]:
    """Return the entries of the block and allow lists that are about this mailbox alone."""
    rows = ListEntry.objects.filter(kind=ListEntry.Kind.EMAIL, pattern=normalise(email))
    return rows if scope.lists and not name else rows.none()


def representatives_of(email: str, name: str, scope: Scope) -> QuerySet[Representative]:
    """Return the rows of appeals that have this email address; they are public."""
    rows = Representative.objects.select_related("appeal")
    if name or not scope.contacts:
        return rows.none()
    return rows.filter(email__in=same_mailbox(rows.values_list("email", flat=True), email))


def contacts_of(email: str, name: str, scope: Scope) -> QuerySet[Contact]:
    """Return the contacts with this mailbox: people to whom letters are addressed."""
    if name or not scope.contacts:
        return Contact.objects.none()
    rows = Contact.objects.exclude(email="")
    return rows.filter(email__in=same_mailbox(rows.values_list("email", flat=True), email))


def contacts_as_data(email: str, name: str, scope: Scope) -> list[dict[str, str]]:
    return [
        {
            **{
                field: getattr(each, field) for field in ("name", "role", "email", "postal_address")
            },
            "language": each.language.language_code if each.language else "",
        }
        for each in contacts_of(email, name, scope).select_related("language")
    ]


def remembered(email: str, name: str, scope: Scope) -> QuerySet[RememberedModeration]:
    """Return the remembered moderations of this mailbox's withdrawn signatures."""
    rows = RememberedModeration.objects.filter(keyed(email, covered(scope)))
    return rows.none() if name else rows


def waiting_for(email: str, name: str, scope: Scope) -> QuerySet[NewEmail]:
    """Return requests to use this mailbox as the new email address, which it has not confirmed."""
    rows = NewEmail.objects.select_related("signature__tally__petition").order_by("pk")
    found = rows.filter(keyed(email, covered(scope), tally="signature__tally"))
    return found.none() if name else found


def staff_named(email: str, name: str, scope: Scope) -> QuerySet[User]:
    """Return the CMS accounts with this email address; this package does not change them."""
    if name or not scope.staff:
        return User.objects.none()
    rows = User.objects.exclude(email="")
    return rows.filter(email__in=same_mailbox(rows.values_list("email", flat=True), email))
