"""Messages: what readers wrote to a representative through the site, stored until it is sent."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import caching
from campaigns.appeals.appeal import Appeal
from campaigns.canonical_emails import normalise, same_mailbox
from campaigns.signatures.conditions import UNCONFIRMED_FOR
from campaigns.signatures.email_keys import old_key
from operations import keyring

# How long a try counts for the limit of its network.
LIMITED_FOR = timedelta(days=1)
# For this long, a person cannot write to the same representative again.
KEYS_FOR = timedelta(days=90)
# The most failed email addresses that the team is shown.
MOST_SHOWN = 50


class Message(models.Model):
    """One email from one person to one representative. Its text is deleted once it has ended."""

    class Outcome(models.TextChoices):
        OWED = "", _("not sent yet")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the mail server")
        UNCLEAR = "unclear", _("perhaps sent")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="messages")
    # As they are in the list when the message is written. If the list is replaced before the
    # message is sent, the message goes to the person with the same name in the same area
    # (`writing.readdress`).
    area = models.CharField(max_length=120, blank=True, default="", db_default="")
    recipient_name = models.CharField(max_length=120)
    recipient_email = models.CharField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    mailbox_key = models.BinaryField(max_length=32, null=True, editable=False)
    old_key = old_key()
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
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MessageTry(models.Model):
    """A try to write to a representative, whether the message was stored or not.

    If only stored messages counted for the limit of a network, whoever sends as many as are allowed
    could tell from the last one whether an email address among them had written before.
    """

    network_key = models.BinaryField(max_length=32, editable=False)
    tried_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [
            models.Index(fields=["network_key", "tried_at"], name="message_tries_of_a_network")
        ]

    def __str__(self) -> str:
        return str(self.pk)


# The columns that are emptied when a message ends.
EMPTY = dict.fromkeys(("area", "name", "email", "subject", "text"), "")


def keys_of(email: str, keys: list[str] | None = None) -> list[bytes]:
    """Return the HMACs (32 bytes) of a mailbox, the same for all appeals.

    New rows store the first.
    """
    return keyring.digests(f"message:{normalise(email)}".encode(), keys)


def of(email: str, name: str = "") -> models.QuerySet[Message]:
    """Return the messages from a mailbox, however its email address is spelt.

    With a name, only those of one of two people with this mailbox. A message that has ended has no
    name any more, and could be from the other person.
    """
    rows = Message.objects.filter(mailbox_key__in=keys_of(email)).order_by("typed_at")
    return rows.filter(name__iexact=name) if name else rows


def to(email: str) -> models.QuerySet[Message]:
    """Return the messages to a representative's mailbox, sent or not."""
    known = Message.objects.values_list("recipient_email", flat=True).distinct()
    return Message.objects.filter(recipient_email__in=same_mailbox(known, email))


def as_data(email: str, name: str = "") -> list[dict[str, object]]:
    """Return the messages of a person for the report of their data."""
    columns = ("recipient_name", "area", "name", "email", "subject", "text")
    since = ("typed_at", "confirmed_at", "ended_at", "outcome")
    rows = of(email, name).values(*columns, *since, title=models.F("appeal__title"))
    return list(rows)


def left_over() -> models.QuerySet[Message]:
    """Return the messages that were not confirmed in time, or could not be sent for as long."""
    old = timezone.now() - UNCONFIRMED_FOR
    is_unsent = models.Q(confirmed_at__lte=old, ended_at=None)
    return Message.objects.filter(models.Q(confirmed_at=None, typed_at__lte=old) | is_unsent)


def delete_left_over(keys: list[UUID]) -> int:
    return left_over().filter(pk__in=keys).delete()[0]


def recent_tries() -> models.QuerySet[MessageTry]:
    return MessageTry.objects.filter(tried_at__gt=timezone.now() - LIMITED_FOR)


def old_tries() -> models.QuerySet[MessageTry]:
    return MessageTry.objects.filter(tried_at__lte=timezone.now() - LIMITED_FOR)


def delete_tries(keys: list[int]) -> int:
    return MessageTry.objects.filter(pk__in=keys).delete()[0]


def with_old_key() -> models.QuerySet[Message]:
    old = timezone.now() - KEYS_FOR
    return Message.objects.filter(mailbox_key__isnull=False, ended_at__lte=old)


def clear_keys(keys: list[UUID]) -> int:
    return Message.objects.filter(pk__in=keys).update(mailbox_key=None, old_key="")


def sent(appeal: Appeal) -> int:
    """Return how many messages the site has sent; cached for a few seconds."""
    rows = appeal.messages.filter(outcome=Message.Outcome.SENT)
    return caching.cached(("messages", appeal.pk), rows.count)


def lost(appeal: Appeal) -> list[dict[str, object]]:
    """Count the messages that were not sent, or perhaps not, by email address and outcome."""
    outcomes = (Message.Outcome.REFUSED, Message.Outcome.UNCLEAR)
    rows = appeal.messages.filter(outcome__in=outcomes).values("recipient_email", "outcome")
    found = rows.annotate(number=models.Count("pk")).order_by("-number", "recipient_email")
    return [{**row, "outcome": Message.Outcome(row["outcome"]).label} for row in found[:MOST_SHOWN]]


def waiting(appeal: Appeal) -> int:
    return appeal.messages.filter(confirmed_at__isnull=False, ended_at=None).count()
