"""The data that the site holds of one person, over all petitions: to show and export it.

It serves access requests (GDPR, article 15); `erasing` serves the others. A person is found by the
mailbox behind an email, in all its spellings.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django_countries.fields import Country

from campaigns.appeals import message
from campaigns.appeals.appeal import Representative
from campaigns.contacts.contact import Contact
from campaigns.finding import notes
from campaigns.imports.imported import ImportedSignature
from campaigns.mail import new_emails, sent
from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import StoppedMailbox
from campaigns.mailings import failing, suppression
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.memory import RememberedModeration
from campaigns.petitions.tally import Tally
from campaigns.signatures import replies
from campaigns.signatures.confirmations import HandConfirmation
from campaigns.signatures.email_keys import normalise, of_tallies
from campaigns.signatures.signature import Signature


@dataclass(frozen=True)
class Scope:
    """What an answer to a request covers; the commands in the shell cover everything."""

    # The tallies whose signatures are looked at; None for all.
    tallies: QuerySet[Tally] | None = None
    lists: bool = True  # The entries of the block and allow lists.
    staff: bool = True  # The accounts of the CMS.
    contacts: bool = True  # The contacts of targets, and all of appeals.


EVERYTHING = Scope()


def covered(scope: Scope) -> list[int]:
    """The primary keys of the tallies that are looked at."""
    tallies = Tally.objects.all() if scope.tallies is None else scope.tallies
    return list(tallies.values_list("pk", flat=True))


def keyed(email: str, tallies: list[int], *, tally: str = "tally") -> Q:
    """The condition that a row has an email key of the mailbox, for one of these tallies."""
    keys = [key for _, key in of_tallies(tallies, normalise(email))]
    return Q(**{f"{tally}__in": tallies}, email_key__in=keys)


def find(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> QuerySet[Signature]:
    """The signatures of a mailbox; with a name, only those of one of two people who share it."""
    tallies = covered(scope)
    without_key = Q(tally__in=tallies, pk__in=keyless(email))
    found = Signature.objects.filter(keyed(email, tallies) | without_key)
    return found.filter(name__iexact=name) if name else found


def stops(email: str, *, scope: Scope = EVERYTHING) -> QuerySet[StoppedMailbox]:
    """The petitions about which the mailbox gets no more mail, also without a signature."""
    rows = StoppedMailbox.objects.select_related("tally__petition").order_by("pk")
    return rows.filter(keyed(email, covered(scope)))


@transaction.atomic(savepoint=False)  # so that the rows are read in chunks
def keyless(email: str) -> list[UUID]:
    """The ids of signatures without an email key, such as those imported from paper."""
    mailbox = normalise(email)
    rows = Signature.objects.filter(email_key=None, anonymised_at=None, email__isnull=False)
    return [
        pk
        for pk, typed in rows.values_list("pk", "email").iterator()
        if typed and normalise(typed) == mailbox
    ]


def is_shared(email: str, *, scope: Scope = EVERYTHING) -> bool:
    """Whether two people have signed the same petition with this email."""
    counts = find(email, scope=scope).order_by().values("tally").annotate(people=Count("pk"))
    return counts.filter(people__gt=1).exists()


def entries_naming(email: str) -> QuerySet[ListEntry]:
    """The entries of the block and allow lists that are about this mailbox alone."""
    return ListEntry.objects.filter(kind=ListEntry.Kind.EMAIL, pattern=normalise(email))


def representatives_of(email: str, scope: Scope = EVERYTHING) -> QuerySet[Representative]:
    """The lines in lists of appeals that have this email; they are public."""
    rows = Representative.objects.filter(email__iexact=email.strip())
    return rows.select_related("appeal") if scope.contacts else rows.none()


def contacts_of(email: str, scope: Scope = EVERYTHING) -> QuerySet[Contact]:
    """The contacts that have this mailbox: a person to whom letters are addressed."""
    rows = Contact.objects.exclude(email="") if scope.contacts else Contact.objects.none()
    mailbox = normalise(email)
    found = [pk for pk, typed in rows.values_list("pk", "email") if normalise(typed) == mailbox]
    return Contact.objects.filter(pk__in=found)


def remembered(email: str, scope: Scope = EVERYTHING) -> QuerySet[RememberedModeration]:
    """What is remembered of the moderation of this mailbox's withdrawn signatures."""
    return RememberedModeration.objects.filter(keyed(email, covered(scope)))


def without_mailings(email: str, scope: Scope) -> dict[str, Any]:
    """Since when the mailbox gets no mailings, which holds for all petitions, and why."""
    found = suppression.of(email) if scope.tallies is None else None
    failed = failing.of(email).first() if scope.tallies is None else None
    since = {
        f"{reason}_at": found.suppressed_at if found and found.reason == reason else None
        for reason in suppression.Reason.values
    }
    return {**since, "failed_mailings": failed.failures if failed else None}


def waiting_for(email: str, scope: Scope = EVERYTHING) -> QuerySet[NewEmail]:
    """The signatures whose signers asked to have this mailbox, which has not confirmed it."""
    rows = NewEmail.objects.select_related("signature__tally__petition").order_by("pk")
    return rows.filter(keyed(email, covered(scope), tally="signature__tally"))


def staff_named(email: str) -> QuerySet[User]:
    """The accounts of the CMS with this email; they are not changed here."""
    return User.objects.filter(email__iexact=email.strip())


# --- handing it out ---


