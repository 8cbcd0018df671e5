"""Mailboxes that get no mailings any more: their owner unsubscribed, or mails do not arrive there.

A mailbox is stored as an HMAC, over all petitions. Who confirms another signature later, or ticks
“keep me informed” on their own page, has asked for mail anew, and gets it.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally
from campaigns.signatures.email_keys import mailbox_key, normalise
from campaigns.signatures.signature import Signature

KEY_LENGTH = 16  # bytes
TYPED_BY_SIGNERS = (Signature.Channel.FORM, Signature.Channel.EMBED)


class Reason(models.TextChoices):
    """Why a mailbox gets no mailings."""

    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    COMPLAINED = "complained", _("reported as spam")
    BOUNCED = "bounced", _("mails came back")


class SuppressedMailbox(models.Model):
    """A mailbox that gets no mailings any more, about no petition."""

    Reason = Reason

    mailbox_key = models.BinaryField(max_length=KEY_LENGTH, unique=True, editable=False)
    suppressed_at = models.DateTimeField()
    reason = models.CharField(
        max_length=12, choices=Reason, default=Reason.UNSUBSCRIBED, db_default=Reason.UNSUBSCRIBED
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("mailbox without mailings")
        verbose_name_plural = _("mailboxes without mailings")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=tuple(Reason.values)), name="reason_of_suppression_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


def key_of(email: str) -> bytes:
    """An HMAC over the mailbox, the same for all petitions, and equal to no key of a signature."""
    return key_of_mailbox(normalise(email))


def key_of_mailbox(mailbox: str) -> bytes:
    message = f"mailings:{mailbox}".encode()
    return hmac.digest(settings.SIGNATURE_KEY.encode(), message, "sha256")[:KEY_LENGTH]


def since(keys: Iterable[bytes]) -> dict[bytes, datetime]:
    """When each of these mailboxes was suppressed; those that are not are left out."""
    found = SuppressedMailbox.objects.filter(mailbox_key__in=list(keys))
    return {bytes(key): at for key, at in found.values_list("mailbox_key", "suppressed_at")}


def holds(suppressed_at: datetime | None, channel: str, confirmed_at: datetime) -> bool:
    """Whether a mailbox is still suppressed in view of a signature.

    A signer who confirmed one afterwards has asked for mail anew. What was imported does not say
    when it was asked for, so it changes nothing.
    """
    if suppressed_at is None:
        return False
    return channel not in TYPED_BY_SIGNERS or confirmed_at <= suppressed_at


def suppress(
    key: bytes, *, signature: Signature | None, reason: Reason = Reason.UNSUBSCRIBED
) -> bool:
    """Send no more mailings to a mailbox; return whether it got them before.

    Where its owner wants that, “keep me informed” is unticked in all that this mailbox signed, as
    far as `signature` is one of it, so that each signer's own page says so. That mails came back
    takes no consent away, and no other reason either.
    """
    is_wish = reason != Reason.BOUNCED
    values: dict[str, Any] = {"suppressed_at": timezone.now(), "reason": reason}
    with transaction.atomic():
        _row, is_new = SuppressedMailbox.objects.update_or_create(
            mailbox_key=key,
            defaults=values if is_wish else {"suppressed_at": values["suppressed_at"]},
            create_defaults=values,
        )
        changed = 0
        if is_wish and signature and signature.email and key_of(signature.email) == key:
            changed = of_mailbox(signature).filter(updates=True).update(updates=False)
    return is_new or changed > 0


def of_mailbox(signature: Signature) -> models.QuerySet[Signature]:
    """All signatures of the mailbox of one, over all petitions."""
    mailbox = normalise(signature.email or "")
    tallies = Tally.objects.values_list("pk", flat=True)
    keys = [mailbox_key(tally, mailbox) for tally in tallies]
    keyed = Q(tally__in=list(tallies), email_key__in=keys)
    return Signature.objects.filter(keyed | Q(pk=signature.pk))


def lift(signature: Signature) -> None:
    """Let mailings go to the signer's mailbox again, who has ticked “keep me informed”."""
    if signature.email:
        SuppressedMailbox.objects.filter(mailbox_key=key_of(signature.email)).delete()


def of(email: str) -> SuppressedMailbox | None:
    return SuppressedMailbox.objects.filter(mailbox_key=key_of(email)).first()


def bounced(email: str) -> models.QuerySet[SuppressedMailbox]:
    """The row of a mailbox where mails came back, and nobody asked for no more."""
    return SuppressedMailbox.objects.filter(mailbox_key=key_of(email), reason=Reason.BOUNCED)
