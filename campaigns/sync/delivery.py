"""The delivery: one event about one signature that is to be sent to one receiver.

Database triggers write the rows in the transaction that changes the signature, so that no event is
lost. A row contains nothing that the signer typed: this is read when the event is sent.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.canonical_emails import normalise
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature
from campaigns.sync.receiver import Receiver
from operations import keyring


class Kind(models.TextChoices):
    """What happened to a signature, from the receiver's point of view."""

    ADDED = "added", pgettext_lazy("event", "added")
    CHANGED = "changed", pgettext_lazy("event", "changed")
    REMOVED = "removed", pgettext_lazy("event", "removed")
    TEST = "test", pgettext_lazy("event", "test")


class Outcome(models.TextChoices):
    """What became of a delivery."""

    WAITING = "", _("waiting")
    SENT = "sent", pgettext_lazy("event", "sent")
    FAILED = "failed", pgettext_lazy("event", "failed")
    # The signature was removed before its event was sent; the event of its removal is sent anyway.
    NEEDLESS = "needless", _("no longer needed")
    # A feed shows the event to every client that fetches it.
    NOTED = "noted", _("in the feed")


class Problem(models.TextChoices):
    """The reason for a failed attempt, if there was no response to show."""

    NONE = "", ""
    REFUSED = "refused", _("no connection")
    NAME = "name", _("the host name is not known")
    PRIVATE = "private", _("the IP address is in a private network")
    REDIRECT = "redirect", _("redirect to another web address")
    SLOW = "slow", _("no answer in time")
    TLS = "tls", _("the certificate is not valid")


def name_of(tally: Tally) -> dict[str, str]:
    """Return the petition as events name it."""
    return {"id": str(tally.translation_key), "slug": tally.petition.slug}


def set_null_and_keep_name(collector: Any, field: Any, deliveries: Any, using: str) -> None:
    """Keep the events of a deleted petition, and store its name in them; for Django's `on_delete`.

    Removals may still be waiting, and feeds show the events to clients that fetch them later.
    """
    tallies = {delivery.tally_id for delivery in deliveries}
    for tally in Tally.objects.filter(pk__in=tallies).select_related("petition"):
        Delivery.objects.filter(tally=tally).update(deleted_petition=name_of(tally))
    models.SET_NULL(collector, field, deliveries, using)


class Delivery(models.Model):
    """One event for one receiver. Events that were sent are deleted after some days (`upkeep`)."""

    # The triggers write the row while somebody confirms, and a constraint would be checked then.
    receiver = models.ForeignKey(
        Receiver,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    # The same in each attempt: the `webhook-id` of Standard Webhooks.
    key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID())
    # The signature and its petition may have been deleted since. None for a test.
    signature = models.UUIDField(null=True)
    tally = models.ForeignKey(
        Tally,
        on_delete=set_null_and_keep_name,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    # How events name a petition that was deleted (`name_of`); None for all other petitions.
    deleted_petition = models.JSONField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)
    made_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    # The number of attempts in which the receiver rejected this event in particular.
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    outcome = models.CharField(max_length=8, choices=Outcome, default="", db_default="", blank=True)
    # These describe the last attempt.
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=8, choices=Problem, default="", db_default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True)
                | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="ended_delivery_has_its_end",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "id"], name="deliveries_of_a_receiver"),
            models.Index(
                fields=["receiver", "due_at", "id"],
                name="waiting_deliveries",
                condition=Q(outcome=""),
            ),
            models.Index(
                fields=["receiver", "ended_at"],
                name="failed_deliveries",
                condition=Q(outcome="failed"),
            ),
            models.Index(
                fields=["signature", "id"],
                name="waiting_of_a_signature",
                condition=Q(outcome=""),
            ),
            models.Index(
                fields=["ended_at"], name="ended_deliveries", condition=Q(ended_at__isnull=False)
            ),
            models.Index(
                fields=["signature"],
                name="ended_of_a_signature",
                condition=Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def petition_named(self) -> dict[str, str]:
        """The petition as events name it. A test has none."""
        if self.tally:
            return name_of(self.tally)
        assert self.deleted_petition  # set by `set_null_and_keep_name`
        return dict(self.deleted_petition)


class Known(models.Model):
    """The email address that a signer has in a mailing list, or may have after a request to it.

    The rows make it possible to delete people from the list who are deleted here: a row outlives
    the signature until the list has been told. While a signer's new email address is being sent,
    there is a row for each of the two email addresses. Rows with the same email address are one
    entry in the list (`services.entries`). Nothing in a row can be read without the site's secrets:
    `remote` is encrypted, `remote_key` an HMAC of it.
    """

    receiver = models.ForeignKey(
        Receiver, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    signature = models.UUIDField()
    remote = models.BinaryField()
    remote_key = models.BinaryField(max_length=16)
    # Whether the site created the entry in the list; otherwise it was there before. All rows of one
    # entry have the same value.
    is_ours = models.BooleanField()
    # Whether the signer has unsubscribed, or the list has not confirmed the subscription yet.
    is_out = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "signature", "remote_key"], name="known_once_by_a_receiver"
            )
        ]
        indexes = [models.Index(fields=["receiver", "remote_key"], name="known_by_remote_key")]

    def __str__(self) -> str:
        return str(self.pk)


def told(signatures: Iterable[uuid.UUID]) -> models.QuerySet[Delivery]:
    """Return the events about these signatures that a receiver has got, or perhaps has.

    It may have read one that it then refused, or whose answer was lost.
    """
    has_got = Q(outcome__in=(Outcome.SENT, Outcome.NOTED)) | Q(status__isnull=False)
    # Each half has an index of its own.
    of_these = Q(signature__in=signatures)
    is_of_these = (of_these & Q(ended_at__isnull=False)) | (of_these & Q(outcome=""))
    return Delivery.objects.filter(is_of_these, has_got | Q(problem=Problem.SLOW))


def remote_keys(email: str, keys: list[str] | None = None) -> list[bytes]:
    """Return the keys that a row may have for an email address in lower case, the current first.

    `keys` are as for `keyring.digests`.
    """
    return [each[:16] for each in keyring.digests(f"sync:{email}".encode(), keys)]


def lists_to_leave(email: str) -> list[str]:
    """Return the names of mailing lists that still have somebody whose signature is gone.

    They are told to delete the email address, and may not have done so yet. It is found as it is
    given, in upper or lower case, and in its canonical form.
    """
    spellings = {email.lower(), normalise(email)}
    keys = [key for each in sorted(spellings) for key in remote_keys(each)]
    # The index has the keys of each receiver.
    receivers = list(Receiver.objects.values_list("pk", flat=True))
    signature = Signature.objects.filter(pk=OuterRef("signature"))
    left = Known.objects.filter(~Exists(signature), receiver__in=receivers, remote_key__in=keys)
    return list(left.order_by("receiver").values_list("receiver__name", flat=True).distinct())
