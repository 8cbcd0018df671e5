"""Sends mailings at the rate of the settings, never twice to one person.

Who gets a mailing is listed once, when it begins. Then each row is marked as started, which is
committed before the mail is handed over. What was started and did not end (the worker was killed,
the connection was lost) is not sent again, but counted as perhaps sent.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from campaigns.mail.sending import refused_for_good
from campaigns.mailings import audience, composing, mailing, notices
from campaigns.mailings.mailing import Mailing, NoticeKind, Outcome, Recipient, State
from campaigns.signatures.signature import Signature

log = logging.getLogger(__name__)

# The mails that leave over one connection: as many as the rate allows within so many seconds.
BATCH = 5
# With a slow server a batch ends early, so that the worker does not look as if it hung.
LONGEST = 60.0  # seconds
PAUSE = 5.0  # seconds, while the mail server cannot be reached
# A mail that the server did not take for now is tried again after these waits, then given up.
WAITS = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
# Longer than any attempt lasts. Then its worker is gone.
LOST = timedelta(minutes=15)
LISTED = 5_000

# Signers may withdraw while they are listed; those who do are not found any more.
LIST = """
    INSERT INTO campaigns_recipient (mailing_id, signature_id, due_at, attempts)
    SELECT %s, s.id, statement_timestamp(), 0 FROM campaigns_signature s
    WHERE s.id = ANY(%s) ORDER BY s.id
    FOR KEY SHARE OF s
