"""The figures of petitions for staff: by hour, by day, and when a goal will be reached."""

import math
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from statistics import mean, stdev
from typing import NamedTuple

from django.db.models import Count, DateTimeField, F, Func, Sum, Value
from django.utils import timezone

from campaigns.counting import surveys
from campaigns.counting.arrivals import Arrival
from campaigns.counting.surveys import Survey
from campaigns.mail.outbox import OutgoingMail
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.sharing import links
from campaigns.signatures.conditions import SERVES_PETITION, TYPED_BY_SIGNERS
from campaigns.signatures.signature import Signature

# The number of days from which a forecast is made, and the number of hours that are shown.
PACE_DAYS, HOURS = 7, 48


class Forecast(NamedTuple):
    """When a goal is reached at the recent pace; `latest` is None if it may never be reached.

    `pace` is the number of signatures a day.
    """

    pace: float
    soonest: date
    latest: date | None

    @property
    def digits(self) -> str:
        """How the pace is written, for `floatformat`: a small one is not 0."""
        return "-1g" if self.pace < 10 else "0g"


class Surveyed(NamedTuple):
    """The sums of what the worker has counted in the surveys of some petitions."""

    states: dict[str, int]
    countries: dict[str, int]
    languages: dict[str, int]
    channels: dict[str, int]
    updates: dict[str, int]


def by_day(tallies: Collection[Tally], first: date, last: date) -> list[tuple[date, int]]:
    """Return the number of signatures confirmed on each day, in ascending order.

    The days are in the time zone of the site; the hours of `by_hour` are in that of the reader.
    """
    found = Arrival.objects.filter(tally__in=tallies, day__range=(first, last))
    numbers = dict(found.order_by().values_list("day").annotate(Sum("number")))
    days = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
    return [(day, numbers.get(day, 0)) for day in days]


def full_days(petition: Petition) -> list[tuple[date, int]]:
    """Return the numbers of the last PACE_DAYS full days; of fewer, if it opened within these days.

    The day of the opening is full only where it began with it.
    """
    opened = [each for each in (petition.opens_at, petition.first_published_at) if each]
    zone, day = timezone.get_default_timezone(), timedelta(days=1)
    begin = [timezone.localdate(each - timedelta.resolution, zone) + day for each in opened]
    first, yesterday = surveys.today() - PACE_DAYS * day, surveys.today() - day
    return by_day([petition.tally], max([first, *begin]), yesterday)


def by_hour(tallies: Collection[Tally]) -> list[tuple[datetime, int]]:
    """Return the number of online signatures in each of the last HOURS, including the current hour.

    Imported signatures are left out: theirs is the time of the import, or the noon of a day. Of
    those that were anonymised or are kept for mailings, only the day is known. Each hour is an hour
    in UTC: where the clock is put back, two hours of the reader have the same name.
    """
    zone = timezone.get_current_timezone()
    this_hour = timezone.localtime().replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    hours = [this_hour - timedelta(hours=passed) for passed in reversed(range(HOURS))]
    found = Signature.objects.counted().filter(
        SERVES_PETITION,
        tally__in=tallies,
        confirmed_at__gte=hours[0],
        channel__in=TYPED_BY_SIGNERS,
    )
    hour = Func(
        Value(timedelta(hours=1)),
        F("confirmed_at"),
        Value(hours[0]),
        function="date_bin",
        output_field=DateTimeField(),
    )
    grouped = found.annotate(hour=hour).order_by().values_list("hour").annotate(Count("pk"))
    numbers = {hour.astimezone(UTC): number for hour, number in grouped}
    return [(hour.astimezone(zone), numbers.get(hour, 0)) for hour in hours]


def came_by(tallies: Collection[Tally], *, since: date | None = None) -> dict[str, int]:
    """Return the number of signers by source, the largest first; "" for those without a code."""
    found = Arrival.objects.filter(tally__in=tallies)
    found = found if since is None else found.filter(day__gte=since)
    rows = found.order_by().values_list("source").annotate(number=Sum("number"))
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def generations(sources: dict[str, int]) -> dict[int, int]:
    """Return how many signers came by links passed on this many times; 0 means no shared link."""
    numbers: dict[int, int] = {}
    for source, number in sources.items():
        generation = links.generation(source)
        numbers[generation] = numbers.get(generation, 0) + number
    return dict(sorted(numbers.items()))


def today(tallies: Collection[Tally]) -> int:
    """Return how many people signed on this site today, as the worker last counted them."""
    found = Survey.objects.filter(tally__in=tallies, day=surveys.today())
    return int(found.aggregate(total=Sum("today", default=0))["total"])


def first_emails(tallies: Collection[Tally]) -> int:
    owed = OutgoingMail.objects.filter(outcome=OutgoingMail.Outcome.OWED)
    due = owed.filter(due_at__lte=timezone.now())
    # For all petitions, the index of the outbox is enough: a storm makes hundreds of thousands due.
    if Tally.objects.exclude(pk__in=[tally.pk for tally in tallies]).exists():
        due = due.filter(signature__tally__in=tallies)
    return due.count()


def surveyed(tallies: Collection[Tally]) -> Surveyed:
    """Return the sums over the surveys of these petitions, each sorted by number, largest first."""
    sums: dict[str, dict[str, int]] = {name: {} for name in Surveyed._fields}
    for figures in Survey.objects.filter(tally__in=tallies).values_list("figures", flat=True):
        for name in Surveyed._fields:
            for value, number in figures.get(name, {}).items():
                sums[name][value] = sums[name].get(value, 0) + number
    return Surveyed(
        **{
            name: dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))
            for name, numbers in sums.items()
        }
    )


def forecast(total: int, goal: int, days: list[tuple[date, int]]) -> Forecast | None:
    """Return when the goal is reached, at the pace of the last full days; None if nobody signs.

    The dates are those of a pace two standard errors above and below the mean.
    """
    numbers = [number for _day, number in days[-PACE_DAYS:]]
    if total >= goal or len(numbers) < 2 or not any(numbers):
        return None
    pace = mean(numbers)
    doubt = 2 * stdev(numbers) / math.sqrt(len(numbers))
    soonest = day_after((goal - total) / (pace + doubt))
    latest = day_after((goal - total) / (pace - doubt)) if pace > doubt else None
    return Forecast(pace, soonest or surveys.today(), latest) if soonest else None


def day_after(days: float) -> date | None:
    """Return the date that is this many days from today; None if it is a century away."""
    return surveys.today() + timedelta(days=math.ceil(days)) if days < 36_500 else None
