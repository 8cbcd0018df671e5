"""A map of the world with numbers by country, drawn from `world.svg` (`script/world_map.py`).

Borders are political. This map uses the borders of Natural Earth, which show who controls a
territory; so a map is shown only where staff have chosen it. It is accompanied by a table.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext
from django_countries import countries

SOURCE = Path(__file__).with_name("world.svg")
# The intensities of the classes of a map in per cent, from the smallest numbers to the largest.
SHADES = (25, 45, 70, 100)


class Land(NamedTuple):
    """A country, or land that belongs to none; `shade` 0 is for countries without a number."""

    code: str
    outline: str
    shade: int
    text: str


class Class(NamedTuple):
    """A class of the legend: numbers from `least` to `most` have this shade."""

    shade: int
    least: int
    most: int


@cache
def outlines() -> tuple[str, list[tuple[str, str]]]:
    """Return the view box, and the code and outline of each land, from the SVG file."""
    root = ElementTree.parse(SOURCE).getroot()
    paths = [(path.get("id", ""), path.get("d", "")) for path in root]
    return root.get("viewBox", ""), paths


@dataclass(frozen=True)
class WorldMap:
    """A map of `numbers` by country (ISO 3166-1 alpha-2); those without a country are not drawn."""

    title: str
    numbers: Mapping[str, int]
    slug: str = "map"
    view_box: str = field(default_factory=lambda: outlines()[0], init=False)

    @property
    def drawn(self) -> dict[str, int]:
        return {code: number for code, number in self.numbers.items() if code and number > 0}

    @property
    def is_empty(self) -> bool:
        return not self.drawn

    @property
    def classes(self) -> Sequence[Class]:
        """The classes in use; each starts at a fixed multiple of the one before."""
        numbers = self.drawn.values()
        largest = max(numbers, default=0)
        found = []
        for place, shade in enumerate(SHADES):
            inside = [number for number in numbers if class_of(number, largest) == place]
            if inside:
                found.append(Class(shade, min(inside), max(inside)))
        return found

    @property
    def lands(self) -> list[Land]:
        drawn = self.drawn
        largest = max(drawn.values(), default=0)
        found = []
        for code, outline in outlines()[1]:
            number = drawn.get(code, 0)
            shade = SHADES[class_of(number, largest)] if number else 0
            text = f"{countries.name(code)}{gettext(':')} {intcomma(number)}" if number else ""
            found.append(Land(code, outline, shade, text))
        return found

    @property
    def height(self) -> int:
        """The height of the picture for a width of 720."""
        *_begin, width, height = map(int, self.view_box.split())
        return round(720 * height / width)


def class_of(number: int, largest: int) -> int:
    """Return the index in SHADES, on a logarithmic scale, since countries differ by thousands."""
    if largest <= 1:
        return len(SHADES) - 1
    return min(int(len(SHADES) * math.log10(number) / math.log10(largest)), len(SHADES) - 1)
