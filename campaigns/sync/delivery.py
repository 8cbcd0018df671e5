"""The delivery: one event about one signature that one receiver is to hear of.

Triggers of the database write the rows in the transaction of what happened, so that no event is
lost. A row holds nothing of what the signer typed: that is read when the event is sent.
"""

import uuid
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.petitions.tally import Tally
from campaigns.sync.receiver import Receiver


class Kind(models.TextChoices):
    """What happened to a signature, as the receiver sees it."""

    ADDED = "added", pgettext_lazy("event", "added")
    CHANGED = "changed", pgettext_lazy("event", "changed")
    REMOVED = "removed", pgettext_lazy("event", "removed")
    TEST = "test", pgettext_lazy("event", "test")


class Outcome(models.TextChoices):
    """What became of a delivery."""

    WAITING = "", _("waiting")
    SENT = "sent", pgettext_lazy("event", "sent")
    FAILED = "failed", pgettext_lazy("event", "failed")
    # The signature was removed before its event was sent; its removal is told all the same.
    NEEDLESS = "needless", _("no longer needed")
    # A feed shows it to whoever fetches it.
    NOTED = "noted", _("in the feed")


class Problem(models.TextChoices):
    """Why an attempt failed, where there was no answer to show."""

    NONE = "", ""
    REFUSED = "refused", _("no connection")
    NAME = "name", _("the host name is not known")
    PRIVATE = "private", _("the address is in a private network")
    REDIRECT = "redirect", _("it redirects to another address")
    SLOW = "slow", _("no answer in time")
    TLS = "tls", _("the certificate is not valid")


def name_of(tally: Tally) -> dict[str, str]:
    """A petition as events name it."""
    return {"id": str(tally.translation_key), "slug": tally.petition.slug}


def outlive(collector: Any, field: Any, deliveries: Any, using: str) -> None:
    """Let events stay when their petition is deleted, with its name in them; for Django.

    Removals may still wait, and feeds show them to whoever fetches later.
    """
    tallies = {delivery.tally_id for delivery in deliveries}
    for tally in Tally.objects.filter(pk__in=tallies).select_related("petition"):
        Delivery.objects.filter(tally=tally).update(deleted_petition=name_of(tally))
    models.SET_NULL(collector, field, deliveries, using)


class Delivery(models.Model):
    """One event for one receiver. What is sent is deleted after some days (`upkeep`)."""

    # The triggers write the row while somebody confirms, and a constraint would be checked there.
    receiver = models.ForeignKey(
        Receiver,
        on_delete=models.CASCADE,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    # The same in each attempt: `webhook-id` of Standard Webhooks.
    key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID())
    # The signature may be gone by now, and its petition. None in a test.
    signature = models.UUIDField(null=True)
    tally = models.ForeignKey(
        Tally,
        on_delete=outlive,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    # What events say of a petition that was deleted (`name_of`); None of all others.
    deleted_petition = models.JSONField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)
    made_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Those of the attempts in which the receiver refused this event, and no other.
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    outcome = models.CharField(max_length=8, choices=Outcome, default="", db_default="", blank=True)
    # Of the last attempt.
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
        """The petition as events name it. A test is about none."""
        if self.tally:
            return name_of(self.tally)
        assert self.deleted_petition  # as `outlive` does
        return dict(self.deleted_petition)


class Known(models.Model):
    """By which email address a mailing list knows a signer, or may do since it was asked to.

    So who is gone here can be deleted there: it outlives the signature until the list was told.
    While a signer's new email address is on its way, there is a row for each of the two. Rows with
    one email address are one entry there (`services.entries`). Nothing of it can be read without
    the site's secrets: `remote` is encrypted, `remote_key` an HMAC of it.
    """

    receiver = models.ForeignKey(
        Receiver, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    signature = models.UUIDField()
    remote = models.BinaryField()
    remote_key = models.BinaryField(max_length=16)
    # Whether the site has made the entry there, the same in all rows of it; others had it before.
    is_ours = models.BooleanField()
    # Whether its signer has unsubscribed, or the list has not said yet that they are subscribed.
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
