"""Horizontal bar charts of named numbers, which can be read like a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import get_language_bidi

from campaigns.charts.columns import WIDTH

# Space for the name, for the bar and its number, and for a row and the heading.
NAME_WIDTH, BAR_WIDTH, ROW_HEIGHT, HEADING_HEIGHT = 260, 340, 26, 36
LONGEST_NAME = 34


class Share(NamedTuple):
    name: str
    number: int
    part: int  # percentage of the largest number
    other: int = 0  # the number it is compared with


@dataclass(frozen=True)
class Shares:
    """Named numbers as horizontal bars, which can be read like a table.

    `heading` is the heading of the names. `rows` are all shares, `shown` those in the picture,
    `others` the remaining ones. If two sets are compared, `compared` has their names, and `beside`
    the numbers of the second.
    """

    title: str
    heading: str
    numbers: Sequence[tuple[str, int]]
    slug: str = ""
    most: int = 12
    compared: Sequence[str] = ()
    beside: Mapping[str, int] = field(default_factory=dict)
    width: int = field(default=WIDTH, init=False)

    @property
    def is_empty(self) -> bool:
        return not any(number for _name, number in self.numbers) and not any(self.beside.values())

    @property
    def rows(self) -> list[Share]:
        largest = max((number for _name, number in self.numbers), default=0) or 1
        return [
            Share(name, number, round(100 * number / largest), self.beside.get(name, 0))
            for name, number in self.numbers
        ]

    @property
    def shown(self) -> list[Share]:
        return self.rows[: self.most]

    @property
    def others(self) -> list[Share]:
        return self.rows[self.most :]

    def with_other(self, other: "Shares", names: Sequence[str]) -> "Shares":
        """Return these shares next to others; names that only one of the two has are included."""
        known, beside = dict(self.numbers), dict(other.numbers)
        numbers = [(name, known.get(name, 0)) for name in {**known, **beside}]
        if len(numbers) > self.most:
            numbers.sort(key=lambda row: -row[1] - beside.get(row[0], 0))
        return replace(self, numbers=numbers, compared=names, beside=beside)

    @property
    def height(self) -> int:
        return HEADING_HEIGHT + ROW_HEIGHT * len(self.shown)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The position of each name, bar and number, mirrored in right-to-left languages."""
        return [
            {
                "y": HEADING_HEIGHT + ROW_HEIGHT * place,
                "name": shortened(share.name),
                "name_x": self.x(NAME_WIDTH),
                "bar_x": self.x(NAME_WIDTH + 12, share.part * BAR_WIDTH / 100),
                "bar_width": round(share.part * BAR_WIDTH / 100, 1),
                "number_x": self.x(NAME_WIDTH + 20 + share.part * BAR_WIDTH / 100),
                "number": intcomma(share.number),
            }
            for place, share in enumerate(self.shown)
        ]

    def x(self, place: float, width: float = 0) -> float:
        return round(WIDTH - place - width if get_language_bidi() else place, 1)

    @property
    def start_x(self) -> float:
        return self.x(0)


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
