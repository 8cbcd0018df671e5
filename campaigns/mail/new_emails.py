"""Pending changes of email addresses: requested by signers, and not confirmed yet.

The new mailbox gets an email with a link, and the old one is notified. Nothing changes before the
link is used (`campaigns.signing.changing_emails`). Requests that are not confirmed are deleted.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.mail.outbox import OutgoingMail, StoppedMailbox
from campaigns.signatures.conditions import UNCONFIRMED_FOR
from campaigns.signatures.signature import Signature

# The emails about a new email address, to the new mailbox and to the old one.
KINDS = (OutgoingMail.Kind.NEW_EMAIL, OutgoingMail.Kind.OLD_EMAIL)
TELLS_FIRST = timedelta(hours=1)
KEY_LENGTH = 8  # bytes


class NewEmail(models.Model):
    """The email address that a signer wants to have instead of the one they signed with."""

    signature = models.OneToOneField(Signature, on_delete=models.CASCADE, related_name="new_email")
    email = models.CharField(max_length=254)
    # The email key of the new mailbox, by which requests for access or erasure find it.
    email_key = models.BinaryField(max_length=32, editable=False)
    # Part of the link in the email to the new mailbox, and of all links once it is confirmed.
    key = models.BinaryField(max_length=KEY_LENGTH, editable=False)
    asked_at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("new email address")
        verbose_name_plural = _("new email addresses")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def ends_at(self) -> datetime:
        return self.asked_at + UNCONFIRMED_FOR


def waiting() -> models.QuerySet[NewEmail]:
    """Return the requests that can still be confirmed."""
    return NewEmail.objects.filter(asked_at__gt=timezone.now() - UNCONFIRMED_FOR)


def waiting_of(signature: Signature) -> NewEmail | None:
    return waiting().filter(signature=signature).first()


def as_data(signature: Signature) -> dict[str, Any] | None:
    """Return the request of a signer for the report of their data."""
    # Django raises a subclass of AttributeError if there is none.
    new: NewEmail | None = getattr(signature, "new_email", None)
    return {"email": new.email, "asked_at": new.asked_at} if new else None


def outdated() -> models.QuerySet[NewEmail]:
    return NewEmail.objects.filter(asked_at__lte=timezone.now() - UNCONFIRMED_FOR)


def delete(keys: list[int]) -> int:
    return outdated().filter(pk__in=keys).delete()[0]


def is_unwanted() -> Q:
    """Return the condition that an email goes to a new mailbox whose owner stopped all emails."""
    stops = StoppedMailbox.objects.filter(
        tally=OuterRef("signature__tally"), email_key=OuterRef("signature__new_email__email_key")
    )
    return Q(kind=OutgoingMail.Kind.NEW_EMAIL) & Q(Exists(stops))


def is_early(mail: OutgoingMail) -> bool:
    """Return whether the email to the old mailbox must be sent before this one to the new one.

    It waits for an hour at most, since the old mailbox may no longer exist.
    """
    if mail.kind != OutgoingMail.Kind.NEW_EMAIL:
        return False
    told = OutgoingMail.objects.filter(signature=mail.signature_id, outcome="")
    since = timezone.now() - TELLS_FIRST
    return told.filter(kind=OutgoingMail.Kind.OLD_EMAIL, due_at__gt=since).exists()
