"""The reminder to confirm a signature: one mail, two days after signing."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from campaigns.mail import sent
from campaigns.mail.outbox import ALLOWANCE, DAILY_ALLOWANCE, OutgoingMail, is_stopped
from campaigns.petitions.state import takes_confirmations
from campaigns.petitions.tally import Tally
from campaigns.signatures.daily_keys import daily_hash
from campaigns.signatures.email_keys import normalise
from campaigns.signatures.signature import Signature

REMIND_AFTER = timedelta(days=2)
# After a week the signature is deleted; a reminder on the last day would come too late for many.
REMIND_BEFORE = timedelta(days=6)


def remindable() -> QuerySet[Signature]:
    """The signatures whose signers are due a reminder.

    There is one reminder for each, within the mailbox's allowance, two days after the last mail,
    and only while the petition still takes confirmations. Nobody is reminded while another mail is
    due or waits for a moderator, after their mail server refused one, or once they asked for no
    more mail. Where a network's limit has slowed down the mails, the reminders keep the same
    distance.
    """
    now = timezone.now()
    tallies = Tally.objects.filter(
        takes_confirmations(now), petition__live=True, paused_at=None, won_at=None
    )
    mails = OutgoingMail.objects.filter(signature=OuterRef("pk"))
    kind, outcome = OutgoingMail.Kind.REMINDER, OutgoingMail.Outcome
    in_the_way = (
        Q(kind=kind)
        | Q(outcome__in=(outcome.OWED, outcome.REFUSED, outcome.WAITING))
        | Q(due_at__gt=now - REMIND_AFTER)
    )
    return (
        Signature.objects.unconfirmed()
        .filter(signed_at__lte=now - REMIND_AFTER, signed_at__gt=now - REMIND_BEFORE)
        .filter(email__isnull=False, tally__in=tallies)
        .exclude(moderation=Signature.Moderation.INVALIDATED)
        .exclude(Exists(mails.filter(in_the_way)))
        .exclude(is_stopped())
        .alias(mails_so_far=mails_to_mailbox())
        .filter(mails_so_far__lt=ALLOWANCE)
    )


def key_of(signature: Signature) -> bytes | UUID:
    """The key of the mailbox, or the primary key of an imported signature that has no key."""
    return bytes(signature.email_key) if signature.email_key else signature.pk


def mails_to_mailbox() -> Combinable:
    """The number of mails to a mailbox about the petition; two signers may share a mailbox."""
    mailbox = {name: OuterRef(name) for name in ("tally", "email_key")}
    return sent.number_of(OutgoingMail.objects.all(), mailbox)


def remind(keys: list[UUID]) -> int:
    """Put reminders for these signatures into the outbox; return their number.

    The caller has locked the rows, so the mails that were sent are counted once more.
    """
    rows = remindable().annotate(mails_so_far=mails_to_mailbox()).filter(pk__in=keys)
    now = timezone.now()
    mailboxes = {
        row.pk: daily_hash("recipient", normalise(row.email or ""), now.date()) for row in rows
    }
    mails = OutgoingMail.objects.filter(recipient_key__in=set(mailboxes.values()))
    today = Counter(bytes(key) for key in mails.values_list("recipient_key", flat=True) if key)
    about: Counter[tuple[int, bytes | UUID]] = Counter()
    owed = []
    for row in rows:
        mailbox, petition = mailboxes[row.pk], (row.tally_id, key_of(row))
        if today[mailbox] < DAILY_ALLOWANCE and row.mails_so_far + about[petition] < ALLOWANCE:
            today[mailbox] += 1
            about[petition] += 1
            owed.append(
                OutgoingMail(
                    signature=row,
                    kind=OutgoingMail.Kind.REMINDER,
                    due_at=now,
                    recipient_key=mailbox,
                )
            )
    return len(OutgoingMail.objects.bulk_create(owed))
