"""A PDF whose texts may be in any script, written from the side where its language starts."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import translation
from fpdf import FPDF
from fpdf.enums import TextDirection
from fpdf.line_break import Fragment

from campaigns.sharing import typefaces, typesetting

# Millimetres in a point, the unit in which sizes of type are given.
POINT = 25.4 / 72
LEADING = 1.32


class Paper(FPDF):
    """Keeps vowel signs with their letters, and finds the fonts that a text needs.

    fpdf2 2.8.9 divides a text by script. Vowel signs have the script "Inherited", so it shapes
    them apart from their letters, and they stand beside the letter instead of above it. The
    override of the private `_parse_chars` yields a text whole that needs one font alone. That of
    `_preload_bidirectional_text` leaves out the search for runs where all letters go one way,
    which took a quarter of the time of a list of names.
    """

    def __init__(self, title: str, *, faces: str) -> None:
        super().__init__(format="A4")
        self.faces = faces
        self.language = translation.get_language()
        self.mirrored = translation.get_language_bidi()
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_lang(self.language)

    def _parse_chars(self, text: str, *args: Any, **options: Any) -> Iterator[Fragment]:
        if self._fallback_font_ids:
            yield from super()._parse_chars(text, *args, **options)
        else:
            yield Fragment(text, self._get_current_graphics_state(), self.k)

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        if not self.text_shaping or not goes_one_way(text, self.text_shaping["direction"]):
            return super()._preload_bidirectional_text(text, markdown)
        direction = self.text_shaping["direction"]
        self.text_shaping |= {"paragraph_direction": direction, "fragment_direction": direction}
        return self._preload_font_styles(text, markdown)

    def type(self, text: str, *, role: str, size: float) -> None:
        """Select the fonts that have the letters of the text, and shape them for the language."""
        names = [self.known(face) for face in self.faces_for(text, role)]
        self.set_font(names[0], size=size)
        self.set_fallback_fonts(names[1:], exact_match=False)
        self.set_text_shaping(
            True,
            direction="rtl" if self.is_right_to_left(text) else "ltr",
            language=self.language,
        )

    def faces_for(self, text: str, role: str) -> list[typefaces.Face]:
        return typefaces.faces_for(text, role=role, faces=self.faces, language=self.language)

    def is_covered(self, text: str) -> bool:
        """Whether the fonts that are selected have all letters of the text."""
        keys = [self.font_family, *self._fallback_font_ids]
        known = [self.fonts[key].cmap for key in keys]  # type: ignore[union-attr]  # TrueType fonts
        return all(
            any(ord(letter) in each for each in known) or not typefaces.is_seen(letter)
            for letter in text
        )

    def most_width(self, text: str) -> float:
        """The width of the letters of a text as they stand alone: joined ones need less."""
        font, size = self.current_font, self.font_size_pt
        assert font  # `type` has selected it
        return float(font.get_text_width(text, size, None)[1]) / self.k

    def known(self, face: typefaces.Face) -> str:
        """The name of a font in this document."""
        if face.key not in self.fonts:
            self.add_font(face.key, fname=face.path, collection_font_number=face.number)
        return face.key

    def is_right_to_left(self, text: str) -> bool:
        """Whether a text is; in such a language, also one that begins with a foreign word."""
        return typesetting.is_right_to_left(text) or (
            self.mirrored and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
        )

    # --- texts at places that are counted from the side where the language starts ---

    def x_of(self, place: float, width: float) -> float:
        """From the left, or from the right in a language that is written from there."""
        return self.w - place - width if self.mirrored else place

    def lines(self, text: str, *, width: float, role: str, size: float) -> list[str]:
        """The paragraphs of a text in lines; an empty line between two stays."""
        found: list[str] = []
        for paragraph in text.split("\n"):
            self.type(paragraph, role=role, size=size)
            found += typesetting.lines_of(
                paragraph, width=width, measure=self.get_string_width
            ) or [""]
        return found

    def line_of(
        self,
        text: str,
        *,
        place: float,
        top: float,
        width: float,
        size: float,
        role: str = "text",
        align: str = "start",
    ) -> None:
        """One line; `align` is "start", "middle" or "end"."""
        self.type(text, role=role, size=size)
        self.set_xy(self.x_of(place, width), top)
        sides = {"start": "L", "middle": "C", "end": "R"}
        if self.mirrored:
            sides |= {"start": "R", "end": "L"}
        self.cell(width, size * POINT * LEADING, text, align=sides[align])

    def block(
        self,
        lines: list[str],
        *,
        place: float,
        top: float,
        width: float,
        size: float,
        role: str = "text",
    ) -> float:
        """Lines below each other; returns where the next thing can begin."""
        for text in lines:
            if text:
                self.line_of(text, place=place, top=top, width=width, size=size, role=role)
                top += size * POINT * LEADING * typesetting.air(text)
            else:
                top += size * POINT * LEADING / 2
        return top

    def height_of(self, lines: list[str], *, size: float) -> float:
        return sum(
            size * POINT * LEADING * (typesetting.air(text) if text else 0.5) for text in lines
        )

    def shrunk(
        self,
        text: str,
        place: float,
        top: float,
        width: float,
        *,
        sizes: tuple[int, int],
        role: str = "text",
        most: int = 2,
    ) -> float:
        """Lines in at most so many, smaller where it needs more; returns where they end."""
        for size in range(sizes[0], sizes[1] - 1, -1):
            lines = self.lines(text, width=width, role=role, size=size)
            if len(lines) <= most:
                break
        return self.block(lines, place=place, top=top, width=width, size=size, role=role)

    def fitted(self, text: str, place: float, top: float, width: float, *, align: str) -> None:
        """One line, as large as it fits."""
        size = 15
        self.type(text, role="head", size=size)
        while self.get_string_width(text) > width and size > 6:
            size -= 1
            self.type(text, role="head", size=size)
        self.line_of(text, place=place, top=top, width=width, size=size, role="head", align=align)


def goes_one_way(text: str, direction: TextDirection) -> bool:
    """Whether each letter of a text has its direction (UAX 9), marks and spaces aside."""
    own = ("R", "AL") if direction == TextDirection.RTL else ("L",)
    return all(unicodedata.bidirectional(each) in (*own, "NSM", "WS") for each in text)
