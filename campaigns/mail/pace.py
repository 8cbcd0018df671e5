"""The pace of what goes to many: mailings, messages and mails to targets leave at one rate."""

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

log = logging.getLogger(__name__)

# The mails that leave over one connection: as many as the rate allows within so many seconds.
BATCH = 5
PAUSE = 5.0  # seconds, while the mail server cannot be reached
# Nobody takes seconds that are further away than this: a thread that sleeps for long seems to hang.
LONGEST_WAIT = timedelta(minutes=1)
# So nothing that is free later than this was taken by a clock that is right.
WRONG = timedelta(minutes=10)

# All workers together: each takes the next free seconds, and sends its mails in these.
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


class Unreachable(Exception):
    """No mail may leave yet: the mail server does not answer, or others have the next minute."""


def opened(backend: BaseEmailBackend) -> None:
    """Connect before a mail is started. Raises Unreachable."""
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The mail server cannot be reached: %s", type(error).__name__)
        raise Unreachable from None


def reserve(span: timedelta) -> float:
    """Take the next free time of this length; return in how many seconds it begins.

    Raises Unreachable where it does not begin within a minute.
    """
    with connection.cursor() as cursor:
        parameters: dict[str, Any] = {"span": span, "longest": LONGEST_WAIT, "wrong": WRONG + span}
        cursor.execute(RESERVE, parameters)
        if row := cursor.fetchone():
            return float(row[0])
    raise Unreachable
