"""Help for a signer who asks staff: resend an email, confirm, correct the name, stop all emails."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from campaigns.canonical_emails import normalise
from campaigns.mail import sent
from campaigns.mail.outbox import ALLOWANCE, DAILY_ALLOWANCE, OutgoingMail, StoppedMailbox
from campaigns.mailings import suppression
from campaigns.moderation import comments
from campaigns.petitions.state import takes_confirmations
from campaigns.petitions.tally import Tally
from campaigns.rekeying import mailboxes
from campaigns.signatures import public_signers
from campaigns.signatures.confirmations import HandConfirmation
from campaigns.signatures.daily_keys import daily_hash
from campaigns.signatures.email_keys import mailbox_key
from campaigns.signatures.signature import Signature, SignatureQuerySet


def confirmable() -> SignatureQuerySet:
    """Return the pending signatures that can still be confirmed."""
    tallies = Tally.objects.filter(takes_confirmations(timezone.now()))
    return Signature.objects.pending().filter(tally__in=tallies)


def mails_left(signature: Signature) -> int:
    """Return how many more emails the signer's mailbox may get about this petition and today."""
    mailbox = {"tally": signature.tally_id, "email_key": signature.email_key}
    mails = OutgoingMail.objects.all()
    same = Signature.objects.filter(pk=signature.pk).annotate(about=sent.number_of(mails, mailbox))
    about = same.values_list("about", flat=True).first() or 0
    today = OutgoingMail.objects.filter(recipient_key=recipient_key(signature)).count()
    return max(0, min(ALLOWANCE - about, DAILY_ALLOWANCE - today))


def recipient_key(signature: Signature) -> bytes:
    mailbox = normalise(signature.email or "")
    return daily_hash("recipient", mailbox, timezone.now().date())


def resend(signature: Signature) -> bool:
    """Add another confirmation email to the outbox; return False if none may be sent."""
    is_possible = confirmable().filter(pk=signature.pk).exists()
    if not is_possible or is_stopped(signature) or not mails_left(signature):
        return False
    OutgoingMail.objects.create(
        signature=signature,
        kind=OutgoingMail.Kind.CONFIRM,
        due_at=timezone.now(),
        recipient_key=recipient_key(signature),
    )
    return True


def confirm_by_hand(signature: Signature, *, reason: str, by: User | None) -> bool:
    """Confirm a pending signature on behalf of its signer; return whether it was pending.

    The signer's own page shows them the reason.
    """
    with transaction.atomic():
        if not confirmable().filter(pk=signature.pk).update(confirmed_at=Now()):
            return False
        HandConfirmation.objects.create(signature=signature, reason=reason, confirmed_by=by)
    return True


def correct_name(signature: Signature, *, name: str) -> bool:
    """Change the name of a signature; return whether the signature still has one.

    As when signers correct their own names: a public signer is listed again only together with
    others, and a comment that shows the name waits for a moderator again.
    """
    shown_as = None if signature.shown_as is None else public_signers.shortened(name)
    values = {"name": name, "shown_as": shown_as, "shown_at": None}
    return comments.rewrite(signature, values)


# --- stopping all emails ---


def stopped_mailbox(signature: Signature) -> StoppedMailbox | None:
    """Return the row that stops all emails about the petition to the signer's mailbox, or None."""
    key = signature.email_key
    return StoppedMailbox.objects.filter(tally=signature.tally_id, email_key=key).first()


def is_stopped(signature: Signature) -> bool:
    return stopped_mailbox(signature) is not None


def stop_mail(signature: Signature) -> None:
    """Stop all emails about the petition to the signer's mailbox, and end its consent to news."""
    assert signature.email  # an anonymised signature has no mailbox
    with transaction.atomic():
        mailbox = normalise(signature.email)
        key = mailboxes.settle_own(signature) or mailbox_key(signature.tally_id, mailbox)
        StoppedMailbox.objects.get_or_create(tally_id=signature.tally_id, email_key=key)
        same = Q(pk=signature.pk) | Q(tally=signature.tally_id, email_key=key)
        suppression.untick(Signature.objects.filter(same))


def allow_mail(signature: Signature) -> None:
    """Allow emails about the petition to the signer's mailbox again."""
    with transaction.atomic():
        key = mailboxes.settle_own(signature)
        StoppedMailbox.objects.filter(tally=signature.tally_id, email_key=key).delete()
