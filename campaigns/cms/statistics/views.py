"""The statistics of the petitions that a user may watch, as numbers, charts and files."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem

from campaigns.charts.columns import Chart, Series
from campaigns.charts.shares import Shares
from campaigns.charts.world import WorldMap
from campaigns.cms.permissions import signature_policy, tallies_for
from campaigns.cms.screens import Screen
from campaigns.cms.statistics.facts import facts
from campaigns.cms.statistics.shares import compared
from campaigns.counting import figures, surveys
from campaigns.exports.cells import harmless
from campaigns.paragraphs import labelled
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.tally import Tally
from operations.postgresql import replica

URL = "signatures_statistics"
DEFAULT_DAYS = 30
PICTURES = {Chart: "columns", Shares: "shares", WorldMap: "world"}
DAYS = [(14, _("14 days")), (30, _("30 days")), (90, _("90 days")), (365, _("a year"))]


class Choice(forms.Form):
    """The form that chooses the statistics, from petitions that the user may watch."""

    petition = forms.ModelChoiceField(
        Petition.objects.none(), label=_("Petition"), required=False, empty_label=_("All petitions")
    )
    beside = forms.ModelChoiceField(
        Petition.objects.none(), label=_("Compare with"), required=False, empty_label="—"
    )
    days = forms.TypedChoiceField(label=_("Days"), choices=DAYS, coerce=int)
    map = forms.BooleanField(label=_("Show a map"), required=False)

    def __init__(self, *args: Any, tallies: list[Tally], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [tally.petition_id for tally in tallies]
        for name in ("petition", "beside"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Petition.objects.filter(pk__in=keys).order_by("title")


class StatisticsView(Screen, TemplateView):
    """All petitions that the user may watch, one of them, or one beside another."""

    template_name = "campaigns/cms/statistics.html"
    page_title = _("Statistics")
    header_icon = "list-ul"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not signature_policy.user_has_permission(self.request.user, "statistics"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with replica.reading():
            if not self.form.is_valid():
                raise Http404
            if slug := request.GET.get("chart"):
                return self.file(slug, request.GET.get("format", ""))
            return super().get(request, *args, **kwargs)

    # --- what is shown ---

    @cached_property
    def watched(self) -> list[Tally]:
        tallies = tallies_for(self.request.user, "statistics").select_related("petition")
        return list(tallies.order_by("petition__title"))

    @cached_property
    def form(self) -> Choice:
        return Choice({"days": DEFAULT_DAYS, **self.request.GET.dict()}, tallies=self.watched)

    @property
    def petition(self) -> Petition | None:
        return self.form.cleaned_data["petition"]

    @cached_property
    def compared(self) -> list[tuple[str, list[Tally]]]:
        """The petitions side by side, by name; all together unless one is chosen."""
        chosen = [self.petition, self.form.cleaned_data["beside"]]
        petitions = list(dict.fromkeys(petition for petition in chosen if petition))
        if not petitions:
            return [(str(_("Signatures")), self.watched)]
        of = {tally.petition_id: tally for tally in self.watched}
        return [(petition.title, [of[petition.pk]]) for petition in petitions]

    @property
    def shown(self) -> list[Tally]:
        """The tallies of the first column: the chosen petition's, not the other's."""
        return self.compared[0][1]

    @property
    def first(self) -> date:
        return surveys.today() - timedelta(days=self.form.cleaned_data["days"] - 1)

    @property
    def charts(self) -> dict[str, Callable[[], Chart]]:
        """The function for each chart, in order; the hours are counted from signatures."""
        return {"days": self.days_chart, "hours": self.hours_chart}

    def days_chart(self) -> Chart:
        last = surveys.today()
        found = [
            (name, figures.by_day(tallies, self.first, last)) for name, tallies in self.compared
        ]
        days = [day for day, _number in found[0][1]]
        return Chart(
            title=str(_("Signatures by day")),
            heading=str(_("Day of confirmation")),
            labels=[date_format(day, "j M") for day in days],
            names=[date_format(day, "DATE_FORMAT") for day in days],
            series=[Series(name, [number for _day, number in rows]) for name, rows in found],
            slug="days",
        )

    def hours_chart(self) -> Chart:
        found = [(name, figures.by_hour(tallies)) for name, tallies in self.compared]
        hours = [hour for hour, _number in found[0][1]]
        return Chart(
            title=str(_("Signatures by hour, in the last two days")),
            heading=str(_("Hour")),
            labels=[date_format(hour, "TIME_FORMAT") for hour in hours],
            names=[date_format(hour, "DATETIME_FORMAT") for hour in hours],
            series=[Series(name, [number for _hour, number in rows]) for name, rows in found],
            slug="hours",
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        charts = [make() for make in self.charts.values()]
        counted = [facts(tallies) for _name, tallies in self.compared]
        zone = timezone.get_default_timezone_name()
        return {
            **super().get_context_data(**kwargs),
            "form": self.form,
            "charts": [(chart, self.links(chart.slug)) for chart in charts],
            "facts": [fact for fact in counted[0] if fact.number is not None],
            "compared": [name for name, _tallies in self.compared] if counted[1:] else [],
            "compared_facts": [
                (found[0].name, found)
                for found in zip(*counted, strict=True)
                if any(fact.number is not None for fact in found)
            ],
            "shares": [(each, self.links(each.slug)) for each in compared(self.compared)],
            "map": world(self.compared) if self.form.cleaned_data["map"] else None,
            "map_links": self.links("map"),
            "petition": self.petition,
            "other_zone": zone if zone != timezone.get_current_timezone_name() else "",
            **({} if counted[1:] else self.goal()),
        }

    def goal(self) -> dict[str, Any]:
        """Return the goal of the chosen petition, and when it may be reached."""
        petition = self.petition
        if petition is None or not (goal := petition.tally.goal):
            return {}
        days = figures.full_days(petition)
        # A petition that nobody can sign does not reach its goal.
        is_open = petition.state == State.OPEN
        forecast = figures.forecast(petition.tally.count, goal, days) if is_open else None
        closes = petition.closes_at
        is_young = len(days) < figures.PACE_DAYS
        found = {"goal": goal, "forecast": forecast, "is_young": is_young}
        if forecast and closes:
            # By the reader's time zone, as on the page. All other days are by the site's time zone.
            # A petition that closes at midnight is not open on the day that begins then.
            last = timezone.localdate(closes - timedelta.resolution)
            found["closes_before"] = last < forecast.soonest
            found["closes_between"] = forecast.soonest <= last < (forecast.latest or date.max)
        return found

    # --- files ---

    def links(self, chart: str) -> dict[str, str]:
        """Return the URLs of the chart's files, with the same choice."""
        query = {key: text for key, text in self.request.GET.items() if key in Choice.base_fields}
        return {
            format: reverse(URL, query={**query, "chart": chart, "format": format})
            for format in ("svg", "csv")
        }

    def file(self, slug: str, format: str) -> HttpResponse:
        if format not in ("svg", "csv"):
            raise Http404
        # The map has the numbers of the table, which may be those of two petitions.
        of = "countries" if (slug, format) == ("map", "csv") else slug
        chart = self.charts[of]() if of in self.charts else self.counted(of)
        headers = {"Content-Disposition": f'attachment; filename="signatures-{slug}.{format}"'}
        if format == "svg":
            context = {"chart": chart, "is_file": True}
            picture = render_to_string(f"campaigns/charts/{PICTURES[type(chart)]}.svg", context)
            return HttpResponse(picture, content_type="image/svg+xml", headers=headers)
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
        writer = csv.writer(response, quoting=csv.QUOTE_ALL)
        assert not isinstance(chart, WorldMap)
        writer.writerows(cells(chart))
        return response

    def counted(self, slug: str) -> Shares | WorldMap:
        """Return the map, or one of the charts by name. Raise Http404 if there is none."""
        if slug == "map":
            return world(self.compared)
        for each in compared(self.compared):
            if each.slug == slug:
                return each
        raise Http404


