"""Tells the moderators of a petition about its alarms, each once, by a mail of the worker."""

import logging
import smtplib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.trends import readers, words
from campaigns.trends.alarms import Alarm
from campaigns.workflow import staff_mails
from campaigns.workflow.mail_choices import MailChoice

log = logging.getLogger(__name__)

# What is found within this time about one petition comes in one mail.
BETWEEN = timedelta(hours=3)
# The wait while the mail server is away, in seconds.
WAIT = 60.0
TEMPLATES = {
    "subject": "campaigns/staff/alarm_subject.txt",
    "text": "campaigns/staff/alarm.txt",
    "html": "campaigns/staff/alarm.html",
}


class Mails(staff_mails.LikeOurMails):
    pass


def tell_due() -> float | None:
    """Tell about one petition; return the seconds until the next, as `Round` wants."""
    now = timezone.now()
    with transaction.atomic():
        tally = untold(now).select_for_update(skip_locked=True, of=("self",)).first()
        if tally is None:
            return None
        if not is_reachable():
            return WAIT
        alarms = list(Alarm.objects.filter(tally=tally, told_at=None).order_by("since", "pk"))
        Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms]).update(told_at=now)
        send(tally, alarms)
    return 0


def untold(now: datetime) -> QuerySet[Tally]:
    """The petitions with an alarm that nobody was told of, and none that was told of just now."""
    new = Alarm.objects.filter(told_at=None).values("tally")
    lately = Alarm.objects.filter(told_at__gt=now - BETWEEN).values("tally")
    found = Tally.objects.filter(Q(pk__in=new) & ~Q(pk__in=lately))
    return found.select_related("petition__collection").order_by("pk")


def is_reachable() -> bool:
    """Whether the mail server is there: a second attempt would write to everybody again."""
    try:
        with get_connection():
            return True
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Alarms wait for the mail server: %s", type(error).__name__)
        return False


def send(tally: Tally, alarms: list[Alarm]) -> None:
    context: dict[str, Any] = {"petition": tally.petition, "alarms": [Told(a) for a in alarms]}
    Mails().send_emails(TEMPLATES, context, wanting(tally.petition))


class Told:
    """An alarm for a template, which asks for the words in the language of its reader."""

    def __init__(self, alarm: Alarm) -> None:
        self.alarm = alarm
        self.pk = alarm.pk

    @property
    def what(self) -> str:
        return words.what(self.alarm)


def wanting(petition: Petition) -> list[User]:
    """Those who may moderate the signatures of a petition, by its collection, and want the mail."""
    unwanted = MailChoice.objects.filter(alarms=False).values("user")
    users = list(readers.moderators(petition).exclude(pk__in=unwanted))
    for user in users:
        UserProfile.get_for_user(user)  # The language of the mail is read from it.
    return users
