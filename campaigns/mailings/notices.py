"""Mails to staff about a mailing: to approve it, and to its writers what became of it.

The worker sends them. Who wants none says so on their account page, where Wagtail asks about pages.
"""

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.mailings.mailing import Mailing, MailingNotice, NoticeKind, State
from campaigns.trends import readers
from campaigns.workflow import staff_mails

log = logging.getLogger(__name__)

# The waits after failed attempts to reach the mail server, in seconds.
WAITS = [10, 60, 300, 900, 3600, 3600, 3600, 3600]
TEMPLATES = {
    "subject": "campaigns/staff/mailing_subject.txt",
    "text": "campaigns/staff/mailing.txt",
    "html": "campaigns/staff/mailing.html",
}


# What each kind is called in Wagtail's choices, and in which states it is still true.
CHOICES = {
    NoticeKind.SUBMITTED: "submitted_notifications",
    NoticeKind.APPROVED: "approved_notifications",
    NoticeKind.BACK: "rejected_notifications",
    NoticeKind.SENT: "approved_notifications",
}
STATES = {
    NoticeKind.SUBMITTED: {State.WAITING},
    NoticeKind.APPROVED: {State.APPROVED, State.SENDING, State.PAUSED, State.SENT},
    NoticeKind.BACK: {State.DRAFT},
    NoticeKind.SENT: {State.SENT},
}


class Mails(staff_mails.LikeOurMails):
    pass


def owe(mailing: Mailing, kind: NoticeKind, *, by: User | None = None) -> None:
    """Make a notice due. Call it in the transaction of what it is about."""
    MailingNotice.objects.create(mailing=mailing, kind=kind, acted_by=by)


def send_due() -> float | None:
    """Send one notice; return the seconds until the next, as `operations.rounds.Round` wants."""
    with transaction.atomic():
        due = MailingNotice.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
        due = due.select_related("mailing", "acted_by")
        notice = due.select_for_update(skip_locked=True, of=("self",)).first()
        if notice is None:
            return None
        is_wanted = notice.mailing.state in STATES[NoticeKind(notice.kind)]
        if not is_wanted or send(notice) or notice.attempts >= len(WAITS):
            notice.delete()
        else:
            notice.due_at = timezone.now() + timedelta(seconds=WAITS[notice.attempts])
            notice.attempts += 1
            notice.save(update_fields=["due_at", "attempts"])
    return 0


def send(notice: MailingNotice) -> bool:
    """Send the mails of a notice; False if the mail server cannot be reached.

    Whether it can be is tried first, since a second attempt would write to everybody again.
    """
    try:
        with get_connection():
            pass
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Notices of mailings wait for the mail server: %s", type(error).__name__)
        return False
    by = notice.acted_by
    context: dict[str, Any] = {
        "mailing": notice.mailing,
        "kind": notice.kind,
        "by": (by.get_full_name() or by.get_username()) if by else "",
        "numbers": notice.mailing.numbers,
    }
    Mails().send_emails(TEMPLATES, context, recipients(notice))
    return True


def recipients(notice: MailingNotice) -> list[User]:
    """Those who can approve it, or those who wrote it, and want the mail; not who acted."""
    writers = notice.mailing.writers.filter(is_active=True).exclude(email="")
    found = writers
    if notice.kind == NoticeKind.SUBMITTED:
        found = approvers(notice.mailing).exclude(pk__in=writers.values("pk"))
    choice = CHOICES[NoticeKind(notice.kind)]
    users = [user for user in found.order_by("pk") if user.pk != notice.acted_by_id]
    # The language of the mail is read from the profile, too.
    return [user for user in users if getattr(UserProfile.get_for_user(user), choice)]


def approvers(mailing: Mailing) -> QuerySet[User]:
    """Those who may write to the signers of all petitions of a mailing."""
    found = User.objects.filter(is_active=True)
    for tally in mailing.tallies.select_related("petition__collection"):
        found = found.filter(pk__in=readers.mailers(tally.petition).values("pk"))
    return found
