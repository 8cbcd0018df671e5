"""Stops the emails to the targets of a petition when one fails, or a contact changes or goes."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.log_actions import log

from campaigns.contacts.contact import Contact
from campaigns.forwarding import forwarded
from campaigns.forwarding.forwarded import ForwardedMail
from campaigns.petitions.tally import StopReason, Tally


def halt(running: QuerySet[Tally], reason: StopReason) -> int:
    """Stop the emails of these tallies until somebody starts them again; return their number.

    `campaigns.forwarding.notices` notifies staff.
    """
    return running.update(
        forwarding_at=None,
        forwarding_failed_at=timezone.now(),
        forwarding_stopped_for=reason,
        forwarding_told_at=None,
    )


@transaction.atomic
def stop(mail: ForwardedMail, outcome: str) -> None:
    """End an email, and stop all further ones; a second report of the failure changes nothing."""
    found = ForwardedMail.objects.select_for_update().filter(pk=mail.pk).first()
    if found is None or found.outcome == outcome:
        return
    forwarded.end(found, outcome)
    running = Tally.objects.filter(pk=found.tally_id, forwarding_at__lte=found.started_at)
    if halt(running, StopReason(outcome)):
        petition = Tally.objects.select_related("petition").get(pk=found.tally_id).petition
        log(petition, "petition.forwarding_stopped", data={"reason": outcome})


def came_back(number: int, *, is_complaint: bool) -> None:
    """Record that an email to a target bounced or was reported as spam."""
    outcomes = ForwardedMail.Outcome
    mail = ForwardedMail.objects.filter(pk=number).first()
    if mail and mail.outcome in (outcomes.SENT, outcomes.UNCLEAR, outcomes.UNDER_WAY):
        stop(mail, outcomes.COMPLAINED if is_complaint else outcomes.BOUNCED)


def forwarded_to(contact: Contact) -> list[Tally]:
    """Return the tallies whose signatures are emailed to this contact now."""
    running = Tally.objects.select_related("petition").exclude(forwarding_at=None)
    return [
        tally
        for tally in running
        if contact.pk in [block.value["contact"] for block in tally.petition.original.targets]
    ]


def stop_for(contact: Contact, reason: StopReason, *, by: User | None) -> None:
    """Stop all emails of petitions to a contact that has a new email address, or is deleted.

    Contacts are shared, and anyone who may edit them could redirect signers' data to a mailbox.
    Must be called in the transaction of the change, so that no email leaves in between.
    """
    for tally in forwarded_to(contact):
        if halt(Tally.objects.filter(pk=tally.pk), reason):
            data = {"reason": reason}
            log(tally.petition, "petition.forwarding_stopped", user=by, data=data)


@receiver(pre_delete, sender=Contact)
def stop_for_deleted(sender: type[Contact], instance: Contact, **kwargs: Any) -> None:
    """Stop all emails to a contact that is deleted: by staff, by an erasure or after a restore.

    Signers still read that they are emailed to this target, so somebody has to learn of it.
    """
    if instance.email:
        # Wagtail's log adds the user of the request.
        stop_for(instance, StopReason.DELETED, by=None)