def export(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> dict[str, Any]:
    """All data of a person, to be written as JSON.

    It includes what moderators noted, which is the person's data, too.
    """
    related = (
        "tally__petition__locale",
        "version__locale",
        "page",
        "hand_confirmation",
        "new_email",
        "imported__made_in",
    )
    signatures = find(email, name=name, scope=scope).select_related(*related)
    signatures = signatures.prefetch_related(
        "mails",
        "moderated__decision",
        "decided_comments__decision",
        "notes__written_by",
    )
    entries = entries_naming(email) if scope.lists else ListEntry.objects.none()
    accounts = staff_named(email) if scope.staff else User.objects.none()
    return {
        "email": email,
        "exported_at": timezone.now(),
        "signatures": [exported(signature) for signature in signatures.order_by("pk")],
        "stopped_mail": [
            {"petition": stop.tally.petition.title, "stopped_at": stop.stopped_at}
            for stop in stops(email, scope=scope)
        ],
        "waiting_emails": [
            {"petition": new.signature.tally.petition.title, "asked_at": new.asked_at}
            for new in waiting_for(email, scope)
        ],
        **without_mailings(email, scope),
        "list_entries": list(entries.values("pattern", "effect", "note", "created_at")),
        "remembered_moderations": list(
            remembered(email, scope).values(
                "moderation", "reason", petition=F("tally__petition__title")
            )
        ),
        "staff_accounts": list(accounts.values("username", "date_joined", "last_login")),
        "contacts": list(
            contacts_of(email, scope).values("name", "role", "email", "postal_address")
        ),
        "messages": message.as_data(email) if scope.contacts else [],
        "representatives": list(
            representatives_of(email, scope).values(
                "name", "area", "email", title=F("appeal__title")
            )
        ),
    }


# Columns that are not exported by their names: the id is called `number`; anonymised signatures
# belong to nobody; the household slot says nothing about the person; and the mails are listed.
NOT_EXPORTED = ("id", "anonymised_at", "household_slot", "sent_mails")


def exported(signature: Signature) -> dict[str, Any]:
    """All data of one signature, with its version, its mails and the decisions about it."""
    petition, version, page = signature.tally.petition, signature.version, signature.page
    return {
        "number": signature.pk,
        "petition": {"title": petition.title, "url": petition.full_url},
        **{
            field.name: plain(getattr(signature, field.name))
            for field in Signature._meta.concrete_fields
            if not field.is_relation and field.name not in NOT_EXPORTED
        },
        "replies": replied(signature),
        "state": signature.state,
        "confirmed_by_hand": confirmed_by_hand(signature),
        "imported": imported(signature),
        "page": page and {"title": page.title, "url": page.full_url},
        "version": version
        and {
            "language": version.locale.language_code,
            "published_at": version.published_at,
            **version.parts,
        },
        "mails": mails_of(signature),
        "new_email": new_emails.as_data(signature),
        "decisions": [
            {
                "moderation": moderated.decision.moderation,
                "reason": moderated.decision.reason,
                "made_at": moderated.decision.made_at,
                "undone_at": moderated.decision.undone_at,
            }
            for moderated in sorted(signature.moderated.all(), key=lambda moderated: moderated.pk)
        ],
        "notes": notes.as_data(signature),
        "comment_decisions": [
            {
                "decision": decided.decision.state,
                "made_at": decided.decision.made_at,
                "undone_at": decided.decision.undone_at,
            }
            for decided in sorted(signature.decided_comments.all(), key=lambda decided: decided.pk)
        ],
    }


def mails_of(signature: Signature) -> list[dict[str, Any]]:
    """The mails about a signature, the oldest first; of the older ones only the day is left."""
    gone = [
        {"kind": mail.kind, "outcome": mail.outcome, "ended_on": mail.day}
        for mail in sent.read(signature.sent_mails)
    ]
    return gone + [
        {
            "kind": mail.kind,
            "due_at": mail.due_at,
            "outcome": mail.outcome or "owed",
            "ended_at": mail.ended_at,
        }
        for mail in sorted(signature.mails.all(), key=lambda mail: mail.pk)
    ]


def confirmed_by_hand(signature: Signature) -> dict[str, Any] | None:
    """When and why staff confirmed the signature, and who did; None where its signer did."""
    # Django raises an AttributeError of its own where there is none.
    by_hand: HandConfirmation | None = getattr(signature, "hand_confirmation", None)
    if by_hand is None:
        return None
    return {
        "reason": by_hand.reason,
        "confirmed_at": by_hand.confirmed_at,
        "confirmed_by": by_hand.confirmed_by and by_hand.confirmed_by.get_username(),
    }


def imported(signature: Signature) -> dict[str, Any] | None:
    """With which list the signature was brought in, and what its signer agreed to; else None."""
    row: ImportedSignature | None = getattr(signature, "imported", None)
    if row is None:
        return None
    return {
        "imported_at": row.made_in.ended_at,
        "sheet": row.sheet,
        "source": row.made_in.reason,
        "consent": row.made_in.consent,
    }


def replied(signature: Signature) -> list[dict[str, str]]:
    """The answers to the petition's questions, in the language in which the signer read them."""
    found = replies.readable(signature, signature.petition) if signature.replies else []
    return [{"question": question, "answer": answer} for question, answer in found]


def plain(value: Any) -> Any:
    """A value for JSON: a country becomes its code, and a key hexadecimal digits."""
    if isinstance(value, Country):
        return value.code
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value
