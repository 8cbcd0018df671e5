"""Stops the emails to the targets of a petition when one did not arrive; staff are notified."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from campaigns.forwarding import forwarded
from campaigns.forwarding.forwarded import ForwardedMail
from campaigns.petitions.tally import Tally


@transaction.atomic
def stop(mail: ForwardedMail, outcome: str) -> None:
    """End an email, and stop all further ones; a second report of the failure changes nothing."""
    found = ForwardedMail.objects.select_for_update().filter(pk=mail.pk).first()
    if found is None or found.outcome == outcome:
        return
    forwarded.end(found, outcome)
    now = timezone.now()
    running = Tally.objects.filter(pk=found.tally_id, forwarding_at__lte=found.started_at)
    if running.update(forwarding_at=None, forwarding_failed_at=now, forwarding_told_at=None):
        petition = Tally.objects.select_related("petition").get(pk=found.tally_id).petition
        log(petition, "petition.forwarding_failed")


def came_back(number: int, *, is_complaint: bool) -> None:
    """Record that an email to a target bounced or was reported as spam."""
    outcomes = ForwardedMail.Outcome
    mail = ForwardedMail.objects.filter(pk=number).first()
    if mail and mail.outcome in (outcomes.SENT, outcomes.UNCLEAR, outcomes.UNDER_WAY):
        stop(mail, outcomes.COMPLAINED if is_complaint else outcomes.BOUNCED)
