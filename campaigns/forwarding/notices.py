"""Notifies those who run a petition that the emails to its targets were stopped."""

from django.utils import timezone

from campaigns.petitions.tally import Tally
from campaigns.trends import readers
from campaigns.workflow import notices, staff_mails
from campaigns.workflow.notices import Kind
from campaigns.workflow.staff_mails import Content

TEMPLATES = staff_mails.templates("campaigns/staff/forwarding")
STOPPED = Tally.objects.filter(forwarding_failed_at__isnull=False)


def tell_due() -> float | None:
    """Queue the notice about one petition; return the seconds until the next, for `Round`."""
    untold = STOPPED.filter(forwarding_told_at=None).order_by("pk")
    return notices.queue(Kind.FORWARDING, untold, mark)


def mark(tally: Tally) -> dict[str, int]:
    Tally.objects.filter(pk=tally.pk).update(forwarding_told_at=timezone.now())
    return {"tally": tally.pk}


def compose(about: dict[str, int]) -> Content | None:
    """Return the notice, unless the emails were resumed meanwhile."""
    found = STOPPED.filter(pk=about["tally"]).select_related("petition__collection").first()
    if found:
        users = readers.who_may("control", found.petition)
        return Content(TEMPLATES, {"petition": found.petition}, users)
    return None


notices.COMPOSERS[Kind.FORWARDING] = compose
