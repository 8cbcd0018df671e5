"""The receiver: another system that gets events about signatures, and the choice of signatures."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from campaigns.signatures.columns import COLUMNS

# A receiver that has failed for this long is switched off.
LONGEST_FAILING = timedelta(days=5)
# After a rotation, the previous secret signs, too, for this long.
BOTH_SECRETS = timedelta(days=1)
# The columns that a receiver can get. Answers to questions are not among them: they belong to one
# petition, and may be about anything.
OFFERED = (
    *("name", "email", "country", "postcode", "affiliation", "phone", "comment", "updates"),
    *("language", "signed_at", "confirmed_at", "channel", "source"),
)
LABELS = {field.attname: field.verbose_name for field, _column in COLUMNS}
FIELDS = [(name, format_lazy("{} ({})", LABELS[name], name)) for name in OFFERED]


class Kind(models.TextChoices):
    """The protocol that the receiver uses (`campaigns.sync.services`)."""

    WEB_HOOK = "webhook", _("web hook")
    LISTMONK = "listmonk", "listmonk"
    MAILCHIMP = "mailchimp", "Mailchimp"
    MAUTIC = "mautic", "Mautic"
    FEED = "feed", _("feed that it fetches (OSDI)")


class Receiver(ClusterableModel):
    """Another system, to which the worker sends events about signatures.

    The triggers on the table of signatures read these rows: `all_petitions` and `tallies` select
    the petitions, `only_opted_in` the signatures, and `sends_…` the kinds of events. Removals of
    these signatures are recorded even while the receiver is off. Signatures that are no longer
    selected cause no more events.
    """

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(
        _("kind"), max_length=9, choices=Kind, default=Kind.WEB_HOOK, db_default=Kind.WEB_HOOK
    )
    url = models.CharField(
        _("web address"),
        max_length=500,
        blank=True,
        help_text=_(
            "For a web hook: the address to which events are sent. For a mailing list: the address "
            "of its server. It begins with https://. A feed needs none."
        ),
    )
    # For mailing lists only: the ID of the list, and the site's credentials there.
    audience = models.CharField(
        _("list"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "For a mailing list: the number of the list (listmonk), of the audience (Mailchimp) or "
            "of the segment (Mautic)."
        ),
    )
    user = models.CharField(
        _("user"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("For listmonk: the API user. For Mautic: the user name."),
    )
    # Encrypted (`campaigns.sync.keys`).
    credential = models.BinaryField(null=True, editable=False)
    all_petitions = models.BooleanField(_("all petitions, including future ones"), default=False)
    tallies = models.ManyToManyField(
        "campaigns.Tally", verbose_name=_("petitions"), related_name="+", blank=True
    )
    only_opted_in = models.BooleanField(
        _("only signers who want to be kept informed"),
        default=True,
        help_text=_(
            "Whoever ticks “keep me informed” later is added then, and whoever unticks it or "
            "unsubscribes is removed."
        ),
    )
    sends_added = models.BooleanField(_("added"), default=True)
    sends_changed = models.BooleanField(_("changed"), default=True)

    is_on = models.BooleanField(_("switched on"), default=True)
    # Encrypted (`campaigns.sync.keys`).
    secret = models.BinaryField(editable=False)
    old_secret = models.BinaryField(null=True, editable=False)
    rotated_at = models.DateTimeField(null=True, editable=False)

    # Since when all events for this selection are recorded: a feed has no changes from before.
    noted_since = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    # When the next event may be sent, and how many attempts have failed since the last success.
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    # Set while a worker sends to the receiver. If that worker is killed, another one takes over
    # afterwards.
    busy_until = models.DateTimeField(null=True, editable=False)
    # When it was switched off because it failed, and when the administrators were notified.
    gave_up_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("receiver")
        verbose_name_plural = _("receivers")
        default_permissions = ()  # `campaigns.cms.sync.rights` decides
        constraints = [
            models.CheckConstraint(
                condition=Q(old_secret__isnull=True) | Q(rotated_at__isnull=False),
                name="old_secret_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(gave_up_at__isnull=True),
                name="receiver_given_up_is_off",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=tuple(Kind.values)), name="kind_of_a_receiver_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(Kind.WEB_HOOK, Kind.FEED))
                | Q(only_opted_in=True, credential__isnull=False),
                name="mailing_list_gets_those_who_opted_in",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_web_hook(self) -> bool:
        return self.kind == Kind.WEB_HOOK

    @property
    def is_feed(self) -> bool:
        return self.kind == Kind.FEED

    def keeps_credential(self, url: str) -> bool:
        """Return whether the stored credential may be sent to this URL: to no other server."""
        is_same = urlsplit(url)[:2] == urlsplit(self.url)[:2]  # scheme, and host with port
        return is_same and self.credential is not None

    def signs_with_old(self, now: datetime) -> bool:
        """Whether the previous secret still signs."""
        return self.old_secret is not None and now < self.old_secret_ends_at

    @property
    def old_secret_ends_at(self) -> datetime:
        assert self.rotated_at  # ensured by the constraint
        return self.rotated_at + BOTH_SECRETS


class ReceiverField(Orderable):
    """A column of a signature that a receiver gets, and the receiver's name for it."""

    receiver = ParentalKey(Receiver, on_delete=models.CASCADE, related_name="fields_sent")
    field = models.CharField(_("field"), max_length=20, choices=FIELDS)
    called = models.CharField(
        _("name in the event"),
        max_length=60,
        blank=True,
        help_text=_("If empty, it is the name in brackets."),
    )

    wagtail_reference_index_ignore = True

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "field"], name="one_name_a_field_of_a_receiver"
            )
        ]

    def __str__(self) -> str:
        return self.field


def switch(receiver: Receiver, *, on: bool) -> bool:
    """Switch a receiver on or off; return whether that changed anything."""
    now = timezone.now()
    fresh: dict[str, Any] = {"due_at": now, "attempts": 0, "failing_since": None}
    ended: dict[str, Any] = {"gave_up_at": None, "told_at": None}
    if on:
        end_waits(receiver)
    rows = Receiver.objects.filter(pk=receiver.pk, is_on=not on)
    return bool(rows.update(is_on=on, **ended, **(fresh | {"noted_since": now} if on else {})))


def note_from_now(receiver: Receiver) -> None:
    """Reset `noted_since`: after a new selection, earlier records are incomplete."""
    Receiver.objects.filter(pk=receiver.pk).update(noted_since=timezone.now())


def try_now(receiver: Receiver) -> None:
    """End the wait of a receiver that failed: the cause may have been fixed."""
    end_waits(receiver)
    Receiver.objects.filter(pk=receiver.pk).update(due_at=timezone.now())


def end_waits(receiver: Receiver) -> None:
    """Make the events due that the receiver has refused, with those that wait for them."""
    now = timezone.now()
    receiver.deliveries.filter(outcome="", due_at__gt=now).update(due_at=now)
