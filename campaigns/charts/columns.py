"""Bar charts as SVG, rendered on the server, so that they work without JavaScript and can be saved.

Each chart is accompanied by a table with the same numbers (`templates/campaigns/cms/chart.html`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import get_language_bidi, gettext

WIDTH, HEIGHT = 720, 220
# Space for the numbers at the side, and for the labels below.
SIDE, BELOW, ABOVE = 64, 28, 12
MOST_LABELS = 8


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    series: int
    text: str  # tooltip


class Mark(NamedTuple):
    """A line of the scale with its number, or a label below the bars."""

    place: float
    text: str


@dataclass(frozen=True)
class Series:
    name: str
    numbers: Sequence[int]


@dataclass(frozen=True)
class Chart:
    """Grouped bars: for each label, one bar of each series.

    `labels` are short, for the axis; `names` are complete, for the table. The chart is mirrored in
    languages that are written from right to left.
    """

    title: str
    heading: str  # of the column of names in the table
    labels: Sequence[str]
    names: Sequence[str]
    series: Sequence[Series]
    slug: str = ""
    width: int = field(default=WIDTH, init=False)
    height: int = field(default=HEIGHT, init=False)

    @property
    def is_empty(self) -> bool:
        return not any(any(each.numbers) for each in self.series)

    @property
    def top(self) -> int:
        """The largest number of the scale."""
        highest = max((max(each.numbers, default=0) for each in self.series), default=0)
        return round_up(max(highest, 1))

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        numbers = zip(*(each.numbers for each in self.series), strict=True)
        return [(name, list(row)) for name, row in zip(self.names, numbers, strict=True)]

    @property
    def baseline(self) -> int:
        return HEIGHT - BELOW

    def y(self, number: float) -> float:
        return round(self.baseline - number / self.top * (self.baseline - ABOVE), 1)

    def x(self, place: float, width: float = 0) -> float:
        """Return the x coordinate of a place, mirrored in right-to-left languages."""
        left = SIDE + place
        return round(WIDTH - left - width if get_language_bidi() else left, 1)

    @property
    def bars(self) -> list[Bar]:
        slot = (WIDTH - SIDE) / max(len(self.labels), 1)
        width = max(slot * 0.8 / len(self.series), 0.5)
        return [
            Bar(
                x=self.x(place * slot + slot * 0.1 + series * width, width),
                y=self.y(number),
                width=round(width, 1),
                height=round(self.baseline - self.y(number), 1),
                series=series,
                text=f"{name}{gettext(':')} {intcomma(number)}",
            )
            for place, (name, numbers) in enumerate(self.rows)
            for series, number in enumerate(numbers)
            if number
        ]

    @property
    def scale(self) -> list[Mark]:
        return scale(self.top, self.y)

    @property
    def ticks(self) -> list[Mark]:
        """At most MOST_LABELS of the labels, evenly spaced."""
        slot = (WIDTH - SIDE) / max(len(self.labels), 1)
        step = math.ceil(len(self.labels) / MOST_LABELS) or 1
        return [
            Mark(self.x((place + 0.5) * slot), self.labels[place])
            for place in range(0, len(self.labels), step)
        ]

    @property
    def scale_x(self) -> float:
        return self.x(-8)

    @property
    def scale_anchor(self) -> str:
        """The text-anchor with which the numbers of the scale end next to the bars."""
        return "start" if get_language_bidi() else "end"

    @property
    def first_x(self) -> float:
        return self.x(0, WIDTH - SIDE)

    @property
    def last_x(self) -> float:
        return self.first_x + WIDTH - SIDE


def scale(top: int, y: Callable[[float], float]) -> list[Mark]:
    """Return two, three or five evenly spaced numbers from 0 to the top, with their positions."""
    steps = 4 if top % 4 == 0 else 2 if top % 2 == 0 else 1
    return [Mark(y(top * step / steps), intcomma(top * step // steps)) for step in range(steps + 1)]


def round_up(number: int) -> int:
    """Round up to 1, 2, 4, 5, 8 or 10 times a power of ten, which makes an even scale."""
    zeros: int = 10 ** (len(str(number)) - 1)
    return next(step * zeros for step in (1, 2, 4, 5, 8, 10) if step * zeros >= number)
