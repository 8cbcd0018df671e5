"""Sends the emails of the outbox in batches, and retries later if sending fails."""

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from campaigns.mail import composing, leases, new_emails, pace, posting, resending, sent
from campaigns.mail.leases import END, LEASE, LONGEST_WAIT, Held
from campaigns.mail.outbox import ALLOWANCE, DAILY_ALLOWANCE, OutgoingMail, is_stopped, took_within
from campaigns.mail.refusals import SURE_FROM, is_perhaps_taken, refused_for_good
from campaigns.moderation import screening
from campaigns.petitions.state import takes_confirmations
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature
from operations.doctor.answers import told

log = logging.getLogger(__name__)

BATCH = 50
# The wait doubles after each failed attempt: 10 s, 20 s, 40 s …, an hour at most. The attempts
# cover more than two days.
FIRST_WAIT = timedelta(seconds=10)
MAX_ATTEMPTS = 60
# An attempt whose email the server has perhaps taken counts as so many: the third is the last.
UNANSWERED = MAX_ATTEMPTS // 3
# Seconds between attempts to connect while the mail server cannot be reached.
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 8

Outcome = OutgoingMail.Outcome
# The emails that ask to confirm.
ASKING = (OutgoingMail.Kind.CONFIRM, OutgoingMail.Kind.REMINDER)


@dataclass
class Delivered:
    """The result of a batch, in numbers of emails."""

    claimed: int = 0
    sent: int = 0
    is_unreachable: bool = False


class Sender:
    """Sends emails for the worker; the wait grows the longer the mail server is unreachable."""

    wait = SHORTEST_PAUSE

    def __init__(self) -> None:
        self.held = Held()

    def send_due(self) -> float | None:
        """Send one batch; return the seconds until the next, as `operations.rounds.Round` requires.

        0 means that more emails may be due, None means the usual interval.
        """
        self.held.let_go()
        delivered = deliver(held=self.held)
        if delivered.is_unreachable:
            wait, self.wait = self.wait, min(self.wait * 2, LONGEST_PAUSE)
            return wait
        self.wait = SHORTEST_PAUSE
        return 0 if delivered.claimed == BATCH else None


class Helper(Sender):
    """Another connection to the mail server, which joins one interval after the worker's start.

    Threads that all begin at once would slow down one another, and the totals.
    """

    is_new = True

    def send_due(self) -> float | None:
        if self.is_new:
            self.is_new = False
            return None
        return super().send_due()


def deliver(*, held: Held | None = None) -> Delivered:
    """Send one batch of the emails that are due.

    Errors of the mail server are handled here; database errors are raised, and `held` records what
    is left to do.
    """
    held = held or Held()
    batch = claim(BATCH, held)
    result = Delivered(claimed=len(batch))
    if not batch:
        return result
    # With a slow server the batch ends early, before another worker could take over its lease.
    known, read_at = {mail.pk: mail for mail in batch}, time.monotonic()
    until = read_at + LEASE.total_seconds() / 2
    backend = pace.patient()
    try:
        for position, mail in enumerate(batch):
            if time.monotonic() > until:
                give_back(batch[position:])
                break
            try:
                pace.opened(backend)
            except pace.Unreachable:
                give_back(batch[position:])
                result.is_unreachable = True
                break
            if time.monotonic() > read_at + pace.FRESH:
                known, read_at = read([each.pk for each in batch[position:]]), time.monotonic()
            if mail.pk in known:
                result.sent += send(known[mail.pk], backend, held)
    finally:
        backend.close()
    held.batch = []
    return result


def claim(limit: int, held: Held | None = None) -> list[OutgoingMail]:
    with transaction.atomic():
        ids = (held or Held()).claim(limit)
    return list(read(ids).values())


def read(ids: list[int]) -> dict[int, OutgoingMail]:
    """Return those emails that are still due, with their signatures, in the order of sending."""
    dropped = one_too_many() | Q(is_stopped("signature__")) | new_emails.is_unwanted()
    confirmable = Tally.objects.filter(takes_confirmations(timezone.now()))
    is_late = Q(~Exists(confirmable.filter(pk=OuterRef("signature__tally"))))
    is_late |= resending.asks_in_vain()
    owed = OutgoingMail.objects.filter(pk__in=ids, outcome=Outcome.OWED)
    found = owed.annotate(is_dropped=dropped, is_late=is_late).select_related("signature__tally")
    return {mail.pk: mail for mail in found.order_by("due_at")}


def one_too_many() -> Q:
    """Return the condition that a mailbox has used up its allowance with emails sent or due before.

    This is decided when an email is sent. If it were decided on signing, the response time would
    reveal how often somebody has signed. The thanks for a confirmation are always sent: there is
    only one such email, and it was requested by somebody who reads the mailbox.
    """
    kinds = OutgoingMail.Kind
    about = mails_before(OuterRef(OuterRef("pk")))
    about = about.exclude(kind__in=(kinds.NEW_EMAIL, kinds.OLD_EMAIL))
    mailbox = {name: OuterRef(f"signature__{name}") for name in ("tally", "email_key")}
    is_used_up = GreaterThanOrEqual(sent.number_of(about, mailbox), ALLOWANCE)
    today = mails_before(OuterRef("pk")).filter(recipient_key=OuterRef("recipient_key"))
    thanks = Q(kind=kinds.THANKS, signature__proven_at__isnull=False)
    # Only a few new email addresses can be requested (`signing.changing_emails`). So the emails
    # about them are limited only by the daily allowance, and do not use up the petition's
    # allowance.
    return (
        ~thanks
        & ~Q(kind=kinds.OLD_EMAIL)
        & (
            ~Q(kind=kinds.NEW_EMAIL) & Q(is_used_up)
            | Q(Exists(today[DAILY_ALLOWANCE - 1 : DAILY_ALLOWANCE]))
        )
    )


