"""Signatures as rows of a spreadsheet, in bounded memory.

Names and comments are strangers' text. A spreadsheet takes a cell that begins with `=` and the like
for a formula and runs it when the file is opened (OWASP, CSV injection); one control character
makes an XLSX unreadable.
"""

import csv
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any, NamedTuple
from uuid import UUID

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

FORMULA_STARTERS = tuple("=+-@＝＋－＠")
RAW_STARTERS = tuple("\t\r\n\0")
# All control characters but the line feed, which a comment may hold.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BOM = "\ufeff".encode()
CHUNK = 2000
# A sheet holds 1,048,576 rows.
SHEET_ROWS = 1_000_000


class Row(NamedTuple):
    """A signature as it is exported; the state is derived as in `Signature.state`."""

    number: UUID
    petition: str
    state: str
    name: str | None
    email: str | None
    country: str | None
    postcode: str | None
    comment: str | None
    updates: str
    shown_as: str | None
    language: str
    signed_at: datetime
    confirmed_at: datetime | None
    channel: str
    source: str
    wording: int | None


FIELDS = (
    "id",
    "tally__petition__title",
    "verdict",
    "name",
    "email",
    "country",
    "postcode",
    "comment",
    "updates",
    "shown_as",
    "language",
    "signed_at",
    "confirmed_at",
    "channel",
    "source",
    "wording_id",
    "erased_at",
)


def headings() -> list[str]:
    """The names of the columns, in the active language."""
    names = [
        _("number"),
        _("petition"),
        _("state"),
        _("name"),
        _("email"),
        _("country"),
        _("postcode"),
        _("comment"),
        _("keep me informed"),
        _("shown as"),
        _("language"),
        _("signed"),
        _("confirmed"),
        _("channel"),
        _("source"),
        _("wording"),
    ]
    return [capfirst(name) for name in names]


def rows(signatures: QuerySet) -> Iterator[Row]:
    """Each signature once, read through a cursor of the server's, never all at once.

    In the language of who asks: while the file is streamed theirs is active no more.
    """
    said = {True: _("yes"), False: _("no")}
    found = signatures.values_list(*FIELDS).iterator(chunk_size=CHUNK)
    return (row_of(values, said) for values in found)


def row_of(values: tuple, said: dict[bool, str]) -> Row:
    *columns, erased_at = values
    row = Row(*columns)
    state = "emptied" if erased_at else row.state
    return row._replace(
        state=state or ("confirmed" if row.confirmed_at else "pending"),
        updates=said[row.updates],
    )


def csv_file(signatures: Iterable[Row], names: list[str]) -> Iterator[bytes]:
    """A CSV file in UTF-8 with a byte order mark, piece by piece; every field is quoted."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield BOM + writer.writerow(names)
    for row in signatures:
        yield writer.writerow([csv_cell(value) for value in row])


class Echo:
    """What csv.writer writes to is handed back to the caller."""

    def write(self, text: str) -> bytes:
        return text.encode()


def csv_cell(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return harmless(words(value))


def words(value: Any) -> str:
    """A value as text; "" for nothing."""
    return "" if value is None else str(value)


def clean(text: str) -> str:
    """Text as it was typed, without control characters; a tab becomes a space."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before one that it might."""
    cleaned = clean(text)
    risky = text.startswith(RAW_STARTERS) or bare(cleaned).startswith(FORMULA_STARTERS)
    return f"'{cleaned}" if risky else cleaned


def bare(text: str) -> str:
    """Text without the spaces and the characters without width that it begins with."""
    for position, character in enumerate(text):
        if not (character.isspace() or unicodedata.category(character) == "Cf"):
            return text[position:]
    return ""


def xlsx_file(signatures: Iterable[Row], names: list[str]) -> IO[bytes]:
    """An XLSX file, open at its beginning, on a temporary file that goes away when it is closed.

    Times are cells with a date in the site's time zone, which the heading names: a spreadsheet
    knows no zones.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 — whoever asked for it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        date_format = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet, line = new_sheet(book, names), 0
        for row in signatures:
            line += 1
            if line > SHEET_ROWS:
                sheet, line = new_sheet(book, names), 1
            for column, value in enumerate(row):
                write_cell(sheet, line, column, value, date_format)
    file.seek(0)
    return file


def new_sheet(book: xlsxwriter.Workbook, names: list[str]) -> Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    zone = timezone.get_default_timezone_name()
    bold = book.add_format({"bold": True})
    for column, (field, name) in enumerate(zip(Row._fields, names, strict=True)):
        heading = f"{name} ({zone})" if field.endswith("_at") else name
        sheet.write_string(0, column, heading, bold)
    return sheet


def write_cell(sheet: Worksheet, line: int, column: int, value: Any, date_format: Format) -> None:
    if isinstance(value, datetime):
        moment = timezone.make_naive(value, timezone.get_default_timezone())
        sheet.write_datetime(line, column, moment, date_format)
    elif value is not None and value != "":
        sheet.write_string(line, column, clean(words(value)))
