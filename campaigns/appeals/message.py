"""Messages: what readers wrote to a representative through us, until it is sent."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import caching
from campaigns.appeals.appeal import Appeal
from campaigns.canonical_emails import normalise
from campaigns.signatures.email_keys import old_key
from operations import keyring

# As long as a signature waits to be confirmed.
WAITS = timedelta(days=7)
# The limits look back one day.
NETWORKS_FOR = timedelta(days=2)
# So long nobody writes a second time to the same representative.
KEYS_FOR = timedelta(days=90)
# So many of the addresses that did not take a message are shown to the team.
MOST_SHOWN = 50


class Message(models.Model):
    """One email from one person to one representative. Once it has ended, its words are gone."""

    class Outcome(models.TextChoices):
        OWED = "", _("not sent yet")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        UNCLEAR = "unclear", _("perhaps sent")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="messages")
    # As they stand in the list when the message is written. Another list may take its place: then
    # whoever has the same name in the same area gets it (`writing.readdress`).
    area = models.CharField(max_length=120, blank=True, default="", db_default="")
    recipient_name = models.CharField(max_length=120)
    recipient_email = models.CharField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    mailbox_key = models.BinaryField(max_length=32, null=True, editable=False)
    old_key = old_key()
    network_key = models.BinaryField(max_length=32, null=True, editable=False)
    typed_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, choices=Outcome, default="", blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "mailbox_key", "recipient_email"],
                name="one_message_to_a_representative",
                condition=Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(name="", email="", subject="", text=""),
                name="ended_message_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="owed_messages", condition=Q(ended_at=None)),
            models.Index(fields=["mailbox_key"], name="messages_of_a_mailbox"),
            # Keys of networks are kept for two days, so it stays small.
            models.Index(
                fields=["network_key", "typed_at"],
                name="messages_of_a_network",
                condition=Q(network_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


# What is emptied when a message ends.
EMPTY = dict.fromkeys(("area", "name", "email", "subject", "text"), "")


def keys_of(email: str, keys: list[str] | None = None) -> list[bytes]:
    """HMACs over the mailbox (32 bytes), the same for all appeals; the first is stored now."""
    return keyring.digests(f"message:{normalise(email)}".encode(), keys)


def of(email: str) -> models.QuerySet[Message]:
    """The messages of a mailbox, in all its spellings."""
    return Message.objects.filter(mailbox_key__in=keys_of(email)).order_by("typed_at")


def to(email: str) -> models.QuerySet[Message]:
    """The messages to a representative's email, sent or not."""
    return Message.objects.filter(recipient_email__iexact=email.strip())


def as_data(email: str) -> list[dict[str, object]]:
    """What a report of a person's data has of them."""
    columns = ("recipient_name", "area", "name", "email", "subject", "text")
    moments = ("typed_at", "ended_at")
    return list(of(email).values(*columns, *moments, title=models.F("appeal__title")))


def left_over() -> models.QuerySet[Message]:
    """Those that nobody has confirmed in time, or that could not be sent for as long."""
    old = timezone.now() - WAITS
    is_unsent = models.Q(confirmed_at__lte=old, ended_at=None)
    return Message.objects.filter(models.Q(confirmed_at=None, typed_at__lte=old) | is_unsent)


def delete_left_over(keys: list[UUID]) -> int:
    return left_over().filter(pk__in=keys).delete()[0]


def with_old_network() -> models.QuerySet[Message]:
    old = timezone.now() - NETWORKS_FOR
    return Message.objects.filter(network_key__isnull=False, typed_at__lte=old)


def clear_networks(keys: list[UUID]) -> int:
    return Message.objects.filter(pk__in=keys).update(network_key=None)


def with_old_key() -> models.QuerySet[Message]:
    old = timezone.now() - KEYS_FOR
    return Message.objects.filter(mailbox_key__isnull=False, ended_at__lte=old)


def clear_keys(keys: list[UUID]) -> int:
    return Message.objects.filter(pk__in=keys).update(mailbox_key=None, old_key="")


def sent(appeal: Appeal) -> int:
    """How many messages left through us; cached for some seconds."""
    rows = appeal.messages.filter(outcome=Message.Outcome.SENT)
    return caching.cached(("messages", appeal.pk), rows.count)


def lost(appeal: Appeal) -> list[dict[str, object]]:
    """The emails to which messages did not leave, or perhaps not: with the outcome and how many."""
    outcomes = (Message.Outcome.REFUSED, Message.Outcome.UNCLEAR)
    rows = appeal.messages.filter(outcome__in=outcomes).values("recipient_email", "outcome")
    found = rows.annotate(number=models.Count("pk")).order_by("-number", "recipient_email")
    return [{**row, "outcome": Message.Outcome(row["outcome"]).label} for row in found[:MOST_SHOWN]]


def waiting(appeal: Appeal) -> int:
    return appeal.messages.filter(confirmed_at__isnull=False, ended_at=None).count()
