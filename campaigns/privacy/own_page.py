"""The data that a signer's own page shows, in words."""

from typing import Any

from django.db.models import BooleanField, Field
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from campaigns.mail import sent
from campaigns.mail.outbox import OutgoingMail
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.state import is_too_late
from campaigns.privacy import retention, retention_ends
from campaigns.signatures import confirmations, question_answers
from campaigns.signatures.column_types import Column, ShownIn, as_text, moment
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.columns_in_words import public_comment, public_name
from campaigns.signatures.signature import Signature


def details(signature: Signature) -> list[tuple[str, str]]:
    """Return (label, text) for the data of a signature, except the data in the page's form."""
    rows = [
        (column.own_label or capfirst(field.verbose_name), own_text(signature, field, column))
        for field, column in COLUMNS
        if ShownIn.OWN_PAGE in column.shown_in
    ]
    # Only signatures that came with a list have no version.
    if not signature.version_id and (row := getattr(signature, "imported", None)):
        day = date_format(timezone.localtime(row.made_in.ended_at), "DATE_FORMAT")
        place = [(_("row of the list"), row.row), (_("sheet"), row.sheet)]
        listed = [(_("date of import"), day), *place]
        rows += [(capfirst(label), str(value)) for label, value in listed]
    if by_hand := confirmations.of(signature):
        rows.append((_("Confirmed for you by the organisation"), by_hand.reason))
    return [(str(label), text) for label, text in rows if text]


def signed_words(signature: Signature, *, but: tuple[str, ...] = ("name",)) -> dict[str, Any]:
    """Return the context of `includes/signed_words.html`: all that the signer confirms.

    Its answers leave out the columns of `but`.
    """
    return {
        "shown": public_name(signature),
        "shown_comment": public_comment(signature),
        "answers": answers(signature, but=but),
    }


def answers(signature: Signature, *, but: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (label, text) of what the signer has typed, except for some columns.

    A box that the form showed and that was not ticked is answered by "No".
    """
    original = signature.petition.original
    asked = [
        (str(capfirst(field.verbose_name)), own_text(signature, field, column))
        for field, column in COLUMNS
        if column.form_field
        and field.name not in but
        and (
            getattr(signature, field.name)
            or (is_box(field) and (not column.setting or getattr(original, column.setting)))
        )
    ]
    return asked + question_answers.readable(signature, signature.petition)


def is_box(field: "Field[Any, Any]") -> bool:
    return isinstance(field, BooleanField)


def own_text(signature: Signature, field: "Field[Any, Any]", column: Column) -> str:
    if column.own_text:
        return column.own_text(signature)
    text = as_text(signature, field)
    is_word = field.choices or is_box(field)
    return capfirst(text) if is_word else text


# What became of an email, in the words of the signer's page.
OUTCOMES: dict[str, Promise] = {
    OutgoingMail.Outcome.OWED: _("on its way"),
    OutgoingMail.Outcome.SENT: _("sent"),
    OutgoingMail.Outcome.REFUSED: _("refused by a mail server"),
    OutgoingMail.Outcome.ABANDONED: _("could not be delivered"),
    OutgoingMail.Outcome.DROPPED: _("not sent, as it was no longer needed"),
    # The signer must not notice moderation.
    OutgoingMail.Outcome.WAITING: _("on its way"),
}


# Emails beyond the allowance stay in the outbox until the worker deletes them. Not all of them need
# to be shown.
MOST_MAILS = 5
# This email goes to a mailbox that is not yet the signer's, so its outcome is not shown to them.
TO_ANOTHER = OutgoingMail.Kind.NEW_EMAIL


def first_emails(signature: Signature) -> list[tuple[str, str, str]]:
    """Return (kind, outcome, moment or day) of the first emails about a signature, oldest first.

    There are at most MOST_MAILS, without those to a new mailbox, and without those of a kind
    that only a newer release has, from which the site went back.
    """
    gone = [
        (told(mail.kind), str(OUTCOMES[mail.outcome]), date_format(mail.day))
        for mail in sent.read(signature.sent_mails)
        if mail.kind != TO_ANOTHER
    ]
    known = signature.mails.filter(kind__in=sent.KINDS)
    left = [
        (told(mail.kind), str(OUTCOMES[mail.outcome]), moment(mail.ended_at or mail.due_at))
        for mail in known.exclude(kind=TO_ANOTHER).order_by("pk")[:MOST_MAILS]
    ]
    return [*gone, *left][:MOST_MAILS]


def told(kind: str) -> str:
    return str(capfirst(OutgoingMail.Kind(kind).label))


def changes_since(signature: Signature) -> list[Version]:
    """Return the petition's changes after the version that the signer read, the newest first."""
    signed = signature.version_id or 0
    return [row for row in signature.petition.changes if row.pk > signed]


def stored_until(signature: Signature) -> dict[str, Any]:
    """Return until when a signature is stored, as `retained_until.html` says it.

    `deleted_on` is set for an unconfirmed signature. Without `retained_until`, no end is known:
    the petition has not ended, or its data is held.
    """
    return {
        "deleted_on": None if signature.confirmed_at else retention.deleted_on(signature),
        "is_too_late": is_too_late(signature.tally),
        "retained_until": retention.local_day(retention_ends.data_ends_at(signature)),
        # A petition that is cached may lack a hold that began since.
        "is_held": bool(signature.tally.held_at),
        "retained_days": retention_ends.days_for(signature),
        "mailings_until": retention.local_day(retention_ends.mailings_end_at(signature)),
        "mailing_days": signature.mailing_days if signature.updates else 0,
    }
