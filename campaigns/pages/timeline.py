"""What has happened in a campaign: its updates, and milestones that nobody has to write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.blocks import StreamValue

from campaigns import caching
from campaigns.counting import milestones
from campaigns.petitions.petition import Petition


@dataclass(frozen=True)
class Entry:
    """One thing that has happened; `kind` is "update" or the milestone's name."""

    day: date
    kind: str
    heading: str
    text: Any = ""


def timeline(petition: Petition | None, updates: StreamValue) -> list[Entry]:
    """The newest first; empty while there is nothing to tell but that it has opened."""
    entries = [
        Entry(value["day"], "update", value["heading"], value["text"])
        for value in (update.value for update in updates)
        if value["day"]
    ]
    if petition is not None and petition.live:
        entries += reversed(milestone_entries(petition))
    if all(entry.kind == "opened" for entry in entries):
        return []
    return sorted(entries, key=lambda entry: entry.day, reverse=True)


def milestone_entries(petition: Petition) -> list[Entry]:
    """Those that are true now, in the order in which they came true, each with its day."""
    found = sorted([*turns(petition), *numbers(petition)])
    return [Entry(timezone.localdate(moment), kind, heading) for moment, kind, heading in found]


def turns(petition: Petition) -> Iterator[tuple[datetime, str, str]]:
    """When it opened, closed and the like: moment, kind and heading."""
    original, tally, now = petition.original, petition.tally, timezone.now()
    moments = [
        (
            "opened",
            gettext("Open for signatures"),
            original.opens_at or original.first_published_at,
        ),
        ("closed", gettext("Closed"), original.closes_at),
        ("delivered", gettext("Handed over"), tally.handed_over_at),
        ("won", gettext("Won"), tally.won_at),
    ]
    for kind, heading, moment in moments:
        if moment and moment <= now and not (kind == "closed" and is_before(tally.won_at, moment)):
            yield moment, kind, heading


def numbers(petition: Petition) -> Iterator[tuple[datetime, str, str]]:
    """The same of round numbers and the goal, where the public is shown the count."""
    if petition.progress.count is None:
        return
    for number, moment in reached(petition):
        shown = {"number": intcomma(number)}
        if number == petition.original.goal:
            yield moment, "goal", gettext("Goal reached: %(number)s") % shown
        elif number in milestones.ROUND:
            yield moment, "number", gettext("%(number)s signatures") % shown


def is_before(moment: Any, other: Any) -> bool:
    """Nobody could sign any more after the victory: what closes later, closes nothing."""
    return moment is not None and moment <= other


def reached(petition: Petition) -> list[tuple[int, Any]]:
    """The numbers and their moments, as of some seconds ago."""
    rows = milestones.Milestone.objects.filter(tally=petition.tally).order_by("number")
    return caching.cached(
        f"milestones-{petition.tally.pk}", lambda: list(rows.values_list("number", "reached_at"))
    )
