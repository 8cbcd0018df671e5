"""Typesetting for cards and posters: choose the font of a text, and break it into lines."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
# The font files of each pair that an organisation can choose (home/identity/font_pairs.py). A card
# or a poster cannot use the fonts of a reader's device; on most devices they look like Noto Sans.
FILES = {
    "poster": {"head": "head", "text": "text"},
    "plain": {"head": "head-plain", "text": "text-sans"},
    "device": {"head": "head-sans", "text": "text-sans"},
}
# Noto Sans also replaces Oswald, which has no Arabic letters.
ARABIC = {"head-plain": "head-sans"}
# Spaces at which no line ends, as in “25 000” and before a French “?”. The fonts have the first.
NO_BREAK = "\N{NO-BREAK SPACE}"
OTHERS = {ord(each): NO_BREAK for each in "\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}"}
BREAKABLE = re.compile(rf"[^\S{NO_BREAK}]+")


def spaced(text: str) -> str:
    """Return the text with the one no-break space that the fonts have in place of the others."""
    return text.translate(OTHERS)


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction is written from right to left.

    This is rule P2 of Unicode's bidirectional algorithm (UAX 9).
    """
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((way in ("R", "AL") for way in directions if way in ("L", "R", "AL")), False)


def font_for(text: str, *, role: str, faces: str) -> Path:
    """Return the font file of a pair that has the text's letters; `role` is "head" or "text"."""
    name = FILES[faces][role]
    if any(unicodedata.bidirectional(character) == "AL" for character in text):
        name = f"{ARABIC.get(name, name)}-arabic"
    return FONTS / f"{name}.ttf"


def air(text: str) -> float:
    """Return the factor by which the lines of a text are further apart than lines of Latin letters.

    Arabic needs room for the marks above and below its letters.
    """
    return 1.25 if is_right_to_left(text) else 1


def largest(
    text: str,
    *,
    sizes: Iterable[int],
    lines_at: Callable[[int], list[str]],
    has_room: Callable[[int, list[str]], bool],
) -> int | None:
    """Return the largest size at which the lines have room; None if they do not fit at any size.

    A size at which no word is broken is preferred. `sizes` are in descending order.
    """
    fitting = None
    for size in sizes:
        lines = lines_at(size)
        if not has_room(size, lines):
            continue
        if " ".join(lines).split() == text.split():
            return size
        fitting = fitting or size
    return fitting


def balanced(text: str, *, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break the text into the fewest lines, of similar length, so that no last word is alone."""
    lines = lines_of(text, width=width, measure=measure)
    for part in range(50, 100, 5) if len(lines) > 1 else ():
        narrower = lines_of(text, width=width * part / 100, measure=measure)
        # A word that fits into a line of full width must not be broken.
        if len(narrower) == len(lines) and " ".join(narrower) == " ".join(lines):
            return narrower
    return lines


def lines_of(text: str, *, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break the text into lines of at most `width`, in the unit of `measure`.

    Lines are broken between words; only a word that is wider than a line is broken itself.
    """
    lines, line = [], ""
    for word in words_of(text, width=width, measure=measure):
        longer = f"{line} {word}".strip()
        if measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while measure(word) > width and len(word) > 1:
            fits = letters_that_fit(word, width=width, measure=measure)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def words_of(text: str, *, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yield the words of a text. A no-break space holds two together, if a line has room for both.

    Texts from other programs may have no other spaces.
    """
    for word in filter(None, BREAKABLE.split(spaced(text))):
        is_one = NO_BREAK not in word or measure(word) <= width
        yield from [word] if is_one else word.split()


def letters_that_fit(word: str, *, width: float, measure: Callable[[str], float]) -> int:
    """Return how many letters of a word fit into a line, at least one, by binary search.

    Shaping a text is slow: trying each number took half a minute for one poster.
    """

    def width_of(number: int) -> float:
        return measure(word[:number])

    return max(bisect_right(range(1, len(word)), width, key=width_of), 1)
