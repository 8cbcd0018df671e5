"""Notify the administrators by one email that a receiver was switched off because it failed."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.sync.receiver import Receiver
from campaigns.workflow import notifying, staff_mails

TEMPLATES = {
    "subject": "campaigns/staff/receiver_subject.txt",
    "text": "campaigns/staff/receiver.txt",
    "html": "campaigns/staff/receiver.html",
}


def tell_due() -> float | None:
    """Send the notice about one receiver; return the seconds until the next, as `Round` expects."""
    untold = Receiver.objects.filter(gave_up_at__isnull=False, told_at=None).order_by("pk")
    return notifying.tell(untold, claim)


def claim(receiver: Receiver) -> Callable[[], notifying.Mails]:
    receiver.told_at = timezone.now()
    receiver.save(update_fields=["told_at"])
    return lambda: staff_mails.composed(TEMPLATES, {"receiver": receiver}, administrators())


def administrators() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_superuser=True).exclude(email="")
