"""Send notices to staff, for the worker: one at a time, holding no lock while sending.

A row is claimed, then its emails are composed and sent. A bug in a template stops neither the
worker nor the notices that follow.
"""

import contextlib
import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.workflow import staff_mails

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")
Mails = list[EmailMultiAlternatives]

# The waits while the mail server is unavailable, in seconds. After the last one, a notice is
# dropped.
WAITS = [10, 60, 300, 900, *[3600] * 6]
# The wait for notices that are never dropped.
WAIT = 60.0
# The wait after the mail server has refused all emails of a notice that must not get lost.
REFUSED_WAIT = timedelta(minutes=15)
# Longer than sending the emails of a notice takes. If the worker is killed, they are sent again
# after this time.
LEASE = timedelta(minutes=10)


class Refused(Exception):
    """The mail server has accepted none of a notice's emails, and they are to be sent again."""


def tell(untold: QuerySet[Row], claim: Callable[[Row], Callable[[], Mails]]) -> float | None:
    """Notify about the first of these rows; return the seconds until the next, as `Round` expects.

    `claim` marks the row as notified, and returns a function that composes its emails. Both happen
    in a transaction that is committed before the first email is sent, so nobody gets an email
    twice.
    """
    if not untold.exists():
        return None
    backend = opened()
    if backend is None:
        return WAIT
    try:
        with transaction.atomic():
            rows = untold.select_for_update(skip_locked=True, no_key=True, of=("self",))
            row = rows.first()
            if row is None:
                return None  # another worker has it
            mails = log_errors(claim(row)) or []
        for each in mails:
            staff_mails.sent(each, backend)
    finally:
        close(backend)
    return 0


def send_due(notices: QuerySet[Row], send: Callable[[Row], object]) -> float | None:
    """Send the first due notice, of rows with `due_at` and `attempts` that are deleted once sent.

    The connection to the mail server is tried first: a second attempt would write to everybody
    again. `send` may raise Refused for a notice that is never dropped while it is valid.
    """
    now = timezone.now()
    notice: Any = notices.filter(due_at__lte=now).order_by("due_at").first()
    if notice is None:
        return None
    same = notices.filter(pk=notice.pk, due_at=notice.due_at)
    if notice.attempts >= len(WAITS):
        same.delete()
        return 0
    backend = opened()
    pause = LEASE if backend else timedelta(seconds=WAITS[notice.attempts])
    is_claimed = same.update(due_at=now + pause, attempts=notice.attempts + 1)
    if backend:
        close(backend)
        if is_claimed:
            try:
                log_errors(lambda: send(notice))
            except Refused:
                notices.filter(pk=notice.pk).update(due_at=now + REFUSED_WAIT, attempts=0)
            else:
                notice.delete()
    return 0


def opened() -> BaseEmailBackend | None:
    """Return a connection to the mail server, or None if it is unavailable."""
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Notices to staff wait for the mail server: %s", type(error).__name__)
        return None
    return backend


def close(backend: BaseEmailBackend) -> None:
    """Close the connection and ignore errors, since the emails have been sent."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        backend.close()


def log_errors(act: Callable[[], Result]) -> Result | None:
    """Return the result of `act`; log other errors, except for these, and return None."""
    try:
        return act()
    except (DatabaseError, InterfaceError, Refused):
        raise
    except Exception as error:
        log.error("A notice to staff cannot be sent: %s", type(error).__name__)
        return None
