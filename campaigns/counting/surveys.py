"""Statistics over the signatures of a petition: today's, and those of each country."""

from datetime import date, datetime, time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.tally import Tally


def today() -> date:
    """The day by the site's clock, as surveys and arrivals have it: staff may have another."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def midnight(day: date) -> datetime:
    """The moment at which a day begins, by the same clock."""
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
    # {"states": {state: number}, "countries": …, "languages": …, "channels": …, "updates": …}: by
    # state (counted, pending, quarantined, invalidated) all signatures, by the others the counted;
    # and all by what the list can be filtered by: {"all_states": …, "all_reasons": …} and so on.
    figures = models.JSONField(_("signatures by kind"), default=dict)
    # {"signed": …, "mailed": …, "confirmed": …}: those of the last seven days, with "today" for
    # those who signed on the last of them, which is "day" (`weeks`).
    week = models.JSONField(_("last seven days"), default=dict, db_default={})

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return str(self.pk)
