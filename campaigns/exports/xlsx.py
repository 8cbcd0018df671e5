"""Writes signatures as an XLSX file, into a temporary file."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO

import xlsxwriter
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from campaigns.exports.cells import as_text, clean
from campaigns.exports.rows import FIELDS, Row

# A sheet holds 1,048,576 rows.
SHEET_ROWS = 1_000_000


def xlsx_file(signatures: Iterable[Row], names: list[str]) -> IO[bytes]:
    """A temporary XLSX file, open at its beginning, which is deleted when it is closed.

    Moments are date cells in the site's time zone. The heading names the zone, since the cells of
    a spreadsheet have none. After 1,000,000 rows another sheet begins.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 — the caller closes it
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
    for column, (field, name) in enumerate(zip(FIELDS, names, strict=True)):
        heading = f"{name} ({zone})" if field.endswith("_at") else name
        sheet.write_string(0, column, heading, bold)
    return sheet


def write_cell(
    sheet: Worksheet, line: int, column: int, value: object, date_format: Format
) -> None:
    if isinstance(value, datetime):
        moment = timezone.make_naive(value, timezone.get_default_timezone())
        sheet.write_datetime(line, column, moment, date_format)
    elif value is not None and value != "":
        sheet.write_string(line, column, clean(as_text(value)))