def world(compared: list[tuple[str, list[Tally]]]) -> WorldMap:
    """Return the map of the first petition, which names it where there is another one."""
    (name, tallies), *others = compared
    title = str(_("Signatures by country"))
    named = labelled(title, name) if others else title
    return WorldMap(named, figures.surveyed(tallies).countries)


def cells(chart: Chart | Shares) -> Iterator[list[object]]:
    """Yield the lines of the file, with all numbers, even those that do not fit in the picture."""
    if isinstance(chart, Shares):
        names: list[object] = [harmless(name) for name in chart.compared]
        yield [chart.heading, *(names or [_("Signatures")])]
        for row in chart.rows:
            numbers = [row.number, row.other] if chart.compared else [row.number]
            yield [harmless(row.name), *numbers]
    else:
        yield [chart.heading, *(harmless(series.name) for series in chart.series)]
        yield from ([name, *numbers] for name, numbers in chart.rows)


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("signatures/statistics/", StatisticsView.as_view(), name=URL)]


class StatisticsMenuItem(MenuItem):
    """The menu item, for users who may view statistics. For the `register_admin_menu_item` hook."""

    def __init__(self) -> None:
        super().__init__(
            _("Statistics"), reverse(URL), name="statistics", icon_name="list-ul", order=205
        )

    def is_shown(self, request: HttpRequest) -> bool:
        return signature_policy.user_has_permission(request.user, "statistics")