def mails_before(pk: OuterRef) -> QuerySet[OutgoingMail]:
    """Return the emails that were sent, or were due before this one."""
    others = OutgoingMail.objects.exclude(pk=pk).exclude(outcome=Outcome.WAITING)
    return others.filter(Q(pk__lt=pk) | ~Q(outcome=Outcome.OWED))


def send(mail: OutgoingMail, backend: BaseEmailBackend, held: Held) -> bool:
    """Send one email, and record the outcome: sent, refused for good, or due again later."""
    if is_wanted(mail) and is_held_back(mail.signature):
        wait_for_release(mail)
        return False
    if mail.is_dropped:  # type: ignore[attr-defined]  # annotated by `read`
        # Deleted, since otherwise anybody could fill up the list of a signer's emails.
        with transaction.atomic():
            leases.free([mail.pk]).delete()
        return False
    if not is_wanted(mail):
        end(mail, Outcome.DROPPED)
        return False
    if new_emails.is_early(mail):
        postpone(mail)
        return False
    try:
        message = composing.compose(mail)
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        # An error in our code. If it ended the round, this email would come first in the next batch
        # again, and the emails after it would never be sent.
        log.error("Email %s cannot be written: %s", mail.pk, type(error).__name__)
        postpone(mail)
        return False
    try:
        posting.post(message, backend)
    except ValueError:
        # Python's email library cannot write this email address into a header.
        log.error("Email %s fits into no header.", mail.pk)
        end(mail, Outcome.REFUSED)
        return False
    except (OSError, smtplib.SMTPException) as error:
        # After an error, the state of the connection is unknown: the next email gets a new one.
        backend.close()
        log.warning("Email %s was not taken: %s", mail.pk, told(error))
        if refused_for_good(error, is_sure=takes_others(mail)):
            end(mail, Outcome.REFUSED)
        else:
            if is_perhaps_taken(error):
                mail.attempts += UNANSWERED - 1
            postpone(mail)
        return False
    held.end_sent(mail.pk)
    return True


def takes_others(mail: OutgoingMail) -> bool:
    """Return whether the server has taken another email since the first attempt of this one.

    What it took before says nothing, since it may have stopped relaying.
    """
    # At least so long ago was the first attempt, even if a later one was not answered.
    waited = FIRST_WAIT * (2 ** min(mail.attempts - 1, 8) - 1)
    return mail.attempts >= SURE_FROM and took_within(waited)


def is_wanted(mail: OutgoingMail) -> bool:
    """Return whether the email should still be sent.

    The signature must not be anonymised. A request to confirm needs a signature that is not
    confirmed, and a petition that accepts confirmations; a reminder also an undecided signature,
    and an email about a new email address a request that is still pending.
    """
    signature = mail.signature
    is_late = mail.is_late  # type: ignore[attr-defined]  # annotated by `read`
    if mail.kind in ASKING and (is_late or signature.confirmed_at):
        return False
    if mail.kind in new_emails.KINDS and not new_emails.waiting_of(signature):
        return False
    is_invalidated = signature.moderation == Signature.Moderation.INVALIDATED
    is_reminder = mail.kind == OutgoingMail.Kind.REMINDER
    return signature.email is not None and not (is_reminder and is_invalidated)


def is_held_back(signature: Signature) -> bool:
    """Return whether a moderator must release the signature before its signer gets any email.

    We do not send untrusted input by email. Signatures quarantined for a network's limit or a
    missing proof of work are exempt, and so are signers who have proven that they read the mailbox,
    whatever was decided about them.
    """
    if not signature.moderation or signature.is_proven:
        return False
    return signature.moderation_reason not in screening.MAILED


def wait_for_release(mail: OutgoingMail) -> None:
    """Keep one email of the signature until it is released, and delete any others."""
    with transaction.atomic():
        # A moderator may be releasing the signature, and would not see this email. A job may be
        # moderating or deleting it for minutes, which no other email may wait for.
        free = Signature.objects.select_for_update(skip_locked=True)
        signature = free.filter(pk=mail.signature_id).first()
        if signature is None:
            postpone(mail)
            return
        if not signature.moderation:
            give_back([mail])
            return
        waiting = OutgoingMail.objects.filter(signature=mail.signature_id, outcome=Outcome.WAITING)
        if waiting.exists():
            mail.delete()
        else:
            end(mail, Outcome.WAITING)


def end(mail: OutgoingMail, outcome: str) -> None:
    END.run(id=mail.pk, outcome=outcome)


def give_back(batch: list[OutgoingMail]) -> None:
    leases.give_back(leases.free([mail.pk for mail in batch]))


def postpone(mail: OutgoingMail) -> None:
    if mail.attempts >= MAX_ATTEMPTS:
        end(mail, Outcome.ABANDONED)
        return
    # A power beyond that of the longest wait would soon be too large for a time.
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 10), LONGEST_WAIT)
    rows = leases.free([mail.pk])
    rows.update(due_at=Now() + wait, leased_until=None, attempts=mail.attempts)
