"""Colours as "#" and six hexadecimal digits in lower case, and the contrast between them.

Contrast is measured as WCAG 2.2 does: at least 4.5 to 1 for text, 3 to 1 for shapes.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BLACK, WHITE = "#000000", "#ffffff"
WORDS, SHAPES = 4.5, 3


def parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def linear(part: int) -> float:
    value = part / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    red, green, blue = map(linear, parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """Return the colour with a share, from 0 to 1, of the other colour mixed into it."""
    pairs = zip(parts(colour), parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def is_colour(text: str) -> bool:
    return re.fullmatch("#[0-9a-f]{6}", text) is not None


def normalised(text: str) -> str:
    """Return #0B5D3B, 0b5d3b or #fff as "#" and six digits; return other text unchanged."""
    digits = text.strip().removeprefix("#").lower()
    if re.fullmatch("[0-9a-f]{3}", digits):
        digits = "".join(2 * digit for digit in digits)
    return f"#{digits}" if re.fullmatch("[0-9a-f]{6}", digits) else text


def check(colour: str) -> None:
    if not is_colour(colour):
        raise ValidationError(_("Write a # and six digits or letters from a to f: #2511c6."))
