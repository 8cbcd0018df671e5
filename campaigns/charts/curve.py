"""A cumulative curve, such as that of signatures, as SVG rendered on the server.

The page also has the same numbers as a table (`templates/blocks/curve.html`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import get_language_bidi

from campaigns.charts.columns import Mark, round_up, scale

WIDTH, HEIGHT = 720, 260
SIDE, BELOW, ABOVE = 72, 30, 12
MOST_POINTS, MOST_ROWS, MOST_LABELS = 120, 12, 4
# The first and the last day have the same label from so many days on, unless it has the year.
YEAR = 330
# After some days without a point, a rise by so many is one of its own day. Smaller ones may have
# come in little by little (`campaigns.counting.public_growth`).
LEAP = 20

Point = tuple[date, int]


@dataclass(frozen=True)
class Curve:
    """A curve; `points` are days with the total of all signatures up to then, in order."""

    title: str
    points: Sequence[Point]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_empty(self) -> bool:
        return len(self.points) < 2

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def rows(self) -> list[Point]:
        """At most MOST_ROWS of the points for the table, always including the last."""
        return thinned(self.points, MOST_ROWS)

    @property
    def top(self) -> int:
        return round_up(self.last[1])

    def x(self, day: date) -> float:
        """Return the x coordinate of a day, mirrored in right-to-left languages."""
        days = max((self.last[0] - self.first[0]).days, 1)
        place = SIDE + (day - self.first[0]).days / days * (WIDTH - SIDE - 12)
        return round(WIDTH - place if get_language_bidi() else place, 1)

    def y(self, number: float) -> float:
        return round(HEIGHT - BELOW - number / self.top * (HEIGHT - BELOW - ABOVE), 1)

    @property
    def line(self) -> str:
        return " ".join(f"{self.x(day)},{self.y(total)}" for day, total in drawn(self.points))

    @property
    def area(self) -> str:
        """The points of the line, closed along the bottom."""
        ends = (f"{self.x(day)},{self.y(0)}" for day in (self.last[0], self.first[0]))
        return f"{self.line} {' '.join(ends)}"

    @property
    def scale(self) -> list[Mark]:
        return scale(self.top, self.y)

    @property
    def ticks(self) -> list[Mark]:
        """Evenly spaced days, including the first and the last."""
        days = (self.last[0] - self.first[0]).days
        steps = min(MOST_LABELS - 1, max(days, 1))
        shown = [self.first[0] + timedelta(days=days * step // steps) for step in range(steps + 1)]
        label = "j M" if days < YEAR else "M Y"
        return [Mark(self.x(day), date_format(day, label)) for day in shown]

    @property
    def scale_x(self) -> float:
        return WIDTH - SIDE + 8 if get_language_bidi() else SIDE - 8

    @property
    def scale_anchor(self) -> str:
        return "start" if get_language_bidi() else "end"

    @property
    def sides(self) -> tuple[float, float]:
        """The left and the right end of the lines of the scale."""
        left, right = sorted((self.x(self.first[0]), self.x(self.last[0])))
        return left, right


def drawn(points: Sequence[Point]) -> list[Point]:
    """Return the points of the line, thinned; before a leap, the total stays what it was."""
    every, corners = list(points[:1]), set[Point]()
    for before, (day, total) in pairwise(points):
        if (day - before[0]).days > 1 and total - before[1] >= LEAP:
            every.append((day - timedelta(days=1), before[1]))
            corners |= {before, every[-1]}
        every.append((day, total))
    kept = corners.union(thinned(every, MOST_POINTS))
    return [point for point in every if point in kept]


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """Return at most `most` of the points, evenly spaced, counted back from the last."""
    step = math.ceil(len(points) / most) or 1
    return list(points[::-1][::step][::-1])
