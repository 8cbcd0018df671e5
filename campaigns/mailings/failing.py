"""Mailboxes to which mailings could not be delivered, each time for a possibly temporary reason.

After three failed mailings, the mailbox gets no more mailings. A refusal because of the sender or
the text, a mailbox that does not exist and a complaint are only noted, so that they are counted
once for their mailing.
"""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.mailings import suppression
from campaigns.mailings.suppression import KEY_LENGTH, Keys, Reason
from campaigns.signatures.email_keys import old_key

MOST = 3
REMEMBERED = timedelta(days=180)


class FailingMailbox(models.Model):
    """The mailings that did not reach a mailbox.

    It is deleted half a year after the last failure.
    """

    mailbox_key = models.BinaryField(max_length=KEY_LENGTH, unique=True, editable=False)
    old_key = old_key()
    # The primary key is negative for a mailing that is not held against the mailbox.
    mailings = ArrayField(models.BigIntegerField())
    failed_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("failing mailbox")
        verbose_name_plural = _("failing mailboxes")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def failures(self) -> int:
        """How many failed mailings are held against the mailbox."""
        return sum(each > 0 for each in self.mailings)


@transaction.atomic
def note(keys: Keys, *, mailing: int, is_failure: bool = True) -> None:
    """Record once that a mailing did not arrive, or what else was counted for it.

    The third failed mailing suppresses the mailbox, and none is then held against it any more.
    """
    now = timezone.now()
    key = suppression.settle(FailingMailbox, keys)
    defaults = {"mailings": [], "failed_at": now}
    FailingMailbox.objects.get_or_create(mailbox_key=key, defaults=defaults)
    row = FailingMailbox.objects.select_for_update().get(mailbox_key=key)
    if mailing in row.mailings or (-mailing in row.mailings and not is_failure):
        return
    others = [each for each in row.mailings if each != -mailing]
    row.mailings, row.failed_at = [*others, mailing if is_failure else -mailing], now
    if row.failures >= MOST:
        suppression.suppress(keys, signature=None, reason=Reason.BOUNCED)
        row.mailings = [-abs(each) for each in row.mailings]
    row.save(update_fields=["mailings", "failed_at"])


def is_noted(keys: Keys, *, mailing: int) -> bool:
    """Return whether something is recorded of a mailing to a mailbox."""
    noted = FailingMailbox.objects.filter(mailbox_key__in=keys)
    return noted.filter(mailings__overlap=[mailing, -mailing]).exists()


def of(email: str) -> models.QuerySet[FailingMailbox]:
    return FailingMailbox.objects.filter(mailbox_key__in=suppression.keys_of(email))


def delete_old() -> None:
    """Delete the mailboxes whose last failure was long ago."""
    FailingMailbox.objects.filter(failed_at__lt=timezone.now() - REMEMBERED).delete()
