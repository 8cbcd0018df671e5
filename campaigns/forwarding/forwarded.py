"""Records which signatures were sent to which target, so that none is sent twice."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ForwardedMail(models.Model):
    """One email to one target, without text, signers or email addresses: it is composed when sent.

    `started_at` is stored, together with the signatures, before the email is handed over. An email
    that was started and did not end, since its worker was killed, is not sent again.
    """

    class Outcome(models.TextChoices):
        UNDER_WAY = "", _("under way")
        SENT = "sent", _("sent")
        UNCLEAR = "unclear", _("perhaps sent")
        LATER = "later", _("not taken for now")
        REFUSED = "refused", _("refused by the mail server")
        BOUNCED = "bounced", _("came back")
        COMPLAINED = "spam", _("reported as spam")
        EMPTY = "empty", _("nobody was left in it")

    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.CASCADE, related_name="forwarded_mails", db_index=False
    )
    # The id of the block in the original's `targets`, which all its drafts share.
    target = models.CharField(max_length=36)
    # The primary key of the contact in the block at that time: a signature is not sent to the same
    # mailbox twice, even if the block is replaced.
    contact = models.BigIntegerField(null=True)
    # The targets with this mailbox, one per line, in the words that the signers read.
    words = models.TextField(default="", db_default="", blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, choices=Outcome, default="", blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("email to a target")
        verbose_name_plural = _("emails to targets")
        indexes = [
            models.Index(fields=["tally", "-started_at"], name="forwarded_mails_of_a_petition"),
            models.Index(
                fields=["tally", "target", "-started_at"], name="forwarded_mails_to_a_target"
            ),
            models.Index(
                fields=["started_at"], name="forwarded_under_way", condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Forwarded(models.Model):
    """A signature that is to be sent to a target (`mail` is empty) or was sent."""

    signature = models.ForeignKey(
        "campaigns.Signature",
        on_delete=models.CASCADE,
        # Not hidden, so that anonymising a signature deletes these rows, too.
        related_name="forwarded",
        db_index=False,
    )
    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    target = models.CharField(max_length=36)
    found_at = models.DateTimeField(default=timezone.now)
    mail = models.ForeignKey(
        ForwardedMail, on_delete=models.CASCADE, null=True, related_name="signatures"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signature", "target"], name="one_mail_to_a_target_a_signature"
            )
        ]
        indexes = [
            models.Index(
                fields=["tally", "target", "id"],
                name="signatures_to_forward",
                condition=Q(mail=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


# Outcomes after which the signatures of an email wait for the next one.
WAIT_AGAIN = (
    ForwardedMail.Outcome.LATER,
    ForwardedMail.Outcome.REFUSED,
    ForwardedMail.Outcome.BOUNCED,
)


def end(mail: ForwardedMail, outcome: str) -> None:
    """Record the outcome of an email. Must be called in a transaction."""
    ForwardedMail.objects.filter(pk=mail.pk).update(ended_at=timezone.now(), outcome=outcome)
    if outcome in WAIT_AGAIN:
        Forwarded.objects.filter(mail=mail).update(mail=None)


def numbers(tally: models.Model) -> dict[str, int]:
    """Count the emails to the targets by outcome, and the signatures that wait for one."""
    mails = ForwardedMail.objects.filter(tally=tally.pk).order_by()
    counted = mails.values_list("outcome").annotate(models.Count("pk"))
    found = dict.fromkeys(ForwardedMail.Outcome.values, 0) | dict(counted)
    waiting = Forwarded.objects.filter(tally=tally.pk, mail=None).values("signature").distinct()
    return found | {"waiting": waiting.count()}
