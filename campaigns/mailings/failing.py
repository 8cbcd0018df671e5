"""Mailboxes to which mailings could not be delivered, each time for a reason that may pass.

Once three of them have failed, no mailing goes there any more.
"""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.mailings import suppression
from campaigns.mailings.suppression import KEY_LENGTH, Reason

MOST = 3
REMEMBERED = timedelta(days=180)


class FailingMailbox(models.Model):
    """Which mailings did not reach a mailbox; it is forgotten half a year after the last."""

    mailbox_key = models.BinaryField(max_length=KEY_LENGTH, unique=True, editable=False)
    mailings = ArrayField(models.BigIntegerField())
    failed_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("failing mailbox")
        verbose_name_plural = _("failing mailboxes")

    def __str__(self) -> str:
        return str(self.pk)


@transaction.atomic
def note(key: bytes, *, mailing: int) -> bool:
    """Note that a mailing failed, once; return whether that is new. The third suppresses."""
    now = timezone.now()
    defaults = {"mailings": [], "failed_at": now}
    FailingMailbox.objects.get_or_create(mailbox_key=key, defaults=defaults)
    row = FailingMailbox.objects.select_for_update().get(mailbox_key=key)
    if mailing in row.mailings:
        return False
    row.mailings, row.failed_at = [*row.mailings, mailing], now
    if len(row.mailings) < MOST:
        row.save(update_fields=["mailings", "failed_at"])
    else:
        suppression.suppress(key, signature=None, reason=Reason.BOUNCED)
        row.delete()
    return True


def of(email: str) -> models.QuerySet[FailingMailbox]:
    return FailingMailbox.objects.filter(mailbox_key=suppression.key_of(email))


def delete_old() -> None:
    """Forget the mailboxes whose last failure was long ago."""
    FailingMailbox.objects.filter(failed_at__lt=timezone.now() - REMEMBERED).delete()
