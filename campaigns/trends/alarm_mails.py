"""Email the moderators of a petition about its alarms, once for each alarm; for the worker."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.trends import readers, words
from campaigns.trends.alarms import Alarm
from campaigns.workflow import notifying, staff_mails
from campaigns.workflow.mail_choices import MailChoice

# Alarms about one petition that are found within this time are sent in one email.
BETWEEN = timedelta(hours=3)
TEMPLATES = staff_mails.templates("campaigns/staff/alarm")


def tell_due() -> float | None:
    """Send the email about one petition; return the seconds until the next, as `Round` expects."""
    return notifying.tell(untold(timezone.now()), claim)


def untold(now: datetime) -> QuerySet[Tally]:
    """Return the petitions with an unreported alarm, unless one was reported within BETWEEN."""
    new = Alarm.objects.filter(told_at=None).values("tally")
    lately = Alarm.objects.filter(told_at__gt=now - BETWEEN).values("tally")
    found = Tally.objects.filter(Q(pk__in=new) & ~Q(pk__in=lately))
    return found.select_related("petition__collection").order_by("pk")


def claim(tally: Tally) -> notifying.Claimed:
    alarms = list(Alarm.objects.filter(tally=tally, told_at=None).order_by("since", "pk"))
    told = Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms])
    told.update(told_at=timezone.now())
    context = {"petition": tally.petition, "alarms": [Told(alarm) for alarm in alarms]}
    return notifying.Claimed(
        lambda: staff_mails.composed(TEMPLATES, context, wanting(tally.petition)),
        lambda: told.update(told_at=None),
    )


class Told:
    """An alarm for a template, with its sentence in the language of the reader."""

    def __init__(self, alarm: Alarm) -> None:
        self.alarm = alarm
        self.pk = alarm.pk

    @property
    def what(self) -> str:
        return words.what(self.alarm)


def wanting(petition: Petition) -> QuerySet[User]:
    """Return the users who may moderate a petition's signatures and want emails about alarms."""
    unwanted = MailChoice.objects.filter(alarms=False).values("user")
    return readers.moderators(petition).exclude(pk__in=unwanted)
