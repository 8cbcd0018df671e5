"""The design in figures: what tokens.css says, and the contrast that its colours have.

Measured from the sheet that the pages wear, so that what is shown of it cannot go out of date.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings

from home.colours import SHAPES, WORDS, contrast

FOLDER = settings.ROOT / "site" / "static" / "css"
PRINTED = ("base", "layout", "components")
SCHEMES = ("light", "dark")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ROOT_RULE = re.compile(r":root\s*{([^}]*)}")
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
REM = re.compile(r"(-?[\d.]+)rem")
# The kinds of tokens, by the beginning of their names. What is none of these is a colour.
KINDS = {
    "faces": ("poster", "prose"),
    "sizes": ("size",),
    "leading": ("tight",),
    "spaces": ("space", "gutter", "wide", "measure"),
}


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


def read(name: str) -> str:
    return COMMENT.sub("", (FOLDER / f"{name}.css").read_text())


def parse(*sheets: str) -> dict[str, str]:
    """Name and value of what `:root` says; of several sheets the last has the last word."""
    found: dict[str, str] = {}
    for sheet in sheets:
        rule = ROOT_RULE.search(sheet)
        found |= {name: " ".join(value.split()) for name, value in TOKEN.findall(rule[1])}
    return found


def kind(name: str) -> str:
    return next((kind for kind, starts in KINDS.items() if name.startswith(starts)), "colours")


def colour(value: str, scheme: str, known: dict[str, str]) -> str:
    """The colour that a value is in a scheme, in six digits. Raises ValueError for what is none."""
    if match := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return colour(known[match[1]], scheme, known)
    if match := re.fullmatch(r"light-dark\((.+),\s*(.+)\)", value):
        return colour(match[1 + SCHEMES.index(scheme)], scheme, known)
    if match := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", value):
        return "#" + "".join(2 * digit for digit in match.groups())
    if re.fullmatch(r"#[0-9a-f]{6}", value):
        return value
    raise ValueError(f"{value} is not a colour that could be measured.")


def verdict(ratio: float, need: float) -> str:
    """What WCAG 2.2 calls it; empty where it is too little for what it is used for."""
    if ratio < need:
        return ""
    return "AAA" if need == WORDS and ratio >= 7 else "AA"


def pixels(value: str) -> str:
    """From the smallest to the largest that a size becomes, where a browser's rem is 16 pixels."""
    found = [round(float(number) * 16, 1) for number in REM.findall(value)]
    ends = sorted({found[0], found[-1]}) if found else []
    return "–".join(f"{end:g}" for end in ends)


def figures(known: dict[str, str]) -> dict[str, Any]:
    """The tokens by their kinds, and what was measured of them."""
    of_kind = {kind_: [item for item in known.items() if kind(item[0]) == kind_] for kind_ in KINDS}
    return {
        "palette": palette(known),
        "measured": measured(known),
        "faces": of_kind["faces"],
        "leading": of_kind["leading"],
        "sizes": [(name, value, pixels(value)) for name, value in of_kind["sizes"]],
        "spaces": [(name, value, pixels(value)) for name, value in of_kind["spaces"]],
    }


def palette(known: dict[str, str]) -> list[dict[str, Any]]:
    """Every colour as it is in both schemes."""
    return [
        {"name": name, "schemes": [(each, colour(value, each, known)) for each in SCHEMES]}
        for name, value in known.items()
        if kind(name) == "colours"
    ]


def measured(known: dict[str, str]) -> list[dict[str, Any]]:
    """Every pair with its contrast in both schemes."""
    return [{"pair": pair, "schemes": list(measure(pair, known))} for pair in PAIRS]


def measure(pair: Pair, known: dict[str, str]) -> Iterator[tuple[str, float, str]]:
    """(scheme, contrast, verdict). Cut off, not rounded: 4.496 is less than 4.5."""
    for scheme in SCHEMES:
        upper, ground = (colour(known[name], scheme, known) for name in pair[:2])
        ratio = contrast(upper, ground)
        yield scheme, int(ratio * 100) / 100, verdict(ratio, pair.need)


def swatches(known: dict[str, str]) -> str:
    """A sheet with a class for each token and each pair: pages have no styles of their own."""
    rules = {
        "colours": ".swatch-{0} {{ background: var(--{0}); }}",
        "faces": ".face-{0} {{ font-family: var(--{0}); }}",
        "sizes": ".size-{0} {{ font-size: var(--{0}); }}",
        "leading": ".leading-{0} {{ line-height: var(--{0}); }}",
        "spaces": ".space-{0} {{ inline-size: var(--{0}); }}",
    }
    lines = [rules[kind(name)].format(name) for name in known]
    lines += [
        f".pair-{upper}-{ground} {{ color: var(--{upper}); background: var(--{ground}); }}"
        for upper, ground, _ in PAIRS
    ]
    return "\n".join(lines) + "\n"


def printed(name: str) -> str:
    """What a sheet says for paper alone, as if the screen were paper."""
    sheet = read(name)
    layer = re.search(r"@layer (\w+) {", sheet)[1]
    rules = "".join(inside(sheet, match.end()) for match in re.finditer("@media print {", sheet))
    return f"@layer {layer} {{{rules}}}\n"


def inside(sheet: str, start: int) -> str:
    """What stands between a bracket that opens before `start` and its own that closes it."""
    depth, end = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(sheet[end], 0)
        end += 1
    return sheet[start : end - 1]
