"""The growth of a petition as the public sees it, without small numbers."""

from datetime import date, timedelta
from itertools import accumulate

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from campaigns.caching import cached
from campaigns.counting.arrivals import Arrival
from campaigns.counting.entries import LedgerEntry
from campaigns.counting.surveying import FEW
from campaigns.petitions.petition import Petition


def course(petition: Petition) -> list[tuple[date, int]]:
    """Return days with the total of all signatures up to then; [] if the count is not public.

    Each day has at least FEW more than the one before: smaller numbers are added to a later day, so
    that no day reveals anything about a few people. The worker counts the days every five minutes;
    a number that was signed elsewhere belongs to the day on which it was entered. Entries that were
    reversed are left out, with their reversals.
    """
    if petition.progress.count is None:
        return []
    tally = petition.tally.pk
    days = cached(("course", tally), lambda: by_day(tally))
    totals = list(accumulate(number for _day, number in days))
    # A correction takes from all days before it: nobody was counted who was subtracted later.
    capped = reversed(list(accumulate(reversed(totals), min)))
    found: list[tuple[date, int]] = []
    told = 0
    for (day, _number), total in zip(days, capped, strict=True):
        if total - told >= FEW:
            found.append((day, total))
            told = total
    if not found:
        return []
    return [(found[0][0] - timedelta(days=1), 0), *found]


def by_day(tally: int) -> list[tuple[date, int]]:
    rows = Arrival.objects.filter(tally=tally).order_by("day").values_list("day")
    numbers = dict(rows.annotate(number=Sum("number")))
    entered = LedgerEntry.objects.filter(tally=tally, counters=None, countered_by=None).order_by()
    day_entered = TruncDate("entered_at", tzinfo=timezone.get_default_timezone())
    days = entered.annotate(day=day_entered).values_list("day")
    for day, number in days.annotate(sum=Sum("number")):
        numbers[day] = numbers.get(day, 0) + number
    return sorted(numbers.items())
