"""Notifies those who run a petition that the emails to its targets were stopped."""

from django.utils import timezone

from campaigns.petitions.tally import Tally
from campaigns.trends import readers
from campaigns.workflow import notifying, staff_mails

TEMPLATES = staff_mails.templates("campaigns/staff/forwarding")


def tell_due() -> float | None:
    """Notify about one petition; return the seconds until the next, as `Round` requires."""
    untold = Tally.objects.filter(forwarding_failed_at__isnull=False, forwarding_told_at=None)
    return notifying.tell(untold.select_related("petition__collection").order_by("pk"), claim)


def claim(tally: Tally) -> notifying.Claimed:
    rows, now = Tally.objects.filter(pk=tally.pk), timezone.now()
    rows.update(forwarding_told_at=now)
    return notifying.Claimed(
        lambda: staff_mails.composed(
            TEMPLATES, {"petition": tally.petition}, readers.who_may("control", tally.petition)
        ),
        lambda: rows.filter(forwarding_told_at=now).update(forwarding_told_at=None),
    )
