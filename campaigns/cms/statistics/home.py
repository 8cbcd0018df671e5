"""The open petitions on the dashboard, for users who may view their statistics."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from campaigns.cms.permissions import AnyUser, StaffRequest, signature_policy, tallies_for
from campaigns.counting import surveys
from campaigns.counting.arrivals import Arrival
from campaigns.moderation import queue
from campaigns.petitions.state import State, in_state
from campaigns.petitions.tally import Tally

# The number of petitions shown: those with the most new signatures.
SHOWN, WEEK = 8, timedelta(days=7)
URL = "signatures_statistics"


class Row(NamedTuple):
    """A petition with its numbers of the last seven days and of the seven days before."""

    tally: Tally
    week: int
    week_before: int
    quarantined: int

    @property
    def today(self) -> int:
        """How many signatures were confirmed today, as the worker last counted them."""
        survey = getattr(self.tally, "survey", None)
        return survey.today if survey and survey.day == surveys.today() else 0

    @property
    def url(self) -> str:
        return f"{reverse(URL)}?petition={self.tally.petition_id}"

    @property
    def time_left(self) -> str:
        """The days, hours or minutes until the petition closes; "" if no time is set."""
        closes_at = self.tally.petition.closes_at
        if closes_at is None:
            return ""
        days = (closes_at - timezone.now()).days
        if days < 1:
            return timeuntil(closes_at, depth=1)
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def rows_for(user: AnyUser) -> list[Row]:
    """Return the open petitions whose statistics the user may view.

    Makes a fixed number of queries.
    """
    is_open = in_state(State.OPEN, "translation_key")
    watched = tallies_for(user, "statistics").filter(is_open).select_related("petition", "survey")
    tallies = {tally.pk: tally for tally in watched}
    today = surveys.today()
    weeks = (
        Arrival.objects.filter(tally__in=tallies, day__gt=today - 2 * WEEK)
        .values("tally")
        .annotate(
            week=Sum("number", filter=Q(day__gt=today - WEEK), default=0),
            week_before=Sum("number", filter=Q(day__lte=today - WEEK), default=0),
        )
    )
    numbers = {row["tally"]: (row["week"], row["week_before"]) for row in weeks.order_by()}
    waiting = queue.numbers(watched)
    rows = [
        Row(tally, *numbers.get(tally.pk, (0, 0)), waiting.get(tally.pk, 0))
        for tally in tallies.values()
    ]
    return sorted(rows, key=lambda row: (-row.week, row.tally.petition.title))


class PetitionsPanel(Component):
    """The open petitions. Relies on Wagtail's Component, which the dashboard renders."""

    name = "watched_petitions"
    template_name = "campaigns/cms/home_petitions.html"
    order = 110

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        rows = rows_for(parent_context["request"].user)
        return {"rows": rows[:SHOWN], "others": len(rows[SHOWN:]), "all_url": reverse(URL)}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    if signature_policy.user_has_permission(request.user, "statistics"):
        panels.append(PetitionsPanel())
