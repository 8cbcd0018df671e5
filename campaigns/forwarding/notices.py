"""Tells those who run a petition that the mails to its targets were stopped, by one mail."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from wagtail.users.models import UserProfile

from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.trends import readers, telling
from campaigns.workflow import staff_mails

# The wait while the mail server is away, in seconds.
WAIT = 60.0
TEMPLATES = {
    "subject": "campaigns/staff/forwarding_subject.txt",
    "text": "campaigns/staff/forwarding.txt",
    "html": "campaigns/staff/forwarding.html",
}


def tell_due() -> float | None:
    """Tell of one petition; return the seconds until the next, as `Round` wants."""
    with transaction.atomic():
        untold = Tally.objects.filter(forwarding_failed_at__isnull=False, forwarding_told_at=None)
        rows = untold.select_for_update(skip_locked=True, no_key=True, of=("self",))
        tally = rows.select_related("petition__collection").order_by("pk").first()
        if tally is None:
            return None
        if not telling.is_reachable():
            return WAIT
        Tally.objects.filter(pk=tally.pk).update(forwarding_told_at=timezone.now())
        context: dict[str, Any] = {"petition": tally.petition}
        staff_mails.LikeOurMails().send_emails(TEMPLATES, context, managers(tally.petition))
    return 0


def managers(petition: Petition) -> list[User]:
    """Those who may pause and start it, and have an email."""
    users = list(readers.who_may("control", petition))
    for user in users:
        UserProfile.get_for_user(user)  # The language of the mail is read from it.
    return users
