"""The table of surveys: statistics of the signatures of each petition."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.dates import site_day
from campaigns.petitions.tally import Tally


def today() -> date:
    """Return today as surveys and arrivals have it."""
    return site_day()


def week_of(day: date) -> date:
    """Return the first of the seven days that end with this one."""
    return day - timedelta(days=6)


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
    # signatures by state (counted, pending, quarantined, invalidated, and anonymised if they do not
    # count), and the counted ones by the other properties ("updates" without anonymised ones).
    # {"all_states": …, "all_reasons": …} and so on: all signatures by what the list can be filtered
    # by.
    figures = models.JSONField(_("signatures by kind"), default=dict)
    # {"signed": …, "mailed": …, "confirmed": …}: the numbers of the last seven days; with "listed"
    # and "today", all signatures of these days and of the last of them, which is "day" (`weeks`).
    week = models.JSONField(_("last seven days"), default=dict, db_default={})

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return str(self.pk)


class SurveyChange(models.Model):
    """Signatures that have changed since their petition was surveyed, and make a new survey due.

    The totals of a petition do not tell that a signature was anonymised, for example. The rows are
    only inserted, so nobody waits for a lock; `surveying` deletes those that it has seen.
    """

    tally = models.ForeignKey(
        Tally, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    number = models.PositiveIntegerField(_("signatures"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("change of a survey")
        verbose_name_plural = _("changes of surveys")

    def __str__(self) -> str:
        return str(self.pk)


def note(numbers: Mapping[int, int]) -> None:
    """Note that this many signatures of these tallies change, in the transaction that does it."""
    SurveyChange.objects.bulk_create(
        SurveyChange(tally_id=tally, number=number) for tally, number in numbers.items() if number
    )


def note_all(signatures: QuerySet[models.Model]) -> None:
    """Note that these signatures change."""
    note(dict(signatures.order_by().values_list("tally").annotate(Count("pk"))))


def changed(tallies: Collection[int]) -> int:
    """Return how many signatures of these tallies have changed since the surveys, at most."""
    found = SurveyChange.objects.filter(tally__in=tallies)
    return found.aggregate(sum=Sum("number"))["sum"] or 0
