"""Notify the administrators by email that a receiver refuses events, or was switched off."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.sync.delivery import Delivery, Outcome
from campaigns.sync.receiver import Receiver
from campaigns.sync.sending import MOST_REFUSALS
from campaigns.workflow import notices, staff_mails
from campaigns.workflow.notices import Kind
from campaigns.workflow.staff_mails import Content

TEMPLATES = staff_mails.templates("campaigns/staff/receiver")
# While a receiver refuses events, the administrators are notified this often.
AGAIN = timedelta(days=7)
# A notice about an event that failed waits for the mail server for this long.
LATEST = timedelta(days=1)


def tell_due() -> float | None:
    """Queue the notice about one receiver; return the seconds until the next, for `Round`."""
    return notices.queue(Kind.RECEIVER, untold().order_by("pk"), mark)


def untold() -> QuerySet[Receiver]:
    """Return the receivers about which a notice is due: they were switched off, or refuse events.

    Both queries for refused events read few rows of an index: of the waiting events, only those
    that were refused are due later than now.
    """
    now = timezone.now()
    refused = Delivery.objects.filter(refusals__gte=MOST_REFUSALS)
    failed = refused.filter(outcome=Outcome.FAILED, ended_at__gt=now - LATEST)
    waiting = refused.filter(outcome=Outcome.WAITING, due_at__gt=now)
    refuses = Q(pk__in=failed.values("receiver")) | Q(pk__in=waiting.values("receiver"))
    not_lately = Q(told_at=None) | Q(told_at__lte=now - AGAIN)
    gave_up = Q(gave_up_at__isnull=False, told_at=None)
    return Receiver.objects.filter(gave_up | Q(refuses, not_lately, is_on=True))


def mark(receiver: Receiver) -> dict[str, int]:
    receiver.told_at = timezone.now()
    receiver.save(update_fields=["told_at"])
    return {"receiver": receiver.pk}


def compose(about: dict[str, int]) -> Content | None:
    """Return the notice, unless the receiver was deleted meanwhile."""
    if receiver := Receiver.objects.filter(pk=about["receiver"]).first():
        return Content(TEMPLATES, {"receiver": receiver}, administrators())
    return None


notices.COMPOSERS[Kind.RECEIVER] = compose


def administrators() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_superuser=True).exclude(email="")
