"""Derive all colours of the design from the two colours of an organisation.

The tokens are those of `site/static/css/tokens.css`, which has the colours of a site without an
identity. A colour is used as it is wherever it can be read, and otherwise in its nearest lighter or
darker shade (`oklch`). Greys get a touch of the first colour's hue.
"""

from collections.abc import Callable
from functools import lru_cache

from home.identity import oklch
from home.identity.colours import BLACK, SHAPES, WHITE, WORDS, contrast, mix

# The colours of tokens.css, in light and dark; a test compares the two. Greys come first.
GREYS = {
    "night": ("#12103a", "#12103a"),
    "pale": ("#d9d6ff", "#d9d6ff"),
    "dusk": ("#343158", "#25224a"),
    "ground": ("#f2f2fa", "#0d0b24"),
    "sheet": ("#ffffff", "#1a1742"),
    "text": ("#12103a", "#edecfa"),
    "soft": ("#565380", "#b4b0d8"),
    "line": ("#c9c6e4", "#3b3775"),
    "track": ("#dcdaf2", "#322e68"),
    "field": ("#ffffff", "#12103a"),
    "written": ("#12103a", "#ffffff"),
    "edge": ("#6b67a0", "#8d89c0"),
}
BLUES = {
    "ultramarine": ("#2511c6", "#2a1ab8"),
    "flood-text": ("#ffffff", "#ffffff"),
    "flood-soft": ("#d9d6ff", "#d9d6ff"),
    "ink": ("#2511c6", "#aea8ff"),
    "focus": ("#2511c6", "#ffffff"),
}
DROP, PAPER = "#ff5a2b", ("#ffffff", "#ffffff")
# The contrast of a button with its background, if its words are readable anyway; and the contrast
# of links on dark pages, where thin letters need more.
SEEN, DARK_WORDS = 1.25, 6
# The share of the shade in the background of a level (flood.css).
TRACK = 0.55
# How far the lightness of the second colour may be changed: on the page, and on the first colour.
# Beyond that it would be another colour, and a button is white or dark instead.
FARTHEST, FARTHEST_ON_FLOOD = 0.3, 0.12

Pair = tuple[str, str]
Palette = dict[str, Pair]


def reaches(need: float, *grounds: str) -> Callable[[str], bool]:
    """Return a function that checks whether a colour has this contrast with all the backgrounds."""
    return lambda colour: all(contrast(colour, ground) >= need for ground in grounds)


def words_on(ground: str, night: str) -> str:
    """Return white or the darkest grey, whichever is readable on the background; "" if neither."""
    return next((each for each in (WHITE, night) if contrast(each, ground) >= WORDS), "")


@lru_cache(100)
def derive(first: str, second: str) -> Palette:
    """Return all colour tokens in light and dark; "" stands for the default colour."""
    found = from_first(first) if first else GREYS | BLUES
    night, grounds, sheets = found["night"][0], found["ground"], found["sheet"]
    wanted = second or DROP
    drops = (
        action(wanted, night, reaches(SEEN, grounds[0])),
        action(wanted, night, reaches(SHAPES, grounds[1], sheets[1], found["track"][1])),
    )
    marks = (
        oklch.nearest(wanted, reaches(SHAPES, grounds[0])),
        oklch.nearest(wanted, reaches(SHAPES, grounds[1])),
    )
    at_night = action(wanted, night, reaches(SHAPES, night, *found["dusk"]))
    flood = found["ultramarine"]
    on_flood = action(wanted, night, reaches(SHAPES, *flood), farthest=FARTHEST_ON_FLOOD)
    # The first colour that can be mixed into the flood below a level, and leaves the level enough
    # contrast.
    shade = next(
        each
        for each in (night, WHITE, BLACK)
        if contrast(on_flood, mix(flood[0], each, TRACK)) >= SHAPES
    )
    return found | {
        "paper": PAPER,
        "level": (found["ink"][0], drops[1]),
        "mark": marks,
        **acting("drop", drops, night),
        **acting("flood-action", twice(on_flood), night),
        **acting("night-action", twice(at_night), night),
        "flood-shade": twice(shade),
    }


def twice(colour: str) -> Pair:
    return colour, colour


def from_first(first: str) -> Palette:
    """Return the tokens of the first colour alone: greys, large areas, links and focus."""
    found = greys(first)
    night = found["night"][0]
    flood = oklch.nearest(first, lambda shade: bool(words_on(shade, night)))
    words = words_on(flood, night)
    inks = [
        oklch.nearest(first, reaches(need, found["ground"][side], found["sheet"][side]))
        for side, need in enumerate((WORDS, DARK_WORDS))
    ]
    return found | {
        "ultramarine": twice(flood),
        "flood-text": twice(words),
        "flood-soft": twice(softened(words, flood)),
        "ink": (inks[0], inks[1]),
        "focus": (inks[0], WHITE),
    }


def greys(first: str) -> Palette:
    """Return the greys in the hue of a colour, less tinted if it is pale, with enough contrast."""
    own = oklch.shade(first)
    strength = min(1, own.chroma / 0.1)

    def tinted(grey: str) -> str:
        old = oklch.shade(grey)
        return oklch.colour(oklch.Shade(old.lightness, old.chroma * strength, own.hue))

    found = {name: (tinted(light), tinted(dark)) for name, (light, dark) in GREYS.items()}
    for name, grounds, need in (
        ("soft", ("ground", "sheet"), WORDS),
        ("pale", ("dusk", "night"), WORDS),
        ("edge", ("field",), SHAPES),
    ):
        light, dark = (
            oklch.nearest(
                found[name][side], reaches(need, *(found[ground][side] for ground in grounds))
            )
            for side in (0, 1)
        )
        found[name] = light, dark
    return found


def softened(words: str, ground: str) -> str:
    """Return the colour of words with as much background mixed in as keeps them readable."""
    shades = (mix(words, ground, share / 100) for share in range(20, -1, -4))
    return next(shade for shade in shades if contrast(shade, ground) >= WORDS)


def action(
    wanted: str, night: str, fits: Callable[[str], bool], *, farthest: float = FARTHEST
) -> str:
    """Return the nearest shade that fits and bears words; if too far, white or dark grey."""
    found = oklch.nearest(wanted, lambda shade: bool(words_on(shade, night)) and fits(shade))
    if abs(oklch.shade(found).lightness - oklch.shade(wanted).lightness) <= farthest:
        return found
    return WHITE if fits(WHITE) else night


def acting(name: str, found: Pair, night: str) -> Palette:
    """Return the colours of buttons, of the words on them, and of their area while it fills."""
    words = words_on(found[0], night), words_on(found[1], night)
    lit = tuple(night if each == WHITE else WHITE for each in words)
    return {name: found, f"on-{name}": words, f"{name}-lit": (lit[0], lit[1])}
