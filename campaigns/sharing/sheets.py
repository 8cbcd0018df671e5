"""Sheets for signing on paper: what people sign and agree to, and rows to write in."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.counting import sheet_names
from campaigns.paragraphs import labelled
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Ask
from campaigns.petitions.signed_versions.parts import in_words
from campaigns.petitions.signed_versions.versions import Version
from campaigns.sharing import posters
from campaigns.sharing.appearance import appearance
from campaigns.sharing.paper import LEADING, POINT, Paper

# The maximum number of sheets in a file.
MOST = 200
# Lengths on the A4 page in millimetres.
WIDTH, HEIGHT, MARGIN, CODE, GAP = 210, 297, 12, 26, 6
INNER = WIDTH - 2 * MARGIN
COLUMN = (INNER - GAP) / 2
# A letter that is higher than MOST_LETTER, or leaves fewer rows than LEAST_ROWS, gets pages of its
# own.
MOST_LETTER, LEAST_ROWS = 78, 5
ROW, HEADINGS, FOOT = 11, 9, 10
BOTTOM = HEIGHT - MARGIN - FOOT
LETTER, LETTER_ALONE, SMALL = 8, 10, 8
# The relative widths of the columns.
SHARES = {"number": 6, "name": 44, "organisation": 34, "place": 34, "country": 22, "email": 48}
SHARES["updates"] = 13
SIGNATURE = 34


class Heading(NamedTuple):
    text: str
    width: float


def sheets(petition: Petition, *, number: int, first: int = 1, name: str = "") -> bytes:
    """Return a PDF with `number` sheets in the petition's language, numbered from `first`.

    `name` is printed before the numbers. The sheets show the public version, which must exist, with
    its day as the public page says it, whatever the time zone of the user who prints them.
    """
    version = petition.version
    assert version  # the caller creates no sheets for a draft
    language, zone = petition.locale.language_code, timezone.get_default_timezone()
    with translation.override(language), timezone.override(zone):
        document = Document(petition, version)
        for each in range(first, first + number):
            document.sheet(sheet_names.written(name, each, each))
        return bytes(document.pdf.output())


def rows_below(top: float) -> int:
    return int((BOTTOM - top - HEADINGS) / ROW)


class Document:
    """The file. The text of a sheet is broken into lines only once."""

    def __init__(self, petition: Petition, version: Version) -> None:
        self.petition, self.version = petition, version
        self.parts: dict[str, Any] = {**petition.parts, **version.parts}
        self.ink = appearance().colours["night"][0]
        self.pdf = self.paper()
        self.code = posters.code(petition, "sheet")
        self.url = posters.typed_url(petition)
        self.letter = self.pdf.lines(self.parts["letter"], width=COLUMN, role="text", size=LETTER)
        self.consent = self.pdf.lines(
            self.parts["consent"], width=INNER - 6, role="text", size=SMALL + 1
        )
        self.place_letter(apart=False)
        height = self.pdf.height_of(self.letter, size=LETTER) / 2
        if height > MOST_LETTER or self.rows_beside_letter() < LEAST_ROWS:
            self.place_letter(apart=True)
        if len(self.alone) > 2:  # The letter does not fit on the back of each sheet.
            self.letter_pages()

    def paper(self) -> Paper:
        paper = Paper(self.parts["title"], faces=appearance().faces)
        paper.c_margin = 0
        return paper

    def place_letter(self, *, apart: bool) -> None:
        """Put the letter on the sheet or on pages of its own; the terms say where it is."""
        self.is_apart = apart
        self.alone = self.columns_of_letter() if apart else []
        self.terms = [
            line
            for text in self.terms_of_signing()
            for line in self.pdf.lines(text, width=INNER - 6, role="text", size=SMALL)
        ]

    def rows_beside_letter(self) -> int:
        """Return how many rows a sheet with the letter has, measured on a discarded page."""
        kept, self.pdf = self.pdf, self.paper()
        self.pdf.add_page()
        number = rows_below(self.above_rows(""))
        self.pdf = kept
        return number

    # --- texts ---

    def terms_of_signing(self) -> Iterator[str]:
        """Yield the further terms: retention, mailings, the version, and where to read more."""
        days = self.parts["retention_days"]
        text = ngettext(
            "Names and addresses are removed, and this sheet is destroyed, %(days)s day after the "
            "petition has ended.",
            "Names and addresses are removed, and this sheet is destroyed, %(days)s days after the "
            "petition has ended.",
            days,
        )
        yield text % {"days": days}
        if self.parts["updates_label"]:
            yield labelled(self.informed(), self.parts["updates_label"])
        day = date_format(timezone.localtime(self.version.published_at), "DATE_FORMAT")
        yield _(
            "Letter and consent in the version %(number)s of %(day)s. The code leads to the page "
            "of the petition: %(url)s"
        ) % {"number": self.version.pk, "day": day, "url": self.url}
        if self.is_apart:
            yield self.where_the_letter_is()

    def where_the_letter_is(self) -> str:
        if len(self.alone) > 2:
            return _("The letter is long: it lies beside this sheet.")
        return _("The letter is on the other side of this sheet.")

    def informed(self) -> str:
        return _("Keep me informed")

    def headings(self) -> list[Heading]:
        """Return the columns that the form of the petition asks for."""
        original = self.petition.original
        texts = {
            "number": "",
            "name": _("Name"),
            "organisation": _("Organisation") if original.affiliation_field != Ask.OFF else None,
            "place": _("Postcode and place") if original.postcode_field != Ask.OFF else None,
            "country": _("Country") if original.country_field != Ask.OFF else None,
            "email": _("Email"),
            "updates": self.informed() if self.parts["updates_label"] else None,
        }
        shown = {key: text for key, text in texts.items() if text is not None}
        whole = sum(SHARES[key] for key in shown) + SIGNATURE
        found = [Heading(text, SHARES[key] * INNER / whole) for key, text in shown.items()]
        return [*found, Heading(_("Signature"), SIGNATURE * INNER / whole)]

    # --- one sheet ---

    def sheet(self, label: str) -> None:
        if 0 < len(self.alone) <= 2:
            self.letter_pages()
        self.pdf.add_page()
        self.pdf.set_text_color(self.ink)
        self.rows(self.above_rows(label))
        self.foot()

    def above_rows(self, label: str) -> float:
        top = self.head(label)
        if not self.is_apart:
            top = self.two_columns(self.letter, top=top + 2, size=LETTER)
        return self.agreement(top + 3) + 3

    def head(self, label: str) -> float:
        """Write title, ask and addressees, next to the code and the number of the sheet."""
        beside = INNER - CODE - GAP
        place = WIDTH - MARGIN - CODE
        self.pdf.set_fill_color(self.ink)
        left = self.pdf.x_of(place, CODE)
        posters.put_code(self.pdf, self.code, left=left, top=MARGIN, side=CODE)
        number = _("Sheet %s") % label
        self.pdf.fitted(number, place - 12, MARGIN + CODE + 1, CODE + 12, align="end")
        top = self.title(beside)
        top = self.pdf.shrunk(self.parts["ask"], MARGIN, top + 1, beside, sizes=(11, 8))
        if self.parts["targets"]:
            names = in_words(self.parts["targets"].split("\n"))
            to = _("To: %s") % names
            top = self.pdf.shrunk(to, MARGIN, top + 1, beside, sizes=(9, 7), most=3)
        return max(top, MARGIN + CODE + 9)

    def title(self, width: float) -> float:
        """Write the organisation, and the title below it."""
        self.pdf.line_of(self.parts["organisation"], place=MARGIN, top=MARGIN, width=width, size=9)
        sizes, text = (26, 14), self.parts["title"]
        return self.pdf.shrunk(text, MARGIN, MARGIN + 5, width, sizes=sizes, role="head")

    def two_columns(self, lines: list[str], *, top: float, size: float) -> float:
        """Write lines in two columns of about the same height."""
        half = self.pdf.height_of(lines, size=size) / 2
        first = list[str]()
        while self.pdf.height_of(first, size=size) < half:
            first.append(lines[len(first)])
        second = lines[len(first) :]
        if second and not second[0]:  # A column does not begin with an empty line.
            second = second[1:]
        ends = []
        for number, part in enumerate((first, second)):
            place = MARGIN + number * (COLUMN + GAP)
            ends.append(self.pdf.block(part, place=place, top=top, width=COLUMN, size=size))
        return max(ends)

    def agreement(self, top: float) -> float:
        """Write a box with the consent and the terms."""
        inner = top + 2.5
        inner = self.pdf.block(
            self.consent, place=MARGIN + 3, top=inner, width=INNER - 6, size=SMALL + 1
        )
        inner = self.pdf.block(
            self.terms, place=MARGIN + 3, top=inner + 1, width=INNER - 6, size=SMALL
        )
        self.pdf.set_draw_color(self.ink)
        self.pdf.set_line_width(0.3)
        self.pdf.rect(MARGIN, top, INNER, inner + 1.5 - top)
        return inner + 1.5

    def rows(self, top: float) -> None:
        """Draw the headings and as many rows as fit, all of the same height."""
        headings = self.headings()
        number = max(rows_below(top), 1)
        height = (BOTTOM - top - HEADINGS) / number
        place: float = MARGIN
        for heading in headings:
            self.heading(heading, place=place, top=top)
            place += heading.width
        self.pdf.set_line_width(0.2)
        for row in range(number):
            line = top + HEADINGS + row * height
            self.pdf.line_of(
                str(row + 1),
                place=MARGIN,
                top=line + height / 2 - 2,
                width=headings[0].width,
                size=7,
                align="middle",
            )
            place = MARGIN
            for heading in headings:
                left = self.pdf.x_of(place, heading.width)
                self.pdf.rect(left, line, heading.width, height)
                if heading.text == self.informed():
                    side = 4.5
                    box = left + (heading.width - side) / 2
                    self.pdf.rect(box, line + (height - side) / 2, side, side)
                place += heading.width

    def heading(self, heading: Heading, *, place: float, top: float) -> None:
        """Write the heading of a column at the bottom of its cell, in two lines if necessary."""
        size = 8.0
        lines = self.pdf.lines(heading.text, width=heading.width - 1, role="text", size=size)
        while len(lines) > 2 and size > 5:
            size -= 0.5
            lines = self.pdf.lines(heading.text, width=heading.width - 1, role="text", size=size)
        top += HEADINGS - len(lines) * size * POINT * LEADING - 1.2  # Arabic letters reach lower
        self.pdf.block(lines, place=place + 0.5, top=top, width=heading.width - 1, size=size)

    def foot(self) -> None:
        """Draw a line for where and when the sheet was filled in."""
        top = HEIGHT - MARGIN - 4
        text = _("Collected where, and when?")
        self.pdf.type(text, role="text", size=SMALL)
        width = self.pdf.get_string_width(text)
        self.pdf.line_of(text, place=MARGIN, top=top, width=width, size=SMALL)
        length = INNER - width - 3
        left = self.pdf.x_of(MARGIN + width + 3, length)
        self.pdf.line(left, top + 4, left + length, top + 4)

    # --- the letter on pages of its own ---

    def columns_of_letter(self) -> list[list[str]]:
        """Return the letter in columns, two for a page."""
        lines = self.pdf.lines(self.parts["letter"], width=COLUMN, role="text", size=LETTER_ALONE)
        room = HEIGHT - 2 * MARGIN - 40
        found = [list[str]()]
        for line in lines:
            if self.pdf.height_of([*found[-1], line], size=LETTER_ALONE) > room:
                found.append([])
            found[-1].append(line)
        return found

    def letter_pages(self) -> None:
        for number in range(0, len(self.alone), 2):
            self.pdf.add_page()
            self.pdf.set_text_color(self.ink)
            top = self.title(INNER)
            for side, lines in enumerate(self.alone[number : number + 2]):
                place = MARGIN + side * (COLUMN + GAP)
                self.pdf.block(lines, place=place, top=top + 4, width=COLUMN, size=LETTER_ALONE)
