"""The contrast between the colours of the design, as WCAG 2.2 measures it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from home.identity.colours import SHAPES, WORDS, contrast
from home.styleguide import tokens


class Pair(NamedTuple):
    """The names of a colour and of its background, and the contrast that they need.

    WCAG 2.2 requires 4.5 for text, and 3 for shapes and for large text.
    """

    upper: str
    ground: str
    need: float = WORDS


PAIRS = [
    *(Pair(upper, ground) for ground in ("ground", "sheet") for upper in ("text", "soft", "ink")),
    Pair("flood-text", "ultramarine"),
    Pair("flood-soft", "ultramarine"),
    Pair("paper", "dusk"),
    Pair("pale", "dusk"),
    Pair("paper", "night"),
    Pair("pale", "night"),
    *(
        Pair(upper.format(name), ground.format(name))
        for name in ("drop", "flood-action", "night-action")
        for upper, ground in (("on-{}", "{}"), ("on-{}", "{}-lit"))
    ),
    Pair("written", "field"),
    Pair("alarm", "blush"),
    *(Pair("level", ground, SHAPES) for ground in ("ground", "sheet", "track")),
    Pair("mark", "ground", SHAPES),
    Pair("focus", "ground", SHAPES),
    Pair("edge", "field", SHAPES),
    Pair("flood-action", "ultramarine", SHAPES),
    *(Pair("night-action", ground, SHAPES) for ground in ("dusk", "night")),
]


def grade(ratio: float, need: float) -> str:
    """Return the level of WCAG 2.2, "AA" or "AAA"; "" if the contrast is lower than needed."""
    if ratio < need:
        return ""
    return "AAA" if need == WORDS and ratio >= 7 else "AA"


def measure(pair: Pair, known: dict[str, str]) -> Iterator[tuple[str, float, str]]:
    """Yield (scheme, contrast, grade) for each scheme.

    The contrast is truncated after two digits instead of rounded, since 4.496 is less than 4.5.
    """
    for scheme in tokens.SCHEMES:
        upper, ground = (tokens.colour(known[name], scheme, known) for name in pair[:2])
        ratio = contrast(upper, ground)
        yield scheme, int(ratio * 100) / 100, grade(ratio, pair.need)


def measured(known: dict[str, str]) -> list[dict[str, Any]]:
    """Return all pairs of colours with their contrast in both schemes."""
    return [{"pair": pair, "schemes": list(measure(pair, known))} for pair in PAIRS]
