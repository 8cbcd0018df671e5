"""Writes signatures as an XLSX file, through a temporary file."""

import tempfile
from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import IO

import xlsxwriter
from django.db.models import QuerySet
from django.utils import timezone, translation
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from campaigns.exports import rows
from campaigns.exports.cells import as_text, clean
from campaigns.exports.rows import PIECE, Asked, Piece, Row
from campaigns.exports.shapes import EVERYTHING, Shape
from campaigns.signatures.signature import Signature
from operations import media

# The limit of a sheet is 1,048,576 rows.
SHEET_ROWS = 1_000_000
# The width of a column in characters: most names and all moments fit.
WIDTH = 24
# Between two looks at the room on the disk: less than 10 MB.
ROWS_BETWEEN_CHECKS = 10_000


def xlsx_file(
    signatures: QuerySet[Signature],
    names: list[str],
    questions: Sequence[Asked] = (),
    shape: Shape = EVERYTHING,
) -> Generator[Piece, None, None]:
    """Return an XLSX file in pieces. The first piece comes when the file is complete.

    The labels are translated at once, in the active language, as for a CSV file.
    """
    found = rows.rows(signatures, questions, shape)
    return pieces(found, titles(names, rows.kinds(questions, shape)))


def titles(names: list[str], fields: Sequence[str]) -> list[str]:
    """Return the headings, with the time zone for moments, since spreadsheet cells have none."""
    zone = timezone.get_default_timezone_name()
    paired = zip(fields, names, strict=True)
    return [f"{name} ({zone})" if field.endswith("_at") else name for field, name in paired]


def pieces(found: Iterable[Row], names: list[str]) -> Generator[Piece, None, None]:
    with tempfile.TemporaryFile() as file:
        number = write(file, found, names)
        file.seek(0)
        while content := file.read(PIECE):
            # It is unknown which rows a part of the file contains: the first part counts for all.
            yield Piece(content, number)
            number = 0


def write(file: IO[bytes], found: Iterable[Row], names: list[str]) -> int:
    """Write all rows, and return their number.

    Moments are date cells in the site's time zone. After 1,000,000 rows a new sheet begins.
    """
    number = 0
    # What xlsxwriter has written so far goes with the folder if the rows end with an exception.
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet, line = new_sheet(book, names), 0
        for row in found:
            if number % ROWS_BETWEEN_CHECKS == 0:
                media.require_room(folder)
            number, line = number + 1, line + 1
            if line > SHEET_ROWS:
                sheet, line = new_sheet(book, names), 1
            for column, value in enumerate(row):
                write_cell(sheet, line, column, value, moment, day)
        # What was written so far is written once more, into the workbook.
        media.require_room(folder, sum(each.stat().st_size for each in Path(folder).iterdir()))
        book.close()  # This takes long, and is in vain for a job that was cancelled.
    return number


def new_sheet(book: xlsxwriter.Workbook, names: list[str]) -> Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    if translation.get_language_bidi():
        sheet.right_to_left()
    bold = book.add_format({"bold": True})
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, max(WIDTH, len(name) + 2))
    return sheet


def write_cell(
    sheet: Worksheet, line: int, column: int, value: object, moment: Format, day: Format
) -> None:
    if isinstance(value, datetime):
        zone = timezone.get_default_timezone()
        local = timezone.make_naive(value, zone)
        midnight = datetime.combine(local.date(), time())
        # Where only the day is known, it is the beginning of the day: one o'clock where the clocks
        # change at midnight. Python compares such a moment only in UTC.
        is_day = local == midnight or value == timezone.make_aware(midnight, zone).astimezone(UTC)
        sheet.write_datetime(line, column, *((midnight, day) if is_day else (local, moment)))
    elif isinstance(value, date):
        sheet.write_datetime(line, column, datetime.combine(value, time()), day)
    elif value is not None and value != "":
        sheet.write_string(line, column, clean(as_text(value)))
