"""Find the fonts that have the letters of a text: ours, or the system's for other scripts.

Ours have Latin, Greek, Cyrillic and Arabic letters. For other scripts, fonts are found by the names
that the Noto files have in the packages of distributions (Debian: fonts-noto-core and
fonts-noto-cjk).
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTFont
from fpdf.unicode_script import UnicodeScript, get_unicode_script

from campaigns.sharing import typesetting

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
)
# These scripts share one file, with a font for each language: the same characters are drawn
# differently in China and in Japan.
EAST_ASIAN = {
    UnicodeScript.HAN,
    UnicodeScript.HIRAGANA,
    UnicodeScript.KATAKANA,
    UnicodeScript.HANGUL,
    UnicodeScript.BOPOMOFO,
}
EAST_ASIAN_FILES = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")
NUMBERS = {"ja": 0, "ko": 1, "zh-hans": 2, "zh-hant": 3}
CHINESE = 2
# This font has the letters of many scripts, and is installed on most servers.
LAST = "DejaVuSans.ttf"


class Face(NamedTuple):
    """A font: its file, and its number within the file."""

    path: Path
    number: int = 0

    @property
    def key(self) -> str:
        """A lower-case name for the font: fpdf2 interprets some capital letters as styles."""
        return f"{self.path.stem}-{self.number}".lower() if self.number else self.path.stem.lower()


def faces_for(text: str, *, role: str, faces: str, language: str = "") -> list[Face]:
    """Return one font that has all letters of the text, or else ours and further fonts.

    A text in one font is shaped as a whole, with the marks of its letters.
    """
    own = Face(typesetting.font_for(text, role=role, faces=faces))
    others = []
    if missing := lacking(text, own):
        for face in candidates(missing, language):
            if not lacking(text, face):
                return [face]
            if len(left := lacking(missing, face)) < len(missing):
                others.append(face)
                missing = left
    return [own, *others]


def lacking(text: str, face: Face) -> str:
    """Return the visible characters of a text that a font does not have."""
    known = letters(face)
    return "".join(c for c in text if ord(c) not in known and is_seen(c))


@cache
def letters(face: Face) -> frozenset[int]:
    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@cache
def is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf")


def candidates(text: str, language: str) -> Iterator[Face]:
    """Yield the fonts of the system for the scripts of a text."""
    seen = set()
    for script in map(get_unicode_script, text):
        if script not in seen:
            seen.add(script)
            if face := installed(script, language):
                yield face
    if path := found((LAST,)):
        yield Face(path)


@cache
def installed(script: UnicodeScript, language: str) -> Face | None:
    """Return the font of the system for a script; None if there is none."""
    if script in EAST_ASIAN:
        path = found(EAST_ASIAN_FILES)
        return Face(path, NUMBERS.get(language, CHINESE)) if path else None
    name = script.name.title().replace("_", "")
    path = found((f"NotoSans{name}-Regular.ttf", f"NotoSerif{name}-Regular.ttf"))
    return Face(path) if path else None


@cache
def found(names: tuple[str, ...]) -> Path | None:
    """Return the first file with one of these names in the font folders."""
    every = (path for name in names for folder in FOLDERS for path in folder.rglob(name))
    return next(every, None)
