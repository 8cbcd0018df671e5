"""What staff do for a signer who asks: resend a mail, confirm, correct the name, stop all mail."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from campaigns.canonical_emails import normalise
from campaigns.mail import sent
from campaigns.mail.outbox import ALLOWANCE, DAILY_ALLOWANCE, OutgoingMail, StoppedMailbox
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
    """The pending signatures that can still be confirmed."""
    tallies = Tally.objects.filter(takes_confirmations(timezone.now()))
    return Signature.objects.pending().filter(tally__in=tallies)


def mails_left(signature: Signature) -> int:
    """How many more mails may go to the signer's mailbox now, about this petition and today."""
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
    """Put another mail to confirm into the outbox; return whether one may be sent."""
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
    """Confirm a pending signature in the place of its signer; return whether it was pending.

    The signer reads the reason on their own page.
    """
    with transaction.atomic():
        if not confirmable().filter(pk=signature.pk).update(confirmed_at=Now()):
            return False
        HandConfirmation.objects.create(signature=signature, reason=reason, confirmed_by=by)
    return True


def correct_name(signature: Signature, *, name: str) -> bool:
    """Change the name of a signature; return whether the signature still has one.

    A signer who is named in public waits for others again, as after correcting it themselves, and
    a comment that shows the name for a moderator.
    """
    shown_as = None if signature.shown_as is None else public_signers.shortened(name)
    values = {"name": name, "shown_as": shown_as, "shown_at": None}
    return comments.rewrite(signature, values)


# --- stopping all mail ---


def stop(signature: Signature) -> StoppedMailbox | None:
    """That the signer's mailbox gets no more mail about the petition, if that was asked for."""
    key = signature.email_key
    return StoppedMailbox.objects.filter(tally=signature.tally_id, email_key=key).first()


def is_stopped(signature: Signature) -> bool:
    return stop(signature) is not None


def stop_mail(signature: Signature) -> None:
    """Send no more mail about the petition to the signer's mailbox, and end its consent to news."""
    assert signature.email  # nobody's mailbox belongs to an anonymised signature
    with transaction.atomic():
        mailbox = normalise(signature.email)
        key = mailboxes.settle_own(signature) or mailbox_key(signature.tally_id, mailbox)
        StoppedMailbox.objects.get_or_create(tally_id=signature.tally_id, email_key=key)
        same = Q(pk=signature.pk) | Q(tally=signature.tally_id, email_key=key)
        Signature.objects.filter(same).update(updates=False)


def allow_mail(signature: Signature) -> None:
    """Let mail about the petition go to the signer's mailbox again."""
    with transaction.atomic():
        key = mailboxes.settle_own(signature)
        StoppedMailbox.objects.filter(tally=signature.tally_id, email_key=key).delete()
