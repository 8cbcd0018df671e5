"""The contrast that the colours of the design have on each other, by WCAG 2.2."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from home.colours import SHAPES, WORDS, contrast
from home.styleguide import tokens


class Pair(NamedTuple):
    """A colour on another, and the contrast that it needs (WCAG 2.2: 4.5 for words, 3 for shapes
    and for words in a poster's size)."""

    upper: str
    ground: str
    need: float = WORDS


PAIRS = [
    *(Pair(upper, ground) for ground in ("ground", "sheet") for upper in ("text", "soft", "ink")),
    Pair("paper", "ultramarine"),
    Pair("pale", "ultramarine"),
    Pair("paper", "dusk"),
    Pair("pale", "dusk"),
    Pair("paper", "night"),
    Pair("pale", "night"),
    Pair("night", "drop"),
    Pair("ultramarine", "paper"),
    Pair("written", "field"),
    Pair("alarm", "blush"),
    Pair("level", "ground", SHAPES),
    Pair("focus", "ground", SHAPES),
    Pair("edge", "field", SHAPES),
    *(Pair("drop", ground, SHAPES) for ground in ("ultramarine", "dusk", "night")),
]


def grade(ratio: float, need: float) -> str:
    """What WCAG 2.2 calls it; empty where it is too little for what it is used for."""
    if ratio < need:
        return ""
    return "AAA" if need == WORDS and ratio >= 7 else "AA"


def measure(pair: Pair, known: dict[str, str]) -> Iterator[tuple[str, float, str]]:
    """(scheme, contrast, grade). Cut off, not rounded: 4.496 is less than 4.5."""
    for scheme in tokens.SCHEMES:
        upper, ground = (tokens.colour(known[name], scheme, known) for name in pair[:2])
        ratio = contrast(upper, ground)
        yield scheme, int(ratio * 100) / 100, grade(ratio, pair.need)


def measured(known: dict[str, str]) -> list[dict[str, Any]]:
    """Every pair with its contrast in both schemes."""
    return [{"pair": pair, "schemes": list(measure(pair, known))} for pair in PAIRS]
