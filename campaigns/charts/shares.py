"""Numbers by name, as bars from the side: a table that is a chart, too."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import get_language_bidi

from campaigns.charts.columns import WIDTH

# A bar from the side for each name: the rooms for the name, for the bar and for the number.
NAME_WIDTH, BAR_WIDTH, ROW_HEIGHT, HEADING_HEIGHT = 260, 340, 26, 36
LONGEST_NAME = 34


class Share(NamedTuple):
    name: str
    number: int
    part: int  # hundredths of the largest number


@dataclass(frozen=True)
class Shares:
    """Numbers by name, as bars from the side, the way a table is read.

    `heading` is that of the names. `shown` are those of a picture, `rows` all of them.
    """

    title: str
    heading: str
    numbers: Sequence[tuple[str, int]]
    slug: str = ""
    most: int = 12
    width: int = field(default=WIDTH, init=False)

    @property
    def is_empty(self) -> bool:
        return not any(number for _name, number in self.numbers)

    @property
    def rows(self) -> list[Share]:
        largest = max((number for _name, number in self.numbers), default=0) or 1
        return [Share(name, number, round(100 * number / largest)) for name, number in self.numbers]

    @property
    def shown(self) -> list[Share]:
        return self.rows[: self.most]

    @property
    def height(self) -> int:
        return HEADING_HEIGHT + ROW_HEIGHT * len(self.shown)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The places of each name, bar and number; from right to left in such a language."""
        return [
            {
                "y": HEADING_HEIGHT + ROW_HEIGHT * place,
                "name": shortened(share.name),
                "name_x": self.x(NAME_WIDTH),
                "bar_x": self.x(NAME_WIDTH + 12, share.part * BAR_WIDTH / 100),
                "bar_width": round(share.part * BAR_WIDTH / 100, 1),
                "number_x": self.x(NAME_WIDTH + 20 + share.part * BAR_WIDTH / 100),
                "number": f"{share.number:,}",
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
