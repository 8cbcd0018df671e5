"""Sends mailings at the rate of the settings, never twice to one person.

Who gets a mailing is listed once, when it begins. Then each row is marked as started, which is
committed before the mail is handed over. What was started and did not end (the worker was killed,
the connection was lost) is not sent again, but counted as perhaps sent. Those whose mails leave
within one second are started together.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F
from django.utils import timezone

from campaigns.bounces.statuses import name_no_mailbox
from campaigns.mail import posting
from campaigns.mail.pace import BATCH, PAUSE, Unreachable, opened, reserve
from campaigns.mail.sending import refused_for_good, was_answered
from campaigns.mailings import audience, composing, due_mailings, suppression
from campaigns.mailings.mailing import Mailing, Outcome, Recipient, State
from campaigns.prepared_statements import Statement
from campaigns.signatures.signature import Signature

log = logging.getLogger(__name__)

# The mails that are started together: those of a second, but never more. If their worker is killed,
# so many may be missing.
MOST_STARTED = 20
# With a slow server a batch ends early, so that the worker does not look as if it hung.
LONGEST = 60.0  # seconds
# A mail that the server did not take for now is tried again after these waits, then given up.
WAITS = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
# In place of an outcome, for those who may get no mailing any more.
NOT_SENT = ""

START = """
    UPDATE campaigns_recipient SET started_at = clock_timestamp(), attempts = attempts + 1
    WHERE id IN (
        SELECT r.id FROM campaigns_recipient r
        WHERE r.mailing_id = (
            SELECT m.id FROM campaigns_mailing m
            WHERE m.state = 'sending' AND EXISTS (
                SELECT FROM campaigns_recipient d WHERE d.mailing_id = m.id
                  AND d.started_at IS NULL AND d.due_at <= statement_timestamp())
            ORDER BY m.began_at, m.id LIMIT 1)
          AND r.started_at IS NULL AND r.due_at <= statement_timestamp()
        ORDER BY r.id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id, mailing_id, signature_id, attempts
"""
# This need not wait for the disk: if the database crashes at that moment, the rows are still
# started. The counts are locked in one order, so that no worker waits for another in a circle.
END = Statement("""
    WITH ended AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(outcomes)s::text[]) AS each (id, outcome)
    ), gone AS (
        DELETE FROM campaigns_recipient r USING ended WHERE r.id = ended.id
        RETURNING mailing_id, outcome
    )
    INSERT INTO campaigns_mailingcount (mailing_id, outcome, number)
    SELECT mailing_id, outcome, count(*)
    FROM gone, set_config('synchronous_commit', 'off', true)
    WHERE outcome <> '' GROUP BY mailing_id, outcome ORDER BY mailing_id, outcome
    ON CONFLICT (mailing_id, outcome)
    DO UPDATE SET number = campaigns_mailingcount.number + excluded.number
