"""The organisation's own colour: whether text is readable on it, and its style sheet.

Contrast is measured as WCAG 2.2 does: at least 4.5 to 1 for text, 3 to 1 for shapes. The other
colours here are copies of those in `tokens.css`; a test compares them. A colour is written as "#"
and six hexadecimal digits in lower case.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WHITE, SOFT, GROUND, DROP = "#ffffff", "#d9d6ff", "#f2f2fa", "#ff5a2b"
DARK_SHEET = "#1a1742"
WORDS, SHAPES = 4.5, 3
# The colours that stand on the organisation's colour or under it, with the contrast they need.
NEEDS = [(WHITE, WORDS), (SOFT, WORDS), (GROUND, WORDS), (DROP, SHAPES)]

TOO_LIGHT = _(
    "This colour is too light: text and the drop would be hard to see on it. The darker shade "
    "%(darker)s would work."
)
SHEET = """@layer tokens {{
  :root {{
    --ultramarine: {colour};
    --ink: light-dark({colour}, {light});
    --level: light-dark({colour}, var(--drop));
    --focus: light-dark({colour}, #fff);
  }}
}}
"""


def parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """The colour with a share, from 0 to 1, of the other mixed into it."""
    pairs = zip(parts(colour), parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def is_colour(text: str) -> bool:
    return re.fullmatch("#[0-9a-f]{6}", text) is not None


def is_readable(colour: str) -> bool:
    return all(contrast(colour, other) >= need for other, need in NEEDS)


def darker(colour: str) -> str:
    """The lightest shade of the colour on which text is readable; black in the worst case."""
    shades = (mix(colour, "#000000", step / 50) for step in range(51))
    return next(shade for shade in shades if is_readable(shade))


def lighter(colour: str) -> str:
    """The darkest tint of the colour that is readable as a link on a dark page."""
    tints = (mix(colour, WHITE, step / 50) for step in range(51))
    return next(tint for tint in tints if contrast(tint, DARK_SHEET) >= WORDS)


def check(colour: str) -> None:
    """Raise ValidationError for a malformed colour, and for one on which text is unreadable."""
    if not is_colour(colour):
        raise ValidationError(_("Write a # and six digits or letters from a to f: #2511c6."))
    if not is_readable(colour):
        raise ValidationError(TOO_LIGHT, params={"darker": darker(colour)})


def sheet(colour: str) -> str:
    return SHEET.format(colour=colour, light=lighter(colour))
