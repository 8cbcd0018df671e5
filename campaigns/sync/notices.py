"""Tells the administrators that a receiver was switched off because it failed, by one mail."""

import logging
import smtplib
from typing import Any

from django.contrib.auth.models import User
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.sync.receiver import Receiver
from campaigns.workflow import staff_mails

log = logging.getLogger(__name__)

# The wait while the mail server is away, in seconds.
WAIT = 60.0
TEMPLATES = {
    "subject": "campaigns/staff/receiver_subject.txt",
    "text": "campaigns/staff/receiver.txt",
    "html": "campaigns/staff/receiver.html",
}


class Mails(staff_mails.LikeOurMails):
    pass


def tell_due() -> float | None:
    """Tell of one receiver; return the seconds until the next, as `Round` wants."""
    with transaction.atomic():
        untold = Receiver.objects.filter(gave_up_at__isnull=False, told_at=None)
        receiver = untold.select_for_update(skip_locked=True).order_by("pk").first()
        if receiver is None:
            return None
        if not is_reachable():
            return WAIT
        receiver.told_at = timezone.now()
        receiver.save(update_fields=["told_at"])
        context: dict[str, Any] = {"receiver": receiver}
        Mails().send_emails(TEMPLATES, context, administrators())
    return 0


def is_reachable() -> bool:
    """Whether the mail server is there: a second attempt would write to everybody again."""
    try:
        with get_connection():
            return True
    except (OSError, smtplib.SMTPException) as error:
        log.warning("A notice of a receiver waits for the mail server: %s", type(error).__name__)
        return False


def administrators() -> list[User]:
    users = list(User.objects.filter(is_active=True, is_superuser=True).exclude(email=""))
    for user in users:
        UserProfile.get_for_user(user)  # The language of the mail is read from it.
    return users
