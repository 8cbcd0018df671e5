"""The data that the site holds of one person, over all petitions: to show, export and erase it.

It serves access requests and erasure requests (GDPR, articles 15 and 17). A person is found by the
mailbox behind an email, in all its spellings.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Field, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries.fields import Country
from wagtail.log_actions import log

from campaigns.mail.outbox import OutgoingMail, StoppedMailbox
from campaigns.moderation.lists import ListEntry
from campaigns.petitions.tally import Tally
from campaigns.petitions.versions import Version
from campaigns.privacy import dependents, receipts
from campaigns.privacy.receipts import ErasureReceipt
from campaigns.signatures import confirmations
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.confirmations import HandConfirmation
from campaigns.signatures.declarations import Column, ShownIn, as_text, moment
from campaigns.signatures.email_keys import email_key, normalise
from campaigns.signatures.signature import Signature


@dataclass(frozen=True)
class Scope:
    """What an answer to a request covers; the commands in the shell cover everything."""

    # The tallies whose signatures are looked at; None for all.
    tallies: QuerySet[Tally] | None = None
    lists: bool = True  # The entries of the block and allow lists.
    staff: bool = True  # The accounts of the CMS.


EVERYTHING = Scope()


def keys_of(email: str, scope: Scope) -> dict[int, bytes]:
    """The email keys of a mailbox for each tally that is covered, by its primary key."""
    covered = Tally.objects.all() if scope.tallies is None else scope.tallies
    return {tally: email_key(tally, email) for tally in covered.values_list("pk", flat=True)}


def find(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> QuerySet[Signature]:
    """The signatures of a mailbox; with a name, only those of one of two people who share it."""
    keys = keys_of(email, scope)
    keyed = Signature.objects.filter(tally__in=keys, email_key__in=keys.values())
    found = keyed | Signature.objects.filter(tally__in=keys, pk__in=keyless(email))
    return found.filter(name__iexact=name) if name else found


def stops(email: str, *, scope: Scope = EVERYTHING) -> QuerySet[StoppedMailbox]:
    """The petitions about which the mailbox gets no more mail, also without a signature."""
    keys = keys_of(email, scope)
    found = StoppedMailbox.objects.filter(tally__in=keys, email_key__in=keys.values())
    return found.select_related("tally__petition").order_by("pk")


def keyless(email: str) -> list[UUID]:
    """The ids of signatures without an email key, such as those imported from paper."""
    mailbox = normalise(email)
    rows = Signature.objects.filter(email_key=None, email__isnull=False)
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


def staff_named(email: str) -> QuerySet[User]:
    """The accounts of the CMS with this email; they are not changed here."""
    return User.objects.filter(email__iexact=email.strip())


# --- handing it out ---


def export(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> dict[str, Any]:
    """All data of a person, to be written as JSON.

    It includes what moderators noted, which is the person's data, too.
    """
    related = ("tally__petition__locale", "version__locale", "page", "hand_confirmation")
    signatures = find(email, name=name, scope=scope).select_related(*related)
    signatures = signatures.prefetch_related("mails", "moderated__decision")
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
        "list_entries": list(entries.values("pattern", "effect", "note", "created_at")),
        "staff_accounts": list(accounts.values("username", "date_joined", "last_login")),
    }


# Columns that are not exported by their names: the id is called `number`; anonymised signatures
# belong to nobody; and the household slot says nothing about the person.
NOT_EXPORTED = ("id", "anonymised_at", "household_slot")


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
        "state": signature.state,
        "confirmed_by_hand": confirmed_by_hand(signature),
        "page": page and {"title": page.title, "url": page.full_url},
        "version": version
        and {
            "language": version.locale.language_code,
            "published_at": version.published_at,
            "letter": version.letter,
            "consent": version.consent,
        },
        "mails": [
            {
                "kind": mail.kind,
                "due_at": mail.due_at,
                "outcome": mail.outcome or "owed",
                "ended_at": mail.ended_at,
            }
            for mail in sorted(signature.mails.all(), key=lambda mail: mail.pk)
        ],
        "decisions": [
            {
                "moderation": moderated.decision.moderation,
                "reason": moderated.decision.reason,
                "made_at": moderated.decision.made_at,
                "undone_at": moderated.decision.undone_at,
            }
            for moderated in sorted(signature.moderated.all(), key=lambda moderated: moderated.pk)
        ],
    }


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


def plain(value: Any) -> Any:
    """A value for JSON: a country becomes its code, and a key hexadecimal digits."""
    if isinstance(value, Country):
        return value.code
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


# --- erasing it ---


LIST_ENTRIES = "(block and allow lists)"


def count(email: str, *, name: str = "", scope: Scope = EVERYTHING) -> Counter[str]:
    """The number of signatures that `erase` would delete, by the slug of the petition."""
    found = find(email, name=name, scope=scope).values_list("tally__petition__slug", flat=True)
    return Counter(found) + Counter({LIST_ENTRIES: erasable(email, name, scope).count()})


def erasable(email: str, name: str, scope: Scope) -> QuerySet[ListEntry]:
    """The list entries that go with a person; none if the other person could be meant."""
    return entries_naming(email) if scope.lists and not name else ListEntry.objects.none()


def erase(
    email: str, *, name: str = "", scope: Scope = EVERYTHING, by: User | None = None
) -> ErasureReceipt | None:
    """Delete all data of a person; return the receipt, None where there was nothing to delete.

    The log records for each petition that a person was erased, but not who. Entries of the block
    and allow lists are deleted, too, unless a name is given: they may be about the other person
    who shares the email.
    """
    with transaction.atomic():
        found = find(email, name=name, scope=scope).select_for_update(of=("self",))
        signatures = list(found.select_related("tally__petition"))
        erased = Counter(signature.tally.petition for signature in signatures)
        keys = [signature.pk for signature in signatures]
        dependents.delete(keys)
        Signature.objects.filter(pk__in=keys).delete()
        others = {LIST_ENTRIES: erasable(email, name, scope).delete()[0]}
        if not (keys or any(others.values())):
            return None
        receipt = receipts.write(email, erased, others=others, by=by)
        for petition, rows in erased.items():
            data = {"rows": rows, "receipt": str(receipt.pk)}
            log(petition, "petition.erase", user=by, data=data)
    return receipt


def counted(receipt: ErasureReceipt) -> Counter[str]:
    """The numbers of a receipt, as `count` gives them."""
    found = {petition["slug"]: petition["signatures"] for petition in receipt.petitions}
    return Counter(found) + Counter(receipt.others)


# --- showing it to the signer ---


def details(signature: Signature) -> list[tuple[str, str]]:
    """(label, text) for the data of a signature, except what the form on the same page shows."""
    rows = [
        (column.own_label or capfirst(field.verbose_name), own_text(signature, field, column))
        for field, column in COLUMNS
        if ShownIn.OWN_PAGE in column.shown_in
    ]
    if by_hand := confirmations.of(signature):
        rows.append((_("Confirmed for you by the organisation"), by_hand.reason))
    return [(str(label), text) for label, text in rows if text]


def own_text(signature: Signature, field: "Field[Any, Any]", column: Column) -> str:
    if column.own_text:
        return column.own_text(signature)
    text = as_text(signature, field)
    return capfirst(text) if field.choices else text


# What became of a mail, as its reader sees it.
OUTCOMES: dict[str, Promise] = {
    OutgoingMail.Outcome.OWED: _("on its way"),
    OutgoingMail.Outcome.SENT: _("sent"),
    OutgoingMail.Outcome.REFUSED: _("refused by your mail server"),
    OutgoingMail.Outcome.ABANDONED: _("could not be delivered"),
}


# Mails beyond the allowance stay in the outbox until the worker deletes them; they need not all be
# shown.
MOST_MAILS = 5


def mails_owed(signature: Signature) -> list[tuple[str, str, str]]:
    """(kind, outcome, moment) of each mail about a signature, the oldest first."""
    return [
        (
            capfirst(mail.get_kind_display()),
            str(OUTCOMES[mail.outcome]),
            moment(mail.ended_at or mail.due_at),
        )
        for mail in signature.mails.order_by("pk")[:MOST_MAILS]
    ]


def changes_since(signature: Signature) -> list[Version]:
    """The changes of the petition after the version that the signer read, the newest first."""
    signed = signature.version_id or 0
    return [row for row in signature.petition.changes if row.pk > signed]
