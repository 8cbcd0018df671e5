"""Send notices to staff, for the worker: one at a time, holding no lock while sending.

A row is claimed, then its emails are composed and sent. A bug in a template stops neither the
worker nor the notices that follow.
"""

import contextlib
import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, InterfaceError, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.workflow import staff_mails
from operations.doctor.answers import Unanswered, told

log = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)
Result = TypeVar("Result")
Mails = list[EmailMultiAlternatives]

# The waits, in seconds, before a notice is sent again which the mail server has perhaps taken: had
# twice is better than never, and three times more are enough.
UNANSWERED_WAITS = [3600, 6 * 3600, 24 * 3600]
# The waits while the mail server is unavailable, in seconds. After the last try, which has no wait,
# a notice is dropped.
FIRST_WAITS = [10, 60, 300, 900, *[3600] * 5]
WAITS = [*FIRST_WAITS, *UNANSWERED_WAITS, 0]
# The wait for notices that are never dropped.
WAIT = 60.0
# The wait after the mail server has refused all emails of a notice.
REFUSED_WAIT = timedelta(minutes=15)
# Longer than sending the emails of a notice takes. If the worker is killed, they are sent again
# after this time.
LEASE = timedelta(minutes=10)


# Notices that the mail server did not take for now, by the module of their kind and the primary key
# of their row. Others go first meanwhile, and after LONGEST it stays as it is marked: as notified.
LATER: dict[tuple[str, object], "Later"] = {}
LONGEST = timedelta(days=2)


class Later(NamedTuple):
    """When a notice was first not taken, when it is tried again, and how often it was unclear.

    One that has perhaps been taken stays marked as notified until it is tried again: neither
    another worker nor this one after a restart sends it meanwhile.
    """

    since: datetime
    until: datetime
    unclear: int = 0
    give_back: Callable[[], object] | None = None


class Claimed(NamedTuple):
    """A row that is marked as notified: how to compose its emails, and to remove the mark."""

    compose: Callable[[], Mails]
    give_back: Callable[[], object]


class Refused(Exception):
    """The mail server has accepted none of a notice's emails, and they are to be sent again."""


def tell(untold: QuerySet[Row], claim: Callable[[Row], Claimed]) -> float | None:
    """Notify about the first of these rows; return the seconds until the next, as `Round` expects.

    `claim` marks the row as notified. That is committed before the first email is sent, so nobody
    gets an email twice that was taken. If the mail server takes none for now, the mark is removed.
    """
    now, kind = timezone.now(), claim.__module__
    forget(now - 2 * REFUSED_WAIT)
    later = [pk for (of, pk), each in LATER.items() if of == kind and is_later(each, now)]
    for key, each in LATER.items():
        if key[0] == kind and each.give_back and each.until <= now:
            each.give_back()
            LATER[key] = each._replace(give_back=None)
    untold = untold.exclude(pk__in=later)
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
            claimed = claim(row)
            mails = log_errors(claimed.compose) or []
        try:
            staff_mails.send_all(mails, backend)
        except (staff_mails.NotNow, Unanswered) as error:
            put_off((kind, row.pk), claimed, now, error)
        else:
            LATER.pop((kind, row.pk), None)
    finally:
        close(backend)
    return 0


def is_later(each: Later, now: datetime) -> bool:
    """Return whether the row must wait. One that is still marked has something new to tell."""
    return each.until > now and not each.give_back


def forget(before: datetime) -> None:
    """Forget what was due again before this moment: another worker has sent it, or nobody needs it.

    Otherwise the next notice about the same row would be taken for one that has waited since then.
    """
    for key in [key for key, each in LATER.items() if each.until < before]:
        del LATER[key]


def put_off(
    key: tuple[str, object], claimed: Claimed, now: datetime, error: staff_mails.NotNow | Unanswered
) -> None:
    """Let a notice wait that the mail server did not take for now, or drop it after LONGEST.

    One that has perhaps been taken is dropped after the last of UNANSWERED_WAITS.
    """
    since, _until, unclear, _give_back = LATER.pop(key, Later(now, now))
    if isinstance(error, Unanswered):
        if unclear < len(UNANSWERED_WAITS):
            until = now + timedelta(seconds=UNANSWERED_WAITS[unclear])
            LATER[key] = Later(since, until, unclear + 1, claimed.give_back)
    elif now - since <= LONGEST:
        LATER[key] = Later(since, now + REFUSED_WAIT, unclear)
        claimed.give_back()


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
