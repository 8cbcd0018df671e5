"""Send notices to staff, for the worker: one at a time, holding no lock while sending.

A row is claimed, then its emails are composed and sent, then it is deleted. A bug in a template
stops neither the worker nor the notices that follow.
"""

import contextlib
import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, models
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.workflow import staff_mails
from operations.doctor.answers import Unanswered, told

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")

# The waits, in seconds, before a notice is sent again which the mail server has perhaps taken: had
# twice is better than never, and three times more are enough.
UNANSWERED_WAITS = [3600, 6 * 3600, 24 * 3600]
# The waits while the mail server takes no notices, in seconds: two days. After the last try, which
# has no wait, a notice is dropped.
FIRST_WAITS = [10, 60, 300, 900, *[3600] * 47]
WAITS = [*FIRST_WAITS, *UNANSWERED_WAITS, 0]
# The wait after the mail server has refused all emails of a notice.
REFUSED_WAIT = timedelta(minutes=15)
# Longer than sending the emails of a notice takes. If the worker is killed, they are sent again
# after this time.
LEASE = timedelta(minutes=10)


class Refused(Exception):
    """The mail server has accepted none of a notice's emails, and they are to be sent again."""


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
                # What was perhaps taken is sent again so many times, whatever comes between.
                attempts = notice.attempts if notice.attempts > len(FIRST_WAITS) else 0
                values = {"due_at": now + REFUSED_WAIT, "attempts": attempts}
                notices.filter(pk=notice.pk).update(**values)
            except staff_mails.NotNow:
                wait = timedelta(seconds=WAITS[notice.attempts])
                notices.filter(pk=notice.pk).update(due_at=now + wait)
            except Unanswered:
                tried = max(notice.attempts, len(FIRST_WAITS))
                wait = timedelta(seconds=WAITS[tried])
                notices.filter(pk=notice.pk).update(due_at=now + wait, attempts=tried + 1)
            else:
                notice.delete()
    return 0


def opened() -> BaseEmailBackend | None:
    """Return a connection to the mail server, or None if it is unavailable."""
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Notices to staff wait for the mail server: %s", told(error))
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
    except (DatabaseError, InterfaceError, Refused, staff_mails.NotNow, Unanswered):
        raise
    except Exception as error:
        log.error("A notice to staff cannot be sent: %s", type(error).__name__)
        return None
