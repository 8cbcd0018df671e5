"""The charts in a pack's document: bars with their numbers beside them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import ngettext

from campaigns.handover.snapshot import Country
from campaigns.sharing.paper import Paper

MARGIN, INNER = 18, 174
# The widths for the name of a country and the longest bar, and the height of a row.
NAME, BAR, ROW = 62, 82, 6.4
MOST_COUNTRIES = 20
# The height of the chart by month. With more months than this, it shows years.
HEIGHT, MOST_MONTHS = 60, 36
SIZE = 9.0


def by_country(pdf: Paper, countries: Sequence[Country], *, top: float) -> float:
    """Draw the countries with the most signatures; return where the chart ends."""
    shown = rows(countries)
    largest = max((number for _name, number in shown), default=1) or 1
    for name, number in shown:
        length = max(BAR * number / largest, 0.4)
        fitted(pdf, name, place=MARGIN, top=top, width=NAME - 2)
        left = pdf.x_of(MARGIN + NAME, length)
        pdf.rect(left, top, length, ROW - 2, style="F")
        pdf.line_of(
            intcomma(number), place=MARGIN + NAME + length + 2, top=top, width=28, size=SIZE
        )
        top += ROW
    return top


def rows(countries: Sequence[Country]) -> list[tuple[str, int]]:
    """Return the countries with the most signatures, the others, and those without a country."""
    ranked = sorted((each for each in countries if each.code), key=lambda each: -each.number)
    shown = [(each.name, each.number) for each in ranked[:MOST_COUNTRIES]]
    if others := ranked[MOST_COUNTRIES:]:
        text = ngettext("%s more country", "%s more countries", len(others)) % len(others)
        shown.append((text, sum(each.number for each in others)))
    return shown + [(each.name, each.number) for each in countries if not each.code]


def by_month(pdf: Paper, months: Sequence[tuple[date, int]], *, top: float) -> float:
    """Draw a bar for each month from the first to the last, or for each year of a long petition."""
    bars = filled(months)
    if len(bars) > MOST_MONTHS:
        years: dict[str, int] = {}
        for day, number in bars:
            years[str(day.year)] = years.get(str(day.year), 0) + number
        shown = list(years.items())
    else:
        shown = [(date_format(day, "m/y"), number) for day, number in bars]
    largest = max(number for _label, number in shown) or 1
    slot = min(INNER / len(shown), 24)
    size = min(8.0, slot * 1.05)
    ground = top + HEIGHT
    for place, (label, number) in enumerate(shown):
        start, height = MARGIN + place * slot, max((HEIGHT - 8) * number / largest, 0.2)
        left = pdf.x_of(start + slot * 0.12, slot * 0.76)
        pdf.rect(left, ground - height, slot * 0.76, height, style="F")
        centred: dict[str, Any] = {"place": start, "width": slot, "size": size, "align": "middle"}
        pdf.line_of(intcomma(number), top=ground - height - size * 0.45, **centred)
        pdf.line_of(label, top=ground + 1, **centred)
    return ground + 8


def filled(months: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return the months, including those in between in which nobody signed."""
    known = dict(months)
    found, day, last = [], months[0][0], months[-1][0]
    while day <= last:
        found.append((day, known.get(day, 0)))
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def fitted(pdf: Paper, text: str, *, place: float, top: float, width: float) -> None:
    """Write one line, in a smaller size if it is too wide."""
    size = SIZE
    pdf.type(text, role="text", size=size)
    while pdf.get_string_width(text) > width and size > 5:
        size -= 0.5
        pdf.type(text, role="text", size=size)
    pdf.line_of(text, place=place, top=top, width=width, size=size)
