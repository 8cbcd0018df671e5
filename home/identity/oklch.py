"""Lightness, chroma and hue of a colour (OKLCH, CSS Color 4), as people perceive them.

Changing the lightness of a colour keeps its hue: a dark green becomes a light green. The matrices
are those of Björn Ottosson's “A perceptual color space for image processing”, 2020.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import atan2, cos, hypot, sin
from typing import NamedTuple

from home.identity.colours import linear, parts


class Shade(NamedTuple):
    """Lightness from 0 to 1, chroma from 0 to about 0.37, hue in radians."""

    lightness: float
    chroma: float
    hue: float


@lru_cache(1000)
def shade(colour: str) -> Shade:
    red, green, blue = map(linear, parts(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return Shade(lightness, hypot(a, b), atan2(b, a))


def colour(wanted: Shade) -> str:
    """Return a shade's colour; if no screen can show it, the same lightness with less chroma."""
    low, high = 0.0, wanted.chroma
    if not is_shown(levels(wanted)):
        for _ in range(12):
            middle = (low + high) / 2
            if is_shown(levels(wanted._replace(chroma=middle))):
                low = middle
            else:
                high = middle
        wanted = wanted._replace(chroma=low)
    return "#" + "".join(f"{encoded(level):02x}" for level in levels(wanted))


def levels(wanted: Shade) -> tuple[float, float, float]:
    """Return linear red, green and blue; they are from 0 to 1 if screens can show the colour."""
    a, b = wanted.chroma * cos(wanted.hue), wanted.chroma * sin(wanted.hue)
    long = (wanted.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (wanted.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (wanted.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def is_shown(found: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= level <= 1.0005 for level in found)


def encoded(level: float) -> int:
    level = min(max(level, 0), 1)
    value = level * 12.92 if level <= 0.0031308 else 1.055 * level ** (1 / 2.4) - 0.055
    return round(value * 255)


def nearest(start: str, fits: Callable[[str], bool]) -> str:
    """Return the colour itself if it fits, or else its nearest lighter or darker shade that fits.

    Raises StopIteration if not even black or white fits.
    """
    return next(found for found in shades(start) if fits(found))


def shades(start: str) -> Iterator[str]:
    """Yield the colour, then its shades, each pair further away: one darker and one lighter."""
    yield start
    own = shade(start)
    for step in range(1, 101):
        for lightness in (own.lightness - step / 100, own.lightness + step / 100):
            if 0 <= lightness <= 1:
                yield colour(own._replace(lightness=lightness))
    yield from ("#000000", "#ffffff")
