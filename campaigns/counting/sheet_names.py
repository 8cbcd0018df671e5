"""Parses names of paper sheets as people type them: “1–21”, “7”, “Bamako 1–21, 30”."""

import re
from collections.abc import Iterable

# More sheets in one entry are a typing mistake.
MOST = 10_000
RANGE = re.compile(r"^(?P<name>.*?)\s*(?P<first>\d{1,9})(?:\s*[-‐‑‒–—]\s*(?P<last>\d{1,9}))?$")

Sheet = tuple[str, int]


class Unreadable(ValueError):
    """A range of sheets that ends before it begins."""


class TooMany(Unreadable):
    """A text that names more sheets than are allowed."""


def read(text: str, *, most: int = MOST) -> dict[Sheet, None]:
    """Parse a text into its sheets, in order, each as (name, number).

    A name applies to the ranges that follow it; a sheet without a number has 0. Raise Unreadable if
    a range is not valid, and TooMany if there are more than `most`.
    """
    found: dict[Sheet, None] = {}
    name = ""
    for part in filter(None, (each.strip() for each in re.split(r"[,;،؛]", text))):
        match = RANGE.match(part)
        if match is None:
            found[part.casefold(), 0] = None
            continue
        name = match["name"].strip().casefold() or name
        first = int(match["first"])
        last = int(match["last"] or first)
        if last < first:
            raise Unreadable
        if last - first >= most:
            raise TooMany
        found |= dict.fromkeys((name, number) for number in range(first, last + 1))
    if len(found) > most:
        raise TooMany
    return found


def write(sheets: Iterable[Sheet]) -> str:
    """Return the sheets as a short text, in which consecutive sheets form a range."""
    ranges: list[tuple[str, int, int]] = []
    for name, number in sorted(sheets):
        if ranges and ranges[-1][0] == name and number and ranges[-1][2] == number - 1:
            ranges[-1] = (name, ranges[-1][1], number)
        else:
            ranges.append((name, number, number))
    return ", ".join(written(*each) for each in ranges)


def written(name: str, first: int, last: int) -> str:
    numbers = str(first) if first == last else f"{first}–{last}"
    return " ".join(filter(None, (name, numbers if first else "")))
