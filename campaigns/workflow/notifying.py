"""Send notices to staff, for the worker: one at a time, holding no lock while sending.

A row is claimed, then its emails are composed and sent, then it is deleted. With a slow mail server
that takes several rounds, and the row stores who has had the email. A bug in a template stops
neither the worker nor the notices that follow.
"""

import contextlib
import logging
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, models
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.workflow import staff_mails
from campaigns.workflow.staff_mails import Answer, Content
from operations.doctor.answers import told
from operations.jobs.notices import FIRST_WAITS, LEASE, UNANSWERED_WAITS

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")

# The attempts of a notice count its way along these waits: along the first while the mail server is
# unavailable or refuses it, and along those after them once an email was perhaps taken. After the
# last try, which has no wait, a notice is dropped.
WAITS = [*FIRST_WAITS, *UNANSWERED_WAITS, 0]
# The wait after the mail server has refused all emails of a notice.
REFUSED_WAIT = timedelta(minutes=15)


def send_due(notices: QuerySet[Row], compose: Callable[[Row], Content | None]) -> float | None:
    """Send the first due notice, of rows with `due_at`, `attempts` and `answers`.

    A row is deleted once its notice is sent, or no longer applies (None). The connection to the
    mail server is tried first: a second attempt would write to everybody again.
    """
    now = timezone.now()
    notice: Any = notices.filter(due_at__lte=now).order_by("due_at").first()
    if notice is None:
        return None
    rows = notices.filter(pk=notice.pk)
    same = rows.filter(due_at=notice.due_at)
    if notice.attempts >= len(WAITS):
        same.delete()
        return 0
    backend = opened()
    pause = LEASE if backend else timedelta(seconds=WAITS[notice.attempts])
    is_claimed = same.update(due_at=now + pause, attempts=notice.attempts + 1)
    if backend is None:
        return 0
    with closing(backend):
        if is_claimed:
            again = log_errors(lambda: send(notice, compose(notice), backend))
            if again:
                rows.update(**again)
            else:
                notice.delete()
    return 0


def send(notice: Any, content: Content | None, backend: BaseEmailBackend) -> dict[str, Any] | None:
    """Send the emails of a notice; return new values of its row if it is to be sent again.

    That is so if some were not tried yet, or the mail server has taken none and may take one.
    """
    if content is None:
        return None
    answers, attempts = dict(notice.answers), notice.attempts
    if not staff_mails.send_some(content, backend, answers):
        # The others follow at once, after what has been due for longer. It is the same attempt.
        return {"due_at": timezone.now(), "attempts": attempts, "answers": answers}
    said = set(answers.values())
    wait, tried = None, attempts + 1
    if Answer.TAKEN in said:
        return None
    if Answer.NONE in said:
        tried = max(attempts, len(FIRST_WAITS)) + 1
        wait = timedelta(seconds=WAITS[tried - 1])
    elif said and content.must_arrive:
        # Refusals alone end no such notice. What was perhaps taken before stays counted.
        was_perhaps_taken = attempts > len(FIRST_WAITS)
        tried = attempts if was_perhaps_taken else 0
        wait = REFUSED_WAIT
    elif Answer.LATER in said:
        wait = timedelta(seconds=WAITS[attempts])
    values = {"attempts": tried, "answers": {}}
    return {"due_at": timezone.now() + wait, **values} if wait else None


def opened() -> BaseEmailBackend | None:
    """Return a connection to the mail server, or None if it is unavailable."""
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Notices to staff wait for the mail server: %s", told(error))
        return None
    return backend


@contextlib.contextmanager
def closing(backend: BaseEmailBackend) -> Iterator[None]:
    """Close the connection and ignore errors, since the emails have been sent."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            backend.close()


def log_errors(act: Callable[[], Result]) -> Result | None:
    """Return the result of `act`; log other errors than those of the database, and return None."""
    try:
        return act()
    except (DatabaseError, InterfaceError):
        raise
    except Exception as error:
        log.error("A notice to staff cannot be sent: %s", type(error).__name__)
        return None
