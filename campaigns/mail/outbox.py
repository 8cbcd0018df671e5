"""The outbox: emails to signers that are due or were sent, and mailboxes that get none."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.signatures.email_keys import old_key
from operations.postgresql.checks import CompiledChecks

# The limits for a mailbox: emails about one petition in all, and about all petitions in one day.
ALLOWANCE = 3
DAILY_ALLOWANCE = 5
# An email that has been due for longer, and that no thread has claimed, is late.
PATIENCE = timedelta(seconds=2)


class MailKind(models.TextChoices):
    """The purpose of an email; also the name of its templates in templates/mails/."""

    CONFIRM = "confirm", _("please confirm")
    THANKS = "thanks", _("thank you")
    ALREADY = "already", _("you have already signed")
    REMINDER = "reminder", _("reminder to confirm")
    NEW_EMAIL = "newemail", _("please confirm your new email address")
    OLD_EMAIL = "oldemail", _("a new email address was asked for")


class OutgoingMail(models.Model):
    """An email that is due or was sent.

    It is composed when it is sent, so the row contains no email address.
    """

    Kind = MailKind

    class Outcome(models.TextChoices):
        OWED = "", _("due")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        ABANDONED = "abandoned", _("could not be delivered")
        # It was no longer needed when its turn came: the signer had confirmed, or no longer could.
        DROPPED = "dropped", _("not sent, as it was no longer needed")
        # The signature is quarantined or invalidated: its signer gets no email before it is
        # released.
        WAITING = "waiting", _("waits for a moderator")

    signature = models.ForeignKey(
        "campaigns.Signature", on_delete=models.CASCADE, related_name="mails"
    )
    kind = models.CharField(max_length=8, choices=MailKind)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    outcome = models.CharField(max_length=9, choices=Outcome, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    # An HMAC of the mailbox with the daily key, to count its emails over all petitions.
    recipient_key = models.BinaryField(max_length=32, null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("outgoing email")
        verbose_name_plural = _("outgoing emails")
        constraints = [
            CompiledChecks(
                name="outgoing_mail_is_sound",
                rules={
                    "outcome_is_known": Q(
                        outcome__in=("", "sent", "refused", "abandoned", "dropped", "waiting")
                    ),
                    "kind_is_known": Q(kind__in=MailKind.values),
                },
            ),
            # Pressing the button twice, or on two devices, results in one email of thanks.
            models.UniqueConstraint(
                fields=["signature"],
                name="one_mail_of_thanks_a_signature",
                condition=Q(kind="thanks"),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="owed_mail", condition=Q(outcome="")),
            models.Index(
                fields=["ended_at"], name="ended_mails", condition=Q(ended_at__isnull=False)
            ),
            models.Index(
                fields=["recipient_key"],
                name="mails_of_a_day",
                condition=Q(recipient_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StoppedMailbox(models.Model):
    """A mailbox that gets no more emails about a petition, since its owner asked for that.

    It is stored by its email key, and outlives the signature: nobody can make the site send emails
    to this mailbox again by signing with its email address.
    """

    tally = models.ForeignKey(
        "campaigns.Tally", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    email_key = models.BinaryField(max_length=32, editable=False)
    old_key = old_key()
    stopped_at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("stopped mailbox")
        verbose_name_plural = _("stopped mailboxes")
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "email_key"], name="one_stop_a_mailbox_and_petition"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


def is_behind() -> bool:
    """Return whether an email is late, so that another thread should help with the outbox."""
    now = timezone.now()
    late = OutgoingMail.objects.filter(outcome="", due_at__lt=now - PATIENCE)
    return late.filter(Q(leased_until=None) | Q(leased_until__lt=now)).exists()


def took_within(time: timedelta) -> bool:
    """Return whether the mail server has taken an email to a signer within this time."""
    since = timezone.now() - time
    return OutgoingMail.objects.filter(ended_at__gt=since, outcome="sent").exists()


def first_mails() -> QuerySet[OutgoingMail]:
    """Return the emails that may be the first to a signer."""
    return OutgoingMail.objects.exclude(kind=OutgoingMail.Kind.REMINDER)


def is_first_due_after(moment: datetime) -> Q:
    """Return the condition on a signature that its first email was or is due after a moment.

    The limit of a network delays the first email, and so does a quarantine until the release. A
    reminder is never the first.
    """
    mails = first_mails().filter(signature=OuterRef("pk"))
    # One value for each signature: for two Exists, PostgreSQL would read the whole outbox.
    first = Subquery(mails.order_by("due_at").values("due_at")[:1])
    return Q(GreaterThan(Coalesce(first, moment), moment))


def is_stopped(prefix: str = "") -> Exists:
    """Return the condition that a signer gets no more emails.

    `prefix` is the path to the signature from the filtered model, such as `signature__`.
    """
    mailbox = {name: OuterRef(f"{prefix}{name}") for name in ("tally", "email_key")}
    return Exists(StoppedMailbox.objects.filter(**mailbox))