""")


class Started(NamedTuple):
    """A recipient whose mail may now be handed over, by this worker alone."""

    id: int
    mailing: int
    signature: UUID
    attempts: int


@dataclass
class Turns:
    """When each mail of a batch leaves: the first at a moment of the monotonic clock."""

    first: float
    rate: float  # mails a second
    sleep: Callable[[float], None]

    def wait(self, place: int) -> None:
        self.sleep(max(0.0, self.first + place / self.rate - time.monotonic()))

    @property
    def are_over(self) -> bool:
        return time.monotonic() >= self.first + LONGEST


def send_due(sleep: Callable[[float], None] = time.sleep) -> float | None:
    """Send for some seconds; return the seconds until the next time, as `Round` wants."""
    due_mailings.end()
    due_mailings.begin()
    rate = settings.MAILING_RATE / 60
    number = waiting(max(1, round(rate * BATCH))) if rate > 0 else 0
    if not number:
        return None
    few = max(1, min(MOST_STARTED, round(rate)))
    backend = get_connection()
    known: dict[int, Mailing] = {}
    try:
        opened(backend)
        turns = Turns(time.monotonic() + reserve(timedelta(seconds=number / rate)), rate, sleep)
        for place in range(0, number, few):
            turns.wait(place)
            started = start(min(few, number - place))
            if not (started and send_all(started, place, turns, backend, known)):
                break
    except Unreachable:
        return PAUSE
    finally:
        backend.close()
    return 0


def waiting(limit: int) -> int:
    """How many mails are due, up to a limit."""
    due = Recipient.objects.filter(
        mailing__state=State.SENDING, started_at=None, due_at__lte=timezone.now()
    )
    return due.order_by()[:limit].count()


def start(number: int) -> list[Started]:
    """Mark the next recipients as started; [] where nobody is due, or all is paused."""
    with connection.cursor() as cursor:
        cursor.execute(START, [number])
        return sorted(Started(*row) for row in cursor.fetchall())


def send_all(
    started: list[Started],
    place: int,
    turns: Turns,
    backend: BaseEmailBackend,
    known: dict[int, Mailing],
) -> bool:
    """Send what was started; return whether there is time for more. Raises Unreachable.

    `known` are the mailings that were read already: what is sent of them does not change. Those
    who were not tried are given back.
    """
    reached = audience.still_reached([each.signature for each in started])
    untried, outcomes = started.copy(), dict[int, str]()
    try:
        for number, each in enumerate(started):
            turns.wait(place + number)
            opened(backend)
            untried.remove(each)
            if each.signature not in reached:
                outcomes[each.id] = NOT_SENT
            elif outcome := send_one(each, reached[each.signature], backend, known):
                outcomes[each.id] = outcome
            if turns.are_over:
                return False
    finally:
        give_back(untried)
        if outcomes:
            END.run(ids=list(outcomes), outcomes=list(outcomes.values()))
    return True


def send_one(
    started: Started, signature: Signature, backend: BaseEmailBackend, known: dict[int, Mailing]
) -> Outcome | None:
    """Send one mail; return what became of it, or None where it is tried again."""
    try:
        if started.mailing not in known:
            known[started.mailing] = Mailing.objects.get(pk=started.mailing)
        return hand_over(started, known[started.mailing], signature, backend)
    except (OSError, smtplib.SMTPException) as error:
        # After an error the connection may be out of step, so the next mail gets a fresh one.
        backend.close()
        return after(error, started, signature)


def give_back(started: list[Started]) -> None:
    """Make recipients who were started but not tried due again, without counting the attempt."""
    if started:
        rows = Recipient.objects.filter(pk__in=[each.id for each in started])
        rows.update(started_at=None, attempts=F("attempts") - 1)


def hand_over(
    started: Started, begun: Mailing, signature: Signature, backend: BaseEmailBackend
) -> Outcome:
    """Raises the errors of the mail server and of the connection."""
    try:
        recipient = Recipient(pk=started.id)
        posting.post(composing.compose(begun, signature, recipient), backend)
    except (DatabaseError, InterfaceError, OSError, smtplib.SMTPException):
        raise
    except Exception as error:
        # The email cannot be written into a header, or there is a mistake in our code, which must
        # not end the round: this mail would be the first again.
        log.error("An email of mailing %s failed: %s", started.mailing, type(error).__name__)
        return Outcome.REFUSED
    return Outcome.SENT


def after(error: Exception, started: Started, signature: Signature) -> Outcome | None:
    """What became of a mail that was not accepted; None where it is tried again.

    Only where the server has answered is it certain that it did not take the mail. A mailbox of
    which it says that it does not exist gets no more mailings, as when a mail comes back.
    """
    if not was_answered(error):
        log.warning("An email of mailing %s broke off: %s", started.mailing, type(error).__name__)
        return Outcome.UNCLEAR
    if refused_for_good(error) or started.attempts > len(WAITS):
        if isinstance(error, smtplib.SMTPRecipientsRefused) and is_gone(error) and signature.email:
            keys = suppression.keys_of(signature.email)
            suppression.suppress(keys, signature=signature, reason=suppression.Reason.BOUNCED)
        return Outcome.REFUSED
    due_at = timezone.now() + WAITS[started.attempts - 1]
    Recipient.objects.filter(pk=started.id).update(started_at=None, due_at=due_at)
    return None


def is_gone(error: smtplib.SMTPRecipientsRefused) -> bool:
    """Whether the server said that there is no such mailbox."""
    said = b" ".join(text for _code, text in error.recipients.values())
    return name_no_mailbox(said.decode(errors="replace"))
