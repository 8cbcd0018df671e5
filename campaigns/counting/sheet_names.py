"""Parses names of paper sheets as people type them: “1–21”, “7”, “Bamako 1–21, 30”."""

import re
from collections.abc import Iterable

# More sheets in one entry are a typing mistake.
MOST = 10_000
RANGE = re.compile(r"^(?P<name>.*?)\s*(?P<first>\d{1,9})(?:\s*[-‐‑‒–—]\s*(?P<last>\d{1,9}))?$")

Sheet = tuple[str, int]


class Unreadable(ValueError):
    """A range of sheets that ends before it begins, or that has too many."""


def read(text: str) -> dict[Sheet, None]:
    """Parse a text into its sheets, in order, each as (name, number).

    A name applies to the ranges that follow it; a sheet without a number has 0. Raise Unreadable if
    a range is not valid.
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
        if last < first or last - first >= MOST:
            raise Unreadable
        found |= dict.fromkeys((name, number) for number in range(first, last + 1))
    if len(found) > MOST:
        raise Unreadable
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
