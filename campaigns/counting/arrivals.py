"""Arrivals: how many signers came on each day, on each page, on each site and by each source.

The worker counts them for the CMS, since counting a million signatures for each request would take
too long. Arrivals are counted by channel and never by person: nothing records who shared a link.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, ONLINE_SQL

# Anyone can make up source codes, so only this many are counted separately for a petition.
MOST_CODES = 100
OTHERS = "*"
# The site of an embedded form whose host is unknown.
UNKNOWN = "?"
# The page of signers who came with an imported list: the largest number that the column can hold.
LISTS = 2**31 - 1
DAYS_SHOWN, ROWS_SHOWN, CODES_OF_A_DAY = 14, 25, 3
CELLS = ["day", "page", "site", "source", "number"]

# Recounts each tally whose arrivals do not add up to its total, or every tally if `every` is true,
# and writes what has changed.
ROLL_UP = f"""
    WITH behind AS (
        SELECT t.id FROM campaigns_tally t WHERE %(every)s OR t.total <> coalesce(
            (SELECT sum(a.number) FROM campaigns_arrival a WHERE a.tally_id = t.id), 0)
    ), every AS MATERIALIZED (
        SELECT s.tally_id, (s.confirmed_at AT TIME ZONE %(zone)s)::date AS day,
            CASE WHEN {ONLINE_SQL} THEN coalesce(s.page_id, 0) ELSE {LISTS} END AS page,
            s.source,
            CASE WHEN s.channel <> 'embed' THEN '' WHEN s.framed_by = '' THEN '{UNKNOWN}'
                ELSE s.framed_by END AS site,
            count(*) AS number
        FROM campaigns_signature s JOIN behind ON behind.id = s.tally_id
        WHERE {COUNTED_SQL}
        GROUP BY 1, 2, 3, 4, 5
    ), ranked AS (
        SELECT tally_id, source, row_number() OVER (
            PARTITION BY tally_id ORDER BY source = '' DESC, sum(number) DESC, source) AS place
        FROM every GROUP BY tally_id, source
    ), latest AS MATERIALIZED (
        SELECT e.tally_id, e.day, e.page, e.site,
            CASE WHEN r.place <= %(most)s THEN e.source ELSE '{OTHERS}' END AS source,
            sum(e.number) AS number
        FROM every e JOIN ranked r ON (r.tally_id, r.source) = (e.tally_id, e.source)
        GROUP BY 1, 2, 3, 4, 5
    ), gone AS (
        DELETE FROM campaigns_arrival a USING behind b
        WHERE b.id = a.tally_id AND NOT EXISTS (
            SELECT FROM latest n WHERE (n.tally_id, n.day, n.page, n.site, n.source)
                = (a.tally_id, a.day, a.page, a.site, a.source))
    )
    INSERT INTO campaigns_arrival AS old (tally_id, day, page, site, source, number)
    SELECT tally_id, day, page, site, source, number FROM latest
    ON CONFLICT (tally_id, day, page, site, source) DO UPDATE SET number = EXCLUDED.number
    WHERE old.number <> EXCLUDED.number
"""


class Arrival(models.Model):
    """The number of a petition's signers with the same day, page, site and source.

    Only `roll_up` writes the rows. The day is that of the confirmation.
    """

    tally = models.ForeignKey(
        Tally, on_delete=models.CASCADE, related_name="arrivals", db_index=False
    )
    day = models.DateField(_("day"))
    # The primary key of a page, which may have been deleted; 0 for the petition's own page, and
    # LISTS for imported lists.
    page = models.PositiveIntegerField(_("page"), default=0)
    site = models.CharField(_("embedding site"), max_length=80, default="", blank=True)
    source = models.CharField(_("source"), max_length=81, default="", blank=True)
    number = models.PositiveIntegerField(_("signatures"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "day", "page", "site", "source"], name="one_arrival_a_kind"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Row(NamedTuple):
    """A row of the report; its name is "" for signers without a code, page or site.

    The last row of a table stands for as many `others` as have no row of their own.
    """

    name: str
    number: int
    others: int = 0


class Day(NamedTuple):
    day: date
    number: int
    # The codes by which most signers came on that day.
    sources: list[Row]


class Report(NamedTuple):
    """Where a petition's signers came from: the latest days, and the most frequent values ever."""

    days: list[Day]
    sources: list[Row]
    pages: list[Row]
    sites: list[Row]


def roll_up(*, every: bool = False) -> None:
    """Count the arrivals of each petition whose number of signatures has changed, or of `every`.

    If as many signatures were added as removed, the number alone does not reveal the change.
    """
    zone = timezone.get_default_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(ROLL_UP, {"zone": zone, "most": MOST_CODES, "every": every})


def of(tally: Tally) -> QuerySet[Arrival]:
    return Arrival.objects.filter(tally=tally)


def by_source(code: str, tallies: Iterable[int], *, is_beginning: bool) -> int:
    """Return how many signers came by a source, or by all sources that begin with its code.

    The numbers are those that the worker last counted.
    """
    lookup = "source__startswith" if is_beginning else "source"
    found = Arrival.objects.filter(tally__in=tallies, **{lookup: code.lower()})
    return found.aggregate(total=Sum("number"))["total"] or 0


def report(tally: Tally) -> Report:
    """Return the report, in a fixed number of queries over the arrivals, never over signatures."""
    found = of(tally)
    pages = most(found, "page")
    names = titles([pk for pk, _ in pages])
    return Report(
        days=days(found),
        sources=shortened(Row(*row) for row in most(found, "source")),
        pages=shortened(Row(names.get(pk, ""), number) for pk, number in pages),
        sites=shortened(Row(*row) for row in most(found.exclude(site=""), "site")),
    )


def shortened(rows: Iterable[Row]) -> list[Row]:
    """Return the first rows, and one for all others, so that the numbers add up."""
    shown, others = (every := list(rows))[:ROWS_SHOWN], every[ROWS_SHOWN:]
    if others:
        shown.append(Row("", sum(row.number for row in others), len(others)))
    return shown


def lines(tally: Tally) -> Iterator[list[object]]:
    """Return CELLS for every arrival, the newest day first, with page titles."""
    order = ("-day", "-number", "source", "page", "site")
    rows = list(of(tally).order_by(*order).values_list(*CELLS))
    names = titles({row[1] for row in rows})
    return ([day, names.get(page, ""), *cells] for day, page, *cells in rows)


def titles(pages: Iterable[int]) -> dict[int, str]:
    """Return the titles by primary key; a page that was deleted has the title UNKNOWN."""
    found = dict(Page.objects.filter(pk__in=pages).values_list("pk", "title"))
    found[LISTS] = gettext("Imported lists")
    return {pk: found.get(pk, UNKNOWN) for pk in pages if pk}


def most(found: QuerySet[Arrival], name: str) -> list[tuple[Any, int]]:
    """Return the values of a column, the most frequent first, with their numbers of signers."""
    return list(found.values_list(name).annotate(total=Sum("number")).order_by("-total", name))


def days(found: QuerySet[Arrival]) -> list[Day]:
    """Return the latest days on which somebody signed, the newest first."""
    latest = found.values_list("day").annotate(total=Sum("number")).order_by("-day")
    totals = dict(latest[:DAYS_SHOWN])
    rows = found.filter(day__in=totals).values_list("day", "source").annotate(total=Sum("number"))
    codes: dict[date, list[Row]] = {day: [] for day in totals}
    for day, source, number in rows.order_by("-total", "source"):
        if source:
            codes[day].append(Row(source, number))
    return [Day(day, number, codes[day][:CODES_OF_A_DAY]) for day, number in totals.items()]
