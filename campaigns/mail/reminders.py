"""The reminder to confirm a signature: one email, two days after signing."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaigns.mail import bulk_outbox
from campaigns.mail.outbox import ALLOWANCE, OutgoingMail, is_first_due_after, is_stopped
from campaigns.petitions.state import takes_confirmations
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import UNCONFIRMED_FOR
from campaigns.signatures.signature import Signature

REMIND_AFTER = timedelta(days=2)
# A reminder on the last day before the signature is deleted would often come too late.
REMIND_BEFORE = UNCONFIRMED_FOR - timedelta(days=1)


def was_asked_after(moment: datetime) -> Q:
    """Return the condition that somebody signed, or was first asked to confirm, after a moment."""
    return Q(signed_at__gt=moment) | is_first_due_after(moment)


def asking() -> QuerySet[Tally]:
    """Return the tallies of petitions whose signers may be asked once more to confirm."""
    confirmable = Tally.objects.filter(takes_confirmations(timezone.now()))
    return confirmable.filter(petition__live=True, won_at=None)


def remindable() -> QuerySet[Signature]:
    """Return the signatures whose signers are due a reminder.

    Each signer gets one reminder, within the mailbox's allowance, two days after the last email,
    and only while the petition accepts confirmations, which it does while it is paused, and has not
    been won. No reminder is sent while another email is due or waits for a moderator, after the
    mail server refused an email, or to mailboxes that have stopped all emails. If the limit of a
    network has delayed the emails, the reminders keep the same distance.
    """
    now = timezone.now()
    mails = OutgoingMail.objects.filter(signature=OuterRef("pk"))
    kind, outcome = OutgoingMail.Kind.REMINDER, OutgoingMail.Outcome
    in_the_way = (
        Q(kind=kind)
        | Q(outcome__in=(outcome.OWED, outcome.REFUSED, outcome.WAITING))
        | Q(due_at__gt=now - REMIND_AFTER)
    )
    return (
        Signature.objects.unconfirmed()
        .filter(was_asked_after(now - REMIND_BEFORE), signed_at__lte=now - REMIND_AFTER)
        .filter(email__isnull=False, tally__in=asking())
        .exclude(moderation=Signature.Moderation.INVALIDATED)
        .exclude(Exists(mails.filter(in_the_way)))
        .exclude(is_stopped())
        .alias(mails_so_far=bulk_outbox.mails_to_mailbox())
        .filter(mails_so_far__lt=ALLOWANCE)
    )


def remind(keys: list[UUID]) -> int:
    """Put reminders for these signatures into the outbox; return their number.

    The caller has locked the rows, so the emails so far are counted again.
    """
    rows = remindable().annotate(mails_so_far=bulk_outbox.mails_to_mailbox()).filter(pk__in=keys)
    now = timezone.now()
    return len(bulk_outbox.owe(rows, OutgoingMail.Kind.REMINDER, due_at=lambda number: now))
