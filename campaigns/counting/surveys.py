"""The table of surveys: statistics of the signatures of each petition."""

from datetime import date, datetime, time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


def today() -> date:
    """Return today in the site's time zone, as in surveys and arrivals; staff may be in another."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


class Survey(models.Model):
    """The statistics of one tally. Only `surveying` and `weeks` write the row."""

    tally = models.OneToOneField(
        Tally, on_delete=models.CASCADE, primary_key=True, related_name="survey"
    )
    counted = models.PositiveIntegerField(_("total at that time"))
    day = models.DateField(_("day"))
    today = models.PositiveIntegerField(_("signatures on that day"))
    pending = models.PositiveIntegerField(_("awaiting confirmation"), default=0)
    # {"states": {state: number}, "countries": …, "languages": …, "channels": …, "updates": …}: all
    # signatures by state (counted, pending, quarantined, invalidated), and the counted ones by the
    # other properties. {"all_states": …, "all_reasons": …} and so on: all signatures by what the
    # list can be filtered by.
    figures = models.JSONField(_("signatures by kind"), default=dict)
    # {"signed": …, "mailed": …, "confirmed": …}: the numbers of the last seven days, with "today"
    # for the signers of the last day, which is "day" (`weeks`).
    week = models.JSONField(_("last seven days"), default=dict, db_default={})

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return str(self.pk)
