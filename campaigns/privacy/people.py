"""The data that the site holds of one person, over all petitions: to show, export and erase it.

It serves access requests and erasure requests (GDPR, articles 15 and 17). A person is found by the
mailbox behind an email, in all its spellings.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, Count, F, Field, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_countries.fields import Country
from wagtail.log_actions import log

from campaigns.mail.outbox import OutgoingMail
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.memory import RememberedModeration
from campaigns.petitions.tally import Tally
from campaigns.petitions.versions import Version
from campaigns.privacy import dependents
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.declarations import Column, ShownIn, as_text, moment
from campaigns.signatures.email_keys import email_key, normalise
from campaigns.signatures.signature import Signature


def find(email: str, *, name: str = "") -> QuerySet[Signature]:
    """The signatures of a mailbox; with a name, only those of one of two people who share it."""
    tallies = list(Tally.objects.values_list("pk", flat=True))
    keys = [email_key(tally, email) for tally in tallies]
    keyed = Signature.objects.filter(tally__in=tallies, email_key__in=keys)
    found = keyed | Signature.objects.filter(pk__in=keyless(email))
    return found.filter(name__iexact=name) if name else found


def keyless(email: str) -> list[UUID]:
    """The ids of signatures without an email key, such as those imported from paper."""
    mailbox = normalise(email)
    rows = Signature.objects.filter(email_key=None, email__isnull=False)
    return [
        pk
        for pk, typed in rows.values_list("pk", "email").iterator()
        if typed and normalise(typed) == mailbox
    ]


def is_shared(email: str) -> bool:
    """Whether two people have signed the same petition with this email."""
    counts = find(email).order_by().values("tally").annotate(people=Count("pk"))
    return counts.filter(people__gt=1).exists()


def entries_naming(email: str) -> QuerySet[ListEntry]:
    """The entries of the block and allow lists that are about this mailbox alone."""
    return ListEntry.objects.filter(kind=ListEntry.Kind.EMAIL, pattern=normalise(email))


def remembered(email: str) -> QuerySet[RememberedModeration]:
    """What is remembered of the moderation of this mailbox's withdrawn signatures."""
    keys = [email_key(tally, email) for tally in Tally.objects.values_list("pk", flat=True)]
    return RememberedModeration.objects.filter(email_key__in=keys)


def staff_named(email: str) -> QuerySet[User]:
    """The accounts of the CMS with this email; they are not changed here."""
    return User.objects.filter(email__iexact=email.strip())


# --- handing it out ---


def export(email: str, *, name: str = "") -> dict[str, Any]:
    """All data of a person, to be written as JSON.

    It includes what moderators noted, which is the person's data, too.
    """
    related = ("tally__petition__locale", "version__locale", "page")
    signatures = find(email, name=name).select_related(*related)
    signatures = signatures.prefetch_related("mails", "moderated__decision")
    return {
        "email": email,
        "exported_at": timezone.now(),
        "signatures": [exported(signature) for signature in signatures.order_by("pk")],
        "list_entries": list(
            entries_naming(email).values("pattern", "effect", "note", "created_at")
        ),
        "remembered_moderations": list(
            remembered(email).values("moderation", "reason", petition=F("tally__petition__title"))
        ),
        "staff_accounts": list(staff_named(email).values("username", "date_joined", "last_login")),
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


def plain(value: Any) -> Any:
    """A value for JSON: a country becomes its code, and a key hexadecimal digits."""
    if isinstance(value, Country):
        return value.code
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


# --- erasing it ---


LIST_ENTRIES = "(block and allow lists)"
REMEMBERED = "(remembered moderations)"


def count(email: str, *, name: str = "") -> Counter[str]:
    """The number of signatures that `erase` would delete, by the slug of the petition."""
    found = find(email, name=name).values_list("tally__petition__slug", flat=True)
    by_petition = Counter(found)
    if name:
        return by_petition
    others = {LIST_ENTRIES: entries_naming(email).count(), REMEMBERED: remembered(email).count()}
    return by_petition + Counter(others)


def erase(email: str, *, name: str = "") -> Counter[str]:
    """Delete all data of a person; return what was deleted, as `count` does.

    The log records for each petition that a person was erased, but not who. Entries of the block
    and allow lists and remembered moderations are deleted, too, unless a name is given: they may
    be about the other person who shares the email.
    """
    with transaction.atomic():
        found = find(email, name=name).select_for_update(of=("self",))
        signatures = list(found.select_related("tally__petition"))
        erased = Counter(signature.tally.petition for signature in signatures)
        keys = [signature.pk for signature in signatures]
        dependents.delete(keys)
        Signature.objects.filter(pk__in=keys).delete()
        entries = 0 if name else entries_naming(email).delete()[0]
        moderations = 0 if name else remembered(email).delete()[0]
        for petition, rows in erased.items():
            log(petition, "petition.erase", data={"rows": rows})
    return Counter({petition.slug: rows for petition, rows in erased.items()}) + Counter(
        {LIST_ENTRIES: entries, REMEMBERED: moderations}
    )


# --- showing it to the signer ---


def details(signature: Signature) -> list[tuple[str, str]]:
    """(label, text) for the data of a signature, except what the form on the same page shows."""
    rows = [
        (column.own_label or capfirst(field.verbose_name), own_text(signature, field, column))
        for field, column in COLUMNS
        if ShownIn.OWN_PAGE in column.shown_in
    ]
    return [(str(label), text) for label, text in rows if text]


def answers(signature: Signature) -> list[tuple[str, str]]:
    """(label, text) of what was typed into the form, except the name: what a signer confirms.

    A box that the form showed is answered by "No" where it was not ticked.
    """
    original = signature.petition.original
    return [
        (str(capfirst(field.verbose_name)), own_text(signature, field, column))
        for field, column in COLUMNS
        if column.form_field
        and field.name != "name"
        and (getattr(signature, field.name) or getattr(original, column.setting, None) is True)
    ]


def own_text(signature: Signature, field: "Field[Any, Any]", column: Column) -> str:
    if column.own_text:
        return column.own_text(signature)
    text = as_text(signature, field)
    is_word = field.choices or isinstance(field, BooleanField)
    return capfirst(text) if is_word else text


# What became of a mail, as its reader sees it.
OUTCOMES: dict[str, Promise] = {
    OutgoingMail.Outcome.OWED: _("on its way"),
    OutgoingMail.Outcome.SENT: _("sent"),
    OutgoingMail.Outcome.REFUSED: _("refused by your mail server"),
    OutgoingMail.Outcome.ABANDONED: _("could not be delivered"),
    # The signer must not notice what moderators do.
    OutgoingMail.Outcome.WAITING: _("on its way"),
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
