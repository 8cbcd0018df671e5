"""Facets: how many signatures match each choice of a filter of the list.

The worker counts those of whole petitions (`counting.surveying`). The matches of a combination of
filters are counted on request, if there are few.
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, NullIf

from campaigns.counting import surveys
from campaigns.counting.surveys import Survey
from campaigns.finding.paging import FETCHING, MOST, planned
from campaigns.signatures.conditions import STATE
from campaigns.signatures.signature import Signature

# The numbers by filter and by choice; choices without a match are left out.
Numbers = dict[str, dict[str, int]]
# The names of the filters in a survey. TICKED has the choices that a survey calls differently.
SURVEYED = {
    "state": "all_states",
    "reason": "all_reasons",
    "country": "all_countries",
    "language": "all_languages",
    "channel": "all_channels",
    "page": "all_pages",
    "updates": "all_updates",
}
TICKED = {"yes": "true", "no": "false"}
FACETS: dict[str, Any] = {
    "petition": Cast("tally_id", TextField()),
    "state": STATE,
    "reason": Case(When(moderation__gt="", then=F("moderation_reason"))),
    "country": Cast("country", TextField()),
    "language": F("language"),
    "channel": F("channel"),
    "page": Cast("page_id", TextField()),
    "updates": Case(When(updates=True, then=Value("true")), default=Value("false")),
    "source": NullIf("source", Value("")),
    "moment": F("signed_at"),
}
COUNT = """
    WITH found ({names}) AS MATERIALIZED ({found})
    SELECT kind, value, count(*) FROM found CROSS JOIN LATERAL (VALUES {pairs},
        ('signed', CASE WHEN moment >= %s THEN 'today' END),
        ('signed', CASE WHEN moment >= %s THEN 'week' END)) AS facet (kind, value)
    WHERE value > '' GROUP BY kind, value
"""


def among(signatures: QuerySet[Signature]) -> Numbers | None:
    """Return the numbers among these signatures; None if there are too many to count on request."""
    rows = signatures.order_by().select_related(None).values_list(*FACETS.values())[: MOST + 1]
    try:
        sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return {}
    pairs = ", ".join(f"('{name}', \"{name}\"::text)" for name in FACETS if name != "moment")
    names = ", ".join(f'"{name}"' for name in FACETS)
    today = surveys.today()
    with planned(FETCHING) as cursor:
        cursor.execute(
            COUNT.format(names=names, found=sql, pairs=pairs),
            [*parameters, surveys.midnight(today), surveys.midnight(surveys.week_of(today))],
        )
        numbers: Numbers = {}
        for kind, value, number in cursor.fetchall():
            numbers.setdefault(kind, {})[value] = number
    return None if sum(numbers.get("petition", {}).values()) > MOST else numbers


def surveyed(tallies: Collection[int]) -> dict[int, Numbers]:
    """Return the numbers of each of these tallies, as the worker last counted them."""
    rows = Survey.objects.filter(tally__in=tallies).values_list("tally", "figures", "week")
    return {
        tally: {name: of_survey(figures, kind) for name, kind in SURVEYED.items()}
        | {"signed": lately(week)}
        for tally, figures, week in rows
    }


def of_survey(figures: Numbers, kind: str) -> dict[str, int]:
    """Return the numbers of one kind, by the choices of the filter."""
    return {TICKED.get(value, value): number for value, number in figures.get(kind, {}).items()}


def lately(week: dict[str, Any]) -> dict[str, int]:
    """Return the numbers of today and of the last week; {} before the worker counts today."""
    if week.get("day") != surveys.today().isoformat():
        return {}
    return {"today": week["today"], "week": week.get("listed", 0)}


def total(numbers: Numbers) -> int:
    """Return how many signatures there are, since each has exactly one state."""
    return sum(numbers.get("state", {}).values())


def together(found: Collection[Numbers]) -> Numbers:
    """Return the sums of these numbers."""
    sums: Numbers = {}
    for numbers in found:
        for name, values in numbers.items():
            of = sums.setdefault(name, {})
            for value, number in values.items():
                of[value] = of.get(value, 0) + number
    return sums
