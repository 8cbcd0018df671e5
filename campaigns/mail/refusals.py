"""What a mail server means by refusing an email: never to accept it, or not to do so for now."""

import smtplib
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from campaigns.bounces.statuses import STATUS, is_no_mailbox, name_no_mailbox
from operations.doctor.answers import Unanswered

# Waits before each retry of a mailing's email or a message, more than two days in all; after the
# last, it has failed.
WAITS = (
    *(timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)),
    *(timedelta(days=1), timedelta(days=1)),
)
# A time that is further ahead than it can be, by more than this, is that of a wrong clock.
TOLERANCE = timedelta(minutes=10)
# The subjects of the statuses about one mailbox or one email: address, mailbox, content (RFC 3463).
# Network, system, protocol and policy concern all emails of this site.
ABOUT_ONE = {"1", "2", "6"}
# Nevertheless about the sender: a bad address of the sender, and with Exchange its limit for a day,
# its quota, and a sender that the account may not use.
ABOUT_SENDER = {"5.1.7", "5.1.8", "5.1.90", "5.2.0", "5.2.252"}
# Answers to the recipient that concern the mailbox if they have no status (RFC 5321, 4.2.3).
ABOUT_RECIPIENT = {550, 551, 553}
# That is believed from this attempt on, if the server has taken another email since the first.
SURE_FROM = 3


def sure_within(attempts: int) -> timedelta:
    """Return within what time another email must have been taken: since the first attempt.

    What the server took before says nothing, since it may have stopped relaying.
    """
    return sum(WAITS[: attempts - 1], timedelta()) if attempts >= SURE_FROM else timedelta()


def is_put_off_by_clock() -> Q:
    """Return the condition that a row of WAITS is due later than any wait can make it.

    A clock that was ahead, and is right again, has put it off.
    """
    found = Q(attempts__gt=len(WAITS), due_at__gt=Now() + WAITS[-1] + TOLERANCE)
    for attempts, wait in enumerate((timedelta(), *WAITS)):
        found |= Q(attempts=attempts, due_at__gt=Now() + wait + TOLERANCE)
    return found


def is_perhaps_taken(error: Exception) -> bool:
    """Return whether the server had the whole email, and did not answer: it may come twice."""
    return isinstance(error, Unanswered)


def refused_for_good(error: Exception, *, is_sure: bool = True) -> bool:
    """Return whether the server refused this mailbox or this email with 5xx.

    A refusal of this site's account, sender or policy may be over tomorrow, even with 5xx: for
    example when the quota of a day is used up. Unless `is_sure` that the server takes others, a
    code without a status may be such a refusal.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers, without_status = error.recipients.values(), ABOUT_RECIPIENT if is_sure else set()
        return all(is_final(code, text, without_status) for code, text in answers)
    return isinstance(error, smtplib.SMTPDataError) and is_final(
        error.smtp_code, error.smtp_error, set()
    )


def is_temporary(error: Exception) -> bool:
    """Return whether the server answered with 4xx or not at all: it has too much to do."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, smtplib.SMTPServerDisconnected)


def is_final(code: int, text: bytes | str, without_status: set[int]) -> bool:
    """Interpret an answer; `without_status` has the codes that are final if it has no status."""
    if not 500 <= code < 600:
        return False
    status = STATUS.match(as_text(text).lstrip("#"))
    if status is None:
        return code in without_status
    is_about_one = status[1] in ABOUT_ONE or is_no_mailbox(status)
    return is_about_one and status[0] not in ABOUT_SENDER


def is_gone(error: Exception) -> bool:
    """Return whether the server said that the mailbox does not exist."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    answers = error.recipients.values()
    return name_no_mailbox(" ".join(as_text(text) for _code, text in answers))


def as_text(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text
