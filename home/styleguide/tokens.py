"""The design tokens: their names, kinds, colours and sizes.

They are read from the style sheet that the pages use, so the style guide cannot go out of date.
"""

import re
from typing import Any

SCHEMES = ("light", "dark")
ROOT_RULE = re.compile(r":root\s*{([^}]*)}")
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
REM = re.compile(r"(-?[\d.]+)rem")
# The kinds of tokens, by the beginning of their names. All other tokens are colours.
KINDS = {
    "faces": ("poster", "prose"),
    "sizes": ("size",),
    "leading": ("tight",),
    "spaces": ("space", "gutter", "wide", "measure"),
}


def parse(*sheets: str) -> dict[str, str]:
    """Return the custom properties of `:root`, by name; later sheets override earlier ones."""
    found: dict[str, str] = {}
    for sheet in sheets:
        rule = ROOT_RULE.search(sheet)
        assert rule, "A sheet of tokens has a rule for :root."
        found |= {name: " ".join(value.split()) for name, value in TOKEN.findall(rule[1])}
    return found


def kind(name: str) -> str:
    return next((kind for kind, starts in KINDS.items() if name.startswith(starts)), "colours")


def of_kind(wanted: str, known: dict[str, str]) -> list[tuple[str, str]]:
    """Return (name, value) for each token of this kind."""
    return [(name, value) for name, value in known.items() if kind(name) == wanted]


def colour(value: str, scheme: str, known: dict[str, str]) -> str:
    """Return the value of a colour token in a scheme, as "#" and six digits.

    Raises ValueError for a value that is not a colour.
    """
    if match := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return colour(known[match[1]], scheme, known)
    if match := re.fullmatch(r"light-dark\((.+),\s*(.+)\)", value):
        return colour(match[1 + SCHEMES.index(scheme)], scheme, known)
    if match := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", value):
        return "#" + "".join(2 * digit for digit in match.groups())
    if re.fullmatch(r"#[0-9a-f]{6}", value):
        return value
    raise ValueError(f"{value} is not a colour that could be measured.")


def pixels(value: str) -> str:
    """Return the limits of a fluid size in pixels, as "16–20", at 16 px a rem."""
    found = [round(float(number) * 16, 1) for number in REM.findall(value)]
    ends = sorted({found[0], found[-1]}) if found else []
    return "–".join(f"{end:g}" for end in ends)


def palette(known: dict[str, str]) -> list[dict[str, Any]]:
    """Return all colours with their values in both schemes."""
    return [
        {"name": name, "schemes": [(each, colour(value, each, known)) for each in SCHEMES]}
        for name, value in of_kind("colours", known)
    ]


def sized(wanted: str, known: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return (name, value, pixels) for each token of this kind."""
    return [(name, value, pixels(value)) for name, value in of_kind(wanted, known)]
