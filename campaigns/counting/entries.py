"""Entries of the ledger: numbers of people who signed elsewhere, without their names.

A trigger keeps `Tally.elsewhere` equal to their sum, and prevents changes to an entry.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally

# A larger number is a typing mistake.
MOST = 10_000_000


class Kind(models.TextChoices):
    """How the people whose number was entered have signed."""

    PAPER = "paper", _("on paper")
    PARTNER = "partner", _("with a partner organisation")
    IMPORTED = "import", _("on another site")
    CORRECTION = "correction", _("correction")


class LedgerEntry(models.Model):
    """A number that is added to the count of a petition, or subtracted from it.

    Entries are never changed. A wrong one is countered by an entry with the opposite number.
    """

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="ledger")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.IntegerField(_("number"))
    sheets = models.CharField(_("sheets"), max_length=80, blank=True)
    collected = models.CharField(_("collected"), max_length=160, blank=True)
    reason = models.TextField(_("reason"))
    counters = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="countered_by",
        verbose_name=_("counters the entry"),
    )
    entered_at = models.DateTimeField(_("entered"), db_default=Now())
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="entry_has_a_reason"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="entry_kind_is_known"),
            models.CheckConstraint(
                condition=Q(number__gt=0, number__lte=MOST)
                | Q(number__lt=0, number__gte=-MOST, kind=Kind.CORRECTION)
                | Q(number__lt=0, number__gte=-MOST, counters__isnull=False),
                name="entry_number_is_sensible",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
