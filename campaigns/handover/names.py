"""The list of names in a pack: by country, in columns, a hundred thousand names in seconds."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import ngettext
from fpdf.fonts import TTFFont

from campaigns.handover.snapshot import Signer, Snapshot
from campaigns.sharing import typesetting
from campaigns.sharing.paper import LEADING, POINT, Paper

WIDTH, HEIGHT, MARGIN, GAP = 210, 297, 18, 4
COLUMNS = 4
COLUMN = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS
TOP, BOTTOM = MARGIN, HEIGHT - MARGIN + 2
SIZE, HEADING = 7.5, 13.0
LINE = SIZE * POINT * LEADING
# The indent of a name's second and further lines.
INDENT = 3
STEP = 500


class List:
    """Writes names into columns of the document, on as many pages as they need.

    Most names are drawn letter by letter. Names in scripts whose letters are joined or reordered,
    or that are written from right to left, need text shaping, which takes ten times as long.
    `unseen` counts the names with letters that no available font has.
    """

    def __init__(self, pdf: Paper, found: Snapshot) -> None:
        self.pdf, self.found = pdf, found
        self.unseen = 0
        self.column, self.top = COLUMNS, float(TOP)
        pdf.type("A", role="text", size=SIZE)
        plain = pdf.current_font
        assert isinstance(plain, TTFFont)  # `type` selects no other class
        self.plain = plain

    def write(self, signers: Iterable[Signer], *, advance: Callable[[int], None]) -> None:
        countries = {each.code: each for each in self.found.countries}
        done = 0
        for code, group in groupby(signers, key=lambda signer: signer.country):
            if len(countries) > 1 or code:
                country = countries[code]
                self.heading(country.name, country.named)
            for signer in group:
                self.name(", ".join(filter(None, (signer.name, signer.affiliation))))
                done += 1
                if done % STEP == 0:
                    advance(done)
        if self.unseen:
            self.note()

    def room_for(self, height: float) -> None:
        """Continue in the next column or on the next page if this one is full."""
        if self.column < COLUMNS and self.top + height <= BOTTOM:
            return
        self.column, self.top = self.column + 1, float(TOP)
        if self.column >= COLUMNS:
            self.pdf.add_page()
            self.column = 0

    @property
    def place(self) -> float:
        return MARGIN + self.column * (COLUMN + GAP)

    def heading(self, name: str, number: int) -> None:
        text = f"{name} ({intcomma(number)})"
        lines = self.pdf.lines(text, width=COLUMN, role="head", size=HEADING)
        height = self.pdf.height_of(lines, size=HEADING)
        self.room_for(height + 4 * LINE)
        self.top += LINE if self.top > TOP else 0
        self.top = 0.8 + self.pdf.block(
            lines, place=self.place, top=self.top, width=COLUMN, size=HEADING, role="head"
        )

    def name(self, text: str) -> None:
        text = typesetting.spaced(unicodedata.normalize("NFC", text))
        if is_simple(text) and self.has_letters(text):
            self.simple(text)
        else:
            self.shaped(text)

    def has_letters(self, text: str) -> bool:
        return all(ord(letter) in self.plain.cmap for letter in text)

    def simple(self, text: str) -> None:
        """Write a name whose letters need no shaping, in the plain font."""
        self.pdf.set_font(self.plain.fontkey, size=SIZE)
        width = self.width_of(text)
        if width <= COLUMN:
            self.room_for(LINE)
            self.put(text, width=width, indent=0)
            return
        for number, line in enumerate(
            typesetting.lines_of(text, width=COLUMN - INDENT, measure=self.width_of)
        ):
            self.room_for(LINE)
            self.put(line, width=self.width_of(line), indent=INDENT if number else 0)

    def width_of(self, text: str) -> float:
        return float(self.plain.get_text_width(text, SIZE, None)[1]) / self.pdf.k

    def put(self, text: str, *, width: float, indent: float) -> None:
        left = self.pdf.x_of(self.place + indent, width)
        self.pdf.text(left, self.top + LINE / 2 + 0.3 * SIZE * POINT, text)
        self.top += LINE

    def shaped(self, text: str) -> None:
        """Write a name in any other script, which may need other fonts."""
        self.pdf.type(text, role="text", size=SIZE)
        if not self.pdf.is_covered(text):
            self.unseen += 1
        lines = [text]
        # Exact measuring takes as long as writing, so a cheap upper bound is checked first.
        if self.pdf.most_width(text) > COLUMN:
            lines = self.pdf.lines(text, width=COLUMN - INDENT, role="text", size=SIZE)
        for number, line in enumerate(lines):
            height = LINE * typesetting.air(line)
            self.room_for(height)
            indent = INDENT if number else 0
            self.pdf.line_of(
                line, place=self.place + indent, top=self.top, width=COLUMN - indent, size=SIZE
            )
            self.top += height

    def note(self) -> None:
        number = self.unseen
        text = ngettext(
            "%s name has letters for which this server has no font. It is whole in the other "
            "files of the pack.",
            "%s names have letters for which this server has no font. They are whole in the other "
            "files of the pack.",
            number,
        )
        self.top += LINE
        for line in self.pdf.lines(text % intcomma(number), width=COLUMN, role="text", size=SIZE):
            self.room_for(LINE)
            self.pdf.line_of(line, place=self.place, top=self.top, width=COLUMN, size=SIZE)
            self.top += LINE


def is_simple(text: str) -> bool:
    """Return whether the letters need no shaping: none is joined, reordered, or right-to-left."""
    return text.isascii() or all(map(stands_alone, text))


@cache
def stands_alone(character: str) -> bool:
    return unicodedata.category(character)[0] not in "MC" and unicodedata.bidirectional(
        character
    ) not in ("R", "AL", "AN")
