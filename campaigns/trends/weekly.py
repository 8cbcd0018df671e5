"""The weekly email: the numbers of the petitions whose signatures a user may view.

Only users who have chosen it in their account get it. The worker sends it on Monday morning.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from campaigns.counting.arrivals import Arrival
from campaigns.petitions.state import State, in_state
from campaigns.petitions.tally import Tally
from campaigns.trends import readers
from campaigns.workflow import notifying, staff_mails
from campaigns.workflow.mail_choices import MailChoice

WEEK = timedelta(days=7)
# On Monday, in the site's time zone.
MORNING = time(6)
# Petitions with a chart; the email only counts the others.
SHOWN = 8
TEMPLATES = staff_mails.templates("campaigns/staff/weekly")


class Day(NamedTuple):
    day: date
    number: int
    part: int  # hundredths of the best day of the week


class Row(NamedTuple):
    """A petition with its numbers of last week, from Monday to Sunday, and of the week before."""

    tally: Tally
    week: int
    week_before: int
    days: list[Day]


def monday(moment: datetime) -> date:
    """Return the newest Monday whose MORNING has passed, in the site's time zone."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    day = (local - timedelta(hours=MORNING.hour)).date()
    return day - timedelta(days=day.weekday())


def send_due() -> float | None:
    """Send one email; return the seconds until the next, as `Round` expects."""
    this_monday = monday(timezone.now())

    def claim(choice: MailChoice) -> notifying.Claimed:
        before, rows = choice.weekly_on, MailChoice.objects.filter(pk=choice.pk)
        rows.update(weekly_on=this_monday)
        return notifying.Claimed(
            lambda: composed(choice, this_monday), lambda: rows.update(weekly_on=before)
        )

    return notifying.tell(due(this_monday), claim)


def due(this_monday: date) -> QuerySet[MailChoice]:
    """Return the choices of users who want the email and have not had it since this Monday."""
    unsent = Q(weekly_on=None) | Q(weekly_on__lt=this_monday)
    found = MailChoice.objects.filter(unsent, weekly=True, user__is_active=True)
    return found.exclude(user__email="").select_related("user").order_by("pk")


def rows(choice: MailChoice, this_monday: date) -> list[Row]:
    """Return the petitions that are open or were signed last week, the busiest first."""
    first, last = this_monday - WEEK, this_monday - timedelta(days=1)
    signed = Arrival.objects.filter(day__range=(first, last)).values("tally")
    wanted = Q(pk__in=signed) | Q(in_state(State.OPEN, "translation_key"))
    tallies = readers.viewed_by(choice.user).filter(wanted).select_related("petition")
    numbers = by_day(tallies, first - WEEK, last)
    found = [row(tally, numbers[tally.pk], first) for tally in tallies]
    return sorted(found, key=lambda row: (-row.week, row.tally.petition.title))


def by_day(tallies: QuerySet[Tally], first: date, last: date) -> dict[int, Counter[date]]:
    """Return the numbers of all these petitions, in one query."""
    found = Arrival.objects.filter(tally__in=tallies, day__range=(first, last)).order_by()
    numbers: dict[int, Counter[date]] = defaultdict(Counter)
    for tally, day, number in found.values_list("tally", "day").annotate(Sum("number")):
        numbers[tally][day] = number
    return numbers


def row(tally: Tally, numbers: Counter[date], first: date) -> Row:
    """Return the numbers of one petition in the seven days from `first`."""
    days = [first + timedelta(days=passed) for passed in range(7)]
    best = max(numbers[day] for day in days) or 1
    shown = [Day(day, numbers[day], round(100 * numbers[day] / best)) for day in days]
    week = sum(day.number for day in shown)
    return Row(tally, week, sum(numbers.values()) - week, shown)


def composed(choice: MailChoice, this_monday: date) -> notifying.Mails:
    """Return the email; an empty list if there are no petitions to report."""
    found = rows(choice, this_monday)
    context = {
        "rows": found[:SHOWN],
        "others": len(found[SHOWN:]),
        "first": this_monday - WEEK,
        "last": this_monday - timedelta(days=1),
    }
    return staff_mails.composed(TEMPLATES, context, [choice.user] if found else [])
