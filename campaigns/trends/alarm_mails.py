"""Email the moderators of a petition about its alarms, once for each alarm; for the worker."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.trends import readers, words
from campaigns.trends.alarms import Alarm
from campaigns.workflow import notices, staff_mails
from campaigns.workflow.mail_choices import MailChoice
from campaigns.workflow.notices import Kind
from campaigns.workflow.staff_mails import Content

# Alarms about one petition that are found within this time are sent in one email.
BETWEEN = timedelta(hours=3)
TEMPLATES = staff_mails.templates("campaigns/staff/alarm")


def tell_due() -> float | None:
    """Queue the email about one petition; return the seconds until the next, for `Round`."""
    return notices.queue(Kind.ALARMS, untold(timezone.now()), mark)


def untold(now: datetime) -> QuerySet[Tally]:
    """Return the petitions with an unreported alarm, unless one was reported within BETWEEN."""
    new = Alarm.objects.filter(told_at=None).values("tally")
    lately = Alarm.objects.filter(told_at__gt=now - BETWEEN).values("tally")
    found = Tally.objects.filter(Q(pk__in=new) & ~Q(pk__in=lately))
    return found.order_by("pk")


def mark(tally: Tally) -> dict[str, list[int]]:
    keys = list(Alarm.objects.filter(tally=tally, told_at=None).values_list("pk", flat=True))
    Alarm.objects.filter(pk__in=keys).update(told_at=timezone.now())
    return {"alarms": keys}


def compose(about: dict[str, list[int]]) -> Content | None:
    """Return the email about these alarms, which all belong to one petition."""
    alarms = Alarm.objects.filter(pk__in=about["alarms"]).order_by("since", "pk")
    if found := list(alarms.select_related("tally__petition__collection")):
        petition = found[0].tally.petition
        context = {"petition": petition, "alarms": [Told(alarm) for alarm in found]}
        return Content(TEMPLATES, context, wanting(petition))
    return None


notices.COMPOSERS[Kind.ALARMS] = compose


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
