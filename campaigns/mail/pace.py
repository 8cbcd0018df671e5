"""The common rate at which mailings, messages and emails to targets are sent."""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from campaigns.mail.refusals import TOLERANCE
from operations.doctor.answers import told

log = logging.getLogger(__name__)

# Emails per connection: as many as the rate allows within this number of seconds.
BATCH = 5
LONGEST = 60.0  # seconds of a batch of emails
PAUSE = 5.0  # seconds, while the mail server cannot be reached
# Seconds after a log-in that was refused: a server locks out an account or a machine that tries
# again and again.
LOGIN_PAUSE = 60.0
# What is known of recipients is read again after so many seconds: they may have withdrawn since.
FRESH = 1.0
# Longer than any attempt can take: after this, the worker must have died.
LOST = timedelta(minutes=15)
# No slot further away than this is reserved: a thread that sleeps for long appears to hang.
LONGEST_WAIT = timedelta(minutes=1)

# Shared by all workers: each reserves the next free slot, and sends its emails in it.
RESERVE = """
    INSERT INTO campaigns_pace (id, next_at) VALUES (1, clock_timestamp() + %(span)s)
    ON CONFLICT (id) DO UPDATE
    SET next_at = %(span)s + CASE
        WHEN campaigns_pace.next_at > clock_timestamp() + %(wrong)s THEN clock_timestamp()
        ELSE greatest(campaigns_pace.next_at, clock_timestamp()) END
    WHERE campaigns_pace.next_at NOT BETWEEN clock_timestamp() + %(longest)s
        AND clock_timestamp() + %(wrong)s
    RETURNING extract(epoch FROM next_at - %(span)s - clock_timestamp())
"""
# Seconds for the answer to an email: filters take their time. With what comes before, it must stay
# below half a lease, and with that below the time after which a thread appears to hang.
ANSWERED_WITHIN = 120.0


class LogIn:
    """When a thread of this worker may log in again, by the monotonic clock."""

    after = 0.0


class Unreachable(Exception):
    """No email can be sent now: the mail server is down, or as below."""


class SlotTaken(Unreachable):
    """Other threads or workers have reserved the next slots of the rate."""


def patient() -> BaseEmailBackend:
    """Return a connection for the worker, which waits longer for answers than a request may."""
    return get_connection(patience=ANSWERED_WITHIN)


def opened(backend: BaseEmailBackend) -> None:
    """Connect before an email is marked as started; raise Unreachable if that fails."""
    if time.monotonic() < LogIn.after and not getattr(backend, "connection", None):
        raise Unreachable
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The mail server cannot be reached: %s", told(error))
        if isinstance(error, smtplib.SMTPAuthenticationError):
            LogIn.after = time.monotonic() + LOGIN_PAUSE
        raise Unreachable from None


def is_behind() -> bool:
    """Return whether the next free slot has begun already, so that more emails could be sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT next_at < clock_timestamp() FROM campaigns_pace")
        row = cursor.fetchone()
    return bool(row and row[0])


def reserve(span: timedelta, within: timedelta = LONGEST_WAIT) -> float:
    """Reserve the next free slot of this length; return the seconds until it begins.

    Raise SlotTaken if it does not begin `within` this time.
    """
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"span": span, "longest": within, "wrong": TOLERANCE + span}
        cursor.execute(RESERVE, parameters)
        if row := cursor.fetchone():
            return float(row[0])
    raise SlotTaken


class Turns:
    """The schedule of a batch: when each email of a slot is sent, by the monotonic clock."""

    def __init__(self, rate: float, sleep: Callable[[float], None]) -> None:
        self.rate = rate  # emails a second
        self.sleep = sleep
        self.first = self.until = 0.0

    def begin(self, wait: float) -> None:
        """Begin the next slot in so many seconds; the first slot begins the batch."""
        self.first = time.monotonic() + wait
        self.until = self.until or self.first + LONGEST

    def wait(self, place: int) -> None:
        self.sleep(max(0.0, self.first + place / self.rate - time.monotonic()))

    @property
    def are_over(self) -> bool:
        """Whether the batch must end early, so that the worker does not appear to hang."""
        return time.monotonic() >= self.until
