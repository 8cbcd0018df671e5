"""A PDF with text in any script, aligned to the side where its language starts."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import translation
from fpdf import FPDF
from fpdf.enums import TextDirection
from fpdf.line_break import Fragment

from campaigns.sharing import typefaces, typesetting

# Millimetres per point, the unit of font sizes.
POINT = 25.4 / 72
LEADING = 1.32


class Paper(FPDF):
    """A document that keeps vowel signs with their letters, and finds the fonts that a text needs.

    fpdf2 2.8.9 divides a text by script. Vowel signs have the script "Inherited", so it shapes them
    separately, and they appear beside their letters instead of above them. The override of the
    private `_parse_chars` yields a text as one fragment if it needs one font only. The override of
    `_preload_bidirectional_text` skips the search for runs if all letters have one direction; that
    search took a quarter of the time for a list of names.
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
        text = typesetting.spaced(text)
        return typefaces.faces_for(text, role=role, faces=self.faces, language=self.language)

    def is_covered(self, text: str) -> bool:
        """Return whether the selected fonts have all letters of the text."""
        keys = [self.font_family, *self._fallback_font_ids]
        known = [self.fonts[key].cmap for key in keys]  # type: ignore[union-attr]  # TrueType fonts
        return all(
            any(ord(letter) in each for each in known) or not typefaces.is_seen(letter)
            for letter in text
        )

    def most_width(self, text: str) -> float:
        """Return the width of the unjoined letters of a text: joined letters need less."""
        font, size = self.current_font, self.font_size_pt
        assert font  # `type` has selected it
        return float(font.get_text_width(text, size, None)[1]) / self.k

    def known(self, face: typefaces.Face) -> str:
        """Return the name of a font in this document, adding the font if it is missing."""
        if face.key not in self.fonts:
            self.add_font(face.key, fname=face.path, collection_font_number=face.number)
        return face.key

    def is_right_to_left(self, text: str) -> bool:
        """Return whether a text is written from right to left.

        In a right-to-left language, a text that begins with a foreign word is, too.
        """
        return typesetting.is_right_to_left(text) or (
            self.mirrored and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
        )

    # --- text at places that are measured from the side where the language starts ---

    def x_of(self, place: float, width: float) -> float:
        """Return the x coordinate of a place, mirrored in a right-to-left language."""
        return self.w - place - width if self.mirrored else place

    def lines(self, text: str, *, width: float, role: str, size: float) -> list[str]:
        """Break the paragraphs of a text into lines, preserving empty lines between paragraphs."""
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
        """Write one line; `align` is "start", "middle" or "end"."""
        text = typesetting.spaced(text)
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
        """Write lines below each other; return the position below them."""
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
        """Write at most `most` lines, smaller if necessary; return the position below them."""
        for size in range(sizes[0], sizes[1] - 1, -1):
            lines = self.lines(text, width=width, role=role, size=size)
            if len(lines) <= most:
                break
        return self.block(lines, place=place, top=top, width=width, size=size, role=role)

    def fitted(self, text: str, place: float, top: float, width: float, *, align: str) -> None:
        """Write one line in the largest size that fits."""
        size = 15
        self.type(text, role="head", size=size)
        while self.get_string_width(text) > width and size > 6:
            size -= 1
            self.type(text, role="head", size=size)
        self.line_of(text, place=place, top=top, width=width, size=size, role="head", align=align)


def goes_one_way(text: str, direction: TextDirection) -> bool:
    """Return whether all letters of a text have this direction (UAX 9); ignore marks and spaces."""
    own = ("R", "AL") if direction == TextDirection.RTL else ("L",)
    return all(unicodedata.bidirectional(each) in (*own, "NSM", "WS") for each in text)