"""
START = """
    UPDATE campaigns_recipient SET started_at = clock_timestamp(), attempts = attempts + 1
    WHERE id = (
        SELECT r.id FROM campaigns_recipient r
        WHERE r.mailing_id = (
            SELECT m.id FROM campaigns_mailing m
            WHERE m.state = 'sending' AND EXISTS (
                SELECT FROM campaigns_recipient d WHERE d.mailing_id = m.id
                  AND d.started_at IS NULL AND d.due_at <= statement_timestamp())
            ORDER BY m.began_at, m.id LIMIT 1)
          AND r.started_at IS NULL AND r.due_at <= statement_timestamp()
        ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, mailing_id, signature_id, attempts
"""
# This need not wait for the disk: if the database crashes at that moment, the row is still started.
END = """
    WITH gone AS (DELETE FROM campaigns_recipient WHERE id = %s RETURNING mailing_id)
    INSERT INTO campaigns_mailingcount (mailing_id, outcome, number)
    SELECT mailing_id, %s, 1 FROM gone, set_config('synchronous_commit', 'off', true)
    ON CONFLICT (mailing_id, outcome)
    DO UPDATE SET number = campaigns_mailingcount.number + excluded.number
"""
# All workers together: each takes the next free seconds, and sends its mails in these.
RESERVE = """
    INSERT INTO campaigns_pace (id, next_at) VALUES (1, clock_timestamp() + %(span)s)
    ON CONFLICT (id) DO UPDATE
    SET next_at = greatest(campaigns_pace.next_at, clock_timestamp()) + %(span)s
    RETURNING extract(epoch FROM next_at - %(span)s - clock_timestamp())
"""


class Started(NamedTuple):
    """A recipient whose mail may now be handed over, by this worker alone."""

    id: int
    mailing: int
    signature: UUID
    attempts: int


class Unreachable(Exception):
    """There is no connection to the mail server."""


def send_due(sleep: Callable[[float], None] = time.sleep) -> float | None:
    """Send for some seconds; return the seconds until the next time, as `Round` wants."""
    end()
    begin()
    rate = settings.MAILING_RATE / 60
    number = waiting(max(1, round(rate * BATCH))) if rate > 0 else 0
    if not number:
        return None
    backend = get_connection()
    known: dict[int, Mailing] = {}
    try:
        opened(backend)
        first = time.monotonic() + reserve(timedelta(seconds=number / rate))
        for place in range(number):
            sleep(max(0.0, first + place / rate - time.monotonic()))
            if not send_one(backend, known) or time.monotonic() >= first + LONGEST:
                break
    except Unreachable:
        return PAUSE
    finally:
        backend.close()
    return 0


def opened(backend: BaseEmailBackend) -> None:
    """Connect before a mail is started. Raises Unreachable."""
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The mail server cannot be reached: %s", type(error).__name__)
        raise Unreachable from None


def reserve(span: timedelta) -> float:
    """Take the next free time of this length; return in how many seconds it begins."""
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"span": span}
        cursor.execute(RESERVE, parameters)
        return float(cursor.fetchone()[0])


def waiting(limit: int) -> int:
    """How many mails are due, up to a limit."""
    due = Recipient.objects.filter(
        mailing__state=State.SENDING, started_at=None, due_at__lte=timezone.now()
    )
    return due.order_by()[:limit].count()


def begin() -> None:
    """List the recipients of approved mailings whose time has come."""
    now = timezone.now()
    due = Mailing.objects.filter(Q(send_at=None) | Q(send_at__lte=now), state=State.APPROVED)
    for key in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            locked = due.select_for_update(skip_locked=True).filter(pk=key).first()
            if locked is None:
                continue
            number = list_recipients(locked)
            values = {"addressed": number, "began_at": now, "state": State.SENDING}
            Mailing.objects.filter(pk=key).update(**values)


def list_recipients(begun: Mailing) -> int:
    people = audience.people(begun)
    number = 0
    with connection.cursor() as cursor:
        for place in range(0, len(people), LISTED):
            cursor.execute(LIST, [begun.pk, people[place : place + LISTED]])
            number += cursor.rowcount
    return number


def end() -> None:
    """Give up what was started and never ended, and end the mailings that nobody waits for."""
    lost = Recipient.objects.filter(started_at__lt=timezone.now() - LOST)
    for key, of in lost.values_list("pk", "mailing"):
        with transaction.atomic():
            # Another worker may do the same.
            if Recipient.objects.filter(pk=key).delete()[0]:
                mailing.add(of, Outcome.UNCLEAR)
    left = Exists(Recipient.objects.filter(mailing=OuterRef("pk")))
    for ended in Mailing.objects.filter(~left, state=State.SENDING):
        with transaction.atomic():
            rows = Mailing.objects.filter(~left, pk=ended.pk, state=State.SENDING)
            if rows.update(state=State.SENT, ended_at=timezone.now()):
                notices.owe(ended, NoticeKind.SENT)


def start() -> Started | None:
    """Mark the next recipient as started; None where nobody is due, or all is paused."""
    with connection.cursor() as cursor:
        cursor.execute(START)
        row = cursor.fetchone()
    return Started(*row) if row else None


def send_one(backend: BaseEmailBackend, known: dict[int, Mailing]) -> bool:
    """Send the next mail; return whether there was one. Raises Unreachable.

    `known` are the mailings that were read already: what is sent of them does not change.
    """
    opened(backend)
    started = start()
    if started is None:
        return False
    signature = audience.still_reached(started.signature)
    if signature is None:
        Recipient.objects.filter(pk=started.id).delete()
        return True
    outcome: Outcome | None
    try:
        if started.mailing not in known:
            known[started.mailing] = Mailing.objects.get(pk=started.mailing)
        outcome = hand_over(started, known[started.mailing], signature, backend)
    except (OSError, smtplib.SMTPException) as error:
        # After an error the connection may be out of step, so the next mail gets a fresh one.
        backend.close()
        outcome = after(error, started)
    if outcome:
        count(started, outcome)
    return True


def hand_over(
    started: Started, begun: Mailing, signature: Signature, backend: BaseEmailBackend
) -> Outcome:
    """Raises the errors of the mail server and of the connection."""
    try:
        recipient = Recipient(pk=started.id)
        backend.send_messages([composing.compose(begun, signature, recipient)])
    except (DatabaseError, InterfaceError, OSError, smtplib.SMTPException):
        raise
    except Exception as error:
        # The email cannot be written into a header, or there is a mistake in our code, which must
        # not end the worker: this mail would be the first again.
        log.error("A mail of mailing %s failed: %s", started.mailing, type(error).__name__)
        return Outcome.REFUSED
    return Outcome.SENT


def after(error: Exception, started: Started) -> Outcome | None:
    """What became of a mail that was not accepted; None where it is tried again.

    Only where the server has answered is it certain that it did not take the mail.
    """
    answered = (
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPDataError,
        smtplib.SMTPNotSupportedError,
    )
    if not isinstance(error, answered):
        log.warning("A mail of mailing %s broke off: %s", started.mailing, type(error).__name__)
        return Outcome.UNCLEAR
    if refused_for_good(error) or started.attempts > len(WAITS):
        return Outcome.REFUSED
    due_at = timezone.now() + WAITS[started.attempts - 1]
    Recipient.objects.filter(pk=started.id).update(started_at=None, due_at=due_at)
    return None


def count(started: Started, outcome: Outcome) -> None:
    """Delete the row of a recipient, and count what became of the mail, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(END, [started.id, outcome])
