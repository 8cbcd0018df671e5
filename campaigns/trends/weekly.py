"""The weekly email: the numbers of the petitions whose signatures a user may view.

Only users who have chosen it in their account get it. The worker queues it on Monday morning.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from campaigns.counting.arrivals import Arrival
from campaigns.petitions.state import State, in_state
from campaigns.petitions.tally import Tally
from campaigns.trends import readers
from campaigns.workflow import notices, staff_mails
from campaigns.workflow.mail_choices import MailChoice
from campaigns.workflow.notices import Kind
from campaigns.workflow.staff_mails import Content

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


def tell_due() -> float | None:
    """Queue one email; return the seconds until the next, as `Round` expects."""
    this_monday = monday(timezone.now())

    def mark(choice: MailChoice) -> dict[str, Any]:
        MailChoice.objects.filter(pk=choice.pk).update(weekly_on=this_monday)
        return {"choice": choice.pk, "monday": this_monday.isoformat()}

    return notices.queue(Kind.WEEK, due(this_monday), mark)


def due(this_monday: date) -> QuerySet[MailChoice]:
    """Return the choices of users who want the email and have not had it since this Monday."""
    unsent = Q(weekly_on=None) | Q(weekly_on__lt=this_monday)
    return wanted().filter(unsent).order_by("pk")


def wanted() -> QuerySet[MailChoice]:
    """Return the choices of users who want the email and can get it."""
    return MailChoice.objects.filter(weekly=True, user__is_active=True).exclude(user__email="")


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


def compose(about: dict[str, Any]) -> Content | None:
    """Return the email, if the user still wants it and there are petitions to report."""
    choice = wanted().filter(pk=about["choice"]).select_related("user").first()
    this_monday = date.fromisoformat(about["monday"])
    if choice and (found := rows(choice, this_monday)):
        context = {
            "rows": found[:SHOWN],
            "others": len(found[SHOWN:]),
            "first": this_monday - WEEK,
            "last": this_monday - timedelta(days=1),
        }
        return Content(TEMPLATES, context, [choice.user])
    return None


notices.COMPOSERS[Kind.WEEK] = compose
