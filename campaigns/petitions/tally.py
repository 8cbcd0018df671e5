"""The tally: one row for a petition in all its languages, with its totals."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.dates import site_day
from campaigns.signatures.conditions import SERVES_PETITION
from operations import locks

# Maxima for emails to the targets: emails in an hour, and names in one email.
MOST_HOURLY, MOST_TOGETHER = 3_600, 500
# With a higher limit, each signature from one network would count thousands of earlier rows.
MOST_BURST, MOST_SUSTAINED = 1_000, 5_000


class StopReason(models.TextChoices):
    """Why the emails to the targets were stopped; the words follow a colon.

    The first three are also outcomes of one of these emails (`ForwardedMail.Outcome`).
    """

    REFUSED = "refused", _("one was refused by the mail server")
    BOUNCED = "bounced", _("one came back")
    COMPLAINED = "spam", _("one was reported as spam")
    DELETED = "deleted", _("a contact was deleted")
    CHANGED = "changed", _("the email address of a contact was changed")


class Tally(models.Model):
    """The totals of a petition, and what no draft may change: paused, won, held, its limits …

    Only `campaigns.counting` writes the totals, and only `immediate_actions` the rest. `total`
    counts the signatures that are stored here, `elsewhere` is the sum of the ledger, and `count` is
    the sum of both: the number that the public reads.
    """

    translation_key = models.UUIDField(unique=True, editable=False)
    petition = models.OneToOneField(
        "campaigns.Petition", on_delete=models.PROTECT, related_name="+", verbose_name=_("original")
    )
    total = models.PositiveIntegerField(_("signatures"), default=0)
    # The sum of `campaigns.counting.entries`, which a database trigger maintains.
    elsewhere = models.PositiveIntegerField(_("signed elsewhere"), default=0, db_default=0)
    pending = models.PositiveIntegerField(_("awaiting confirmation"), default=0)
    # How many of the total were confirmed up to a moment a few seconds ago. With it, the number of
    # a new signature is found without counting all signatures.
    settled = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    won_at = models.DateTimeField(_("won"), null=True, blank=True)
    # The public text on the victory, in the language of the original, with its day and picture.
    won_words = models.TextField(_("words on the victory"), blank=True)
    won_on = models.DateField(_("day of the victory"), null=True, blank=True)
    won_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("picture of the victory"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    # The public texts on the handing over and the reply, in the language of the original.
    handed_over_on = models.DateField(_("day of the handover"), null=True, blank=True)
    handed_over_to = models.CharField(
        _("handed over to"), max_length=255, blank=True, default="", db_default=""
    )
    handed_over_in = models.CharField(
        _("place of the handover"), max_length=120, blank=True, default="", db_default=""
    )
    handover_words = models.TextField(
        _("words on the handover"), blank=True, default="", db_default=""
    )
    handover_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        verbose_name=_("picture of the handover"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    replied_at = models.DateTimeField(_("reply recorded"), null=True, blank=True)
    replied_on = models.DateField(_("day of the reply"), null=True, blank=True)
    reply_words = models.TextField(_("reply"), blank=True, default="", db_default="")
    held_at = models.DateTimeField(
        _("on hold since"),
        null=True,
        blank=True,
        help_text=_(
            "While this is set, signers’ data is not anonymised, for example because a court "
            "needs it."
        ),
    )
    held_reason = models.TextField(_("reason for the hold"), blank=True)
    # The limits for signatures from one network, within ten minutes and within a day, above which
    # further ones are quarantined; None for the limits of the settings
    # (`campaigns.signatures.networks`).
    burst_limit = models.PositiveIntegerField(null=True, blank=True)
    sustained_limit = models.PositiveIntegerField(null=True, blank=True)
    # Since when the form asks for a proof of work (`campaigns.moderation.proof_of_work`).
    proof_at = models.DateTimeField(_("proof of work since"), null=True, blank=True)
    # Since when signatures are emailed to the targets (`campaigns.forwarding`), how many emails an
    # hour, how many names in each; when and why they were stopped, and when staff were notified.
    forwarding_at = models.DateTimeField(_("emails to the targets since"), null=True, blank=True)
    forwards_hourly = models.PositiveSmallIntegerField(default=60, db_default=60)
    forwards_together = models.PositiveSmallIntegerField(default=50, db_default=50)
    forwarding_failed_at = models.DateTimeField(null=True, blank=True)
    forwarding_stopped_for = models.CharField(
        max_length=7, choices=StopReason, blank=True, default="", db_default="", editable=False
    )
    forwarding_told_at = models.DateTimeField(null=True, blank=True)
    # Every question that the form has asked signers (`petitions/questions.py`).
    questions = models.JSONField(default=list, db_default=[], editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.CheckConstraint(
                condition=Q(held_at=None, held_reason="")
                | Q(held_at__isnull=False) & ~Q(held_reason=""),
                name="hold_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(burst_limit__isnull=True) | Q(burst_limit__range=(1, MOST_BURST)),
                name="burst_limit_is_sensible",
            ),
            models.CheckConstraint(
                condition=Q(sustained_limit__isnull=True)
                | Q(sustained_limit__range=(1, MOST_SUSTAINED)),
                name="sustained_limit_is_sensible",
            ),
            models.CheckConstraint(
                condition=Q(forwards_hourly__range=(1, MOST_HOURLY))
                & Q(forwards_together__range=(1, MOST_TOGETHER)),
                name="mails_to_targets_are_sensible",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def handed_over_day(self) -> date | None:
        """The day of the handing over, as staff gave it, or else the day of the record."""
        if self.handed_over_at is None:
            return None
        return self.handed_over_on or site_day(self.handed_over_at)

    @property
    def count(self) -> int:
        """The number of people who have signed, here and elsewhere."""
        return self.total + self.elsewhere

    @property
    def goal(self) -> int | None:
        """The goal as it has risen, also while the public does not see the count."""
        return self.petition.goal_at(self.count, is_won=self.won_at is not None)

    @property
    def is_signed(self) -> bool:
        """Whether anybody has signed, here or elsewhere; pending signatures count here."""
        return self.elsewhere > 0 or self.signatures.exists()

    @property
    def ended_at(self) -> datetime | None:
        """When the petition ended or will end: by closing or by victory, whichever comes first."""
        moments = [moment for moment in (self.petition.closes_at, self.won_at) if moment]
        return min(moments, default=None)

    @property
    def data_ends_at(self) -> datetime | None:
        """When the retention of signers' data ends: `retention_days` after the petition's end.

        None while the petition has no end, and during a hold; `held_at` distinguishes the two.
        """
        return self.data_ends_after(self.petition.retention_days)

    def data_ends_after(self, promised: int | None) -> datetime | None:
        """Return when the retention ends for signers who were promised this many days.

        `promised` is None where the number of days is not known.
        """
        if self.held_at or self.ended_at is None:
            return None
        return self.ended_at + timedelta(days=self.days_for(promised))

    def days_for(self, promised: int | None) -> int:
        """Return for how many days after the end data is retained: never more than promised."""
        days = self.petition.retention_days
        return min(promised or days, days)

    def mailing_days_for(self, promised: int) -> int:
        """Return the further days for mailings: never more than promised."""
        return min(promised, self.petition.mailing_days)

    @property
    def mailings_end_at(self) -> datetime | None:
        """Until when signers who want news can receive mailings; None as for `data_ends_at`.

        It is later than `data_ends_at` if the petition has further days for mailings.
        """
        ends_at = self.data_ends_at
        return ends_at and ends_at + timedelta(days=self.petition.mailing_days)

    @property
    def holds_data(self) -> bool:
        """Whether a confirmed signature is neither anonymised nor retained for mailings only."""
        found = self.signatures.filter(SERVES_PETITION, confirmed_at__isnull=False)
        return found.exists()


def are_held(tallies: Iterable[int]) -> bool:
    """Return whether the data of one of these petitions is held.

    Whatever deletes data asks at its end, since somebody may set the hold while it is under way.
    Later holds wait until the surrounding transaction ends (`hold_lock`).
    """
    return bool(held(tallies))


def held(tallies: Iterable[int]) -> set[int]:
    """Return those of these petitions whose data is held; later holds wait as for `are_held`."""
    keys = sorted(tallies)
    for key in keys:
        locks.share(hold_lock(key))
    found = Tally.objects.filter(pk__in=keys, held_at__isnull=False)
    return set(found.values_list("pk", flat=True))


def hold_lock(tally: int) -> str:
    """Return the name of the lock that a hold takes: no deletion then ends after the hold began."""
    return f"hold of {tally}"


def data_ended() -> list[int]:
    """Return the primary keys of the tallies whose retention of signers' data has ended."""
    return ended_by("data_ends_at")


def mailings_ended() -> list[int]:
    """Return the primary keys of the tallies whose signers can no longer receive mailings."""
    return ended_by("mailings_end_at")


def ended_by(moment: str) -> list[int]:
    now = timezone.now()
    tallies = Tally.objects.select_related("petition")
    return [tally.pk for tally in tallies if (end := getattr(tally, moment)) and end <= now]
