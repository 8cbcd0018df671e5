"""The outbox: the mails to signers that are due, and those that were sent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Mails to one mailbox: about one petition in all, and about all petitions in one day.
ALLOWANCE = 3
DAILY_ALLOWANCE = 5


class OutgoingMail(models.Model):
    """A mail that is due or was sent. It is composed on sending, so the row holds no email."""

    class Kind(models.TextChoices):
        CONFIRM = "confirm", _("please confirm")
        THANKS = "thanks", _("thank you")
        ALREADY = "already", _("you have already signed")
        REMINDER = "reminder", _("reminder to confirm")

    class Outcome(models.TextChoices):
        OWED = "", _("due")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        ABANDONED = "abandoned", _("could not be delivered")
        # Its signature is quarantined or invalidated, so nobody is written to before a release.
        WAITING = "waiting", _("waits for a moderator")

    signature = models.ForeignKey(
        "campaigns.Signature", on_delete=models.CASCADE, related_name="mails"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=9, choices=Outcome, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    # An HMAC of the mailbox with a key of the day: counts a mailbox's mails over all petitions.
    recipient_key = models.BinaryField(max_length=32, null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=("", "sent", "refused", "abandoned", "waiting")),
                name="outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("confirm", "thanks", "already", "reminder")),
                name="kind_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="owed_mail", condition=Q(outcome="")),
            models.Index(
                fields=["recipient_key"],
                name="mails_of_a_day",
                condition=Q(recipient_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
