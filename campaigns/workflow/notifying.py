"""Sends notices to staff, for the worker: one at a time, and with nothing locked meanwhile.

A row is claimed, then its mails are composed and sent. A mistake in a template ends neither the
worker nor the notices behind it.
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

# The waits while the mail server is away, in seconds. After the last, a notice is given up.
WAITS = [10, 60, 300, 900, *[3600] * 6]
# The wait of what is not given up.
WAIT = 60.0
# Longer than the mails of a notice take. If its worker is killed, they are sent again afterwards.
LEASE = timedelta(minutes=10)


def tell(untold: QuerySet[Row], claim: Callable[[Row], Callable[[], Mails]]) -> float | None:
    """Tell of the first of these rows; return the seconds until the next, as `Round` wants.

    `claim` marks the row as told, and returns what composes its mails. Both are committed before
    the first mail leaves: nobody gets one twice.
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
            mails = survived(claim(row)) or []
        for each in mails:
            staff_mails.sent(each, backend)
    finally:
        close(backend)
    return 0


def send_due(notices: QuerySet[Row], send: Callable[[Row], object]) -> float | None:
    """The same for notices with `due_at` and `attempts`, which are deleted once they are sent.

    Whether the mail server is there is tried first: a second attempt would write to everybody
    again.
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
            survived(lambda: send(notice))
            notice.delete()
    return 0


def opened() -> BaseEmailBackend | None:
    """A connection to the mail server, if it is there."""
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Notices to staff wait for the mail server: %s", type(error).__name__)
        return None
    return backend


def close(backend: BaseEmailBackend) -> None:
    """Whatever the server says to that: the mails are sent."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        backend.close()


def survived(act: Callable[[], Result]) -> Result | None:
    """What `act` returns; None where there is a mistake in our code, which is only logged."""
    try:
        return act()
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        log.error("A notice to staff cannot be sent: %s", type(error).__name__)
        return None
