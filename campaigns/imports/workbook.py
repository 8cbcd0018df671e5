"""Reads a workbook in a process of its own, and writes its rows as CSV.

Nothing imports this module. A workbook of 300 KB can expand to 300 MB, one with a false size can
crash the process that reads it, and a text that is stored once can occur in a million cells. So
`reading` runs this file with limits on memory, time and text. It reads only values: formulas are
not evaluated, and nothing outside the file is opened.

    python workbook.py MOST_ROWS MOST_COLUMNS MOST_TEXT < workbook > rows.csv
"""

import csv
import io
import resource
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY, SECONDS = 1024 * 1024 * 1024, 60
# Return codes besides 0, which `reading` translates into messages.
TOO_LARGE, NO_ROWS, TOO_LONG = 10, 11, 12


def text(cell: object) -> str:
    """Return a cell as it would be in a CSV file."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return ""
    return str(cell)


def write(
    rows: Iterable[Sequence[object]], *, most_rows: int, most_columns: int, most_text: int
) -> int:
    writer = csv.writer(sys.stdout)
    number = length = 0
    for row in rows:
        cells = [text(cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > most_columns:
            return TOO_LARGE
        number += bool(cells)
        if number > most_rows:
            return TOO_LARGE
        length += sum(map(len, cells))
        if length > most_text:
            return TOO_LONG
        writer.writerow(cells)  # also if it is empty, to preserve the row numbers
    return 0 if number else NO_ROWS


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    most_rows, most_columns, most_text = map(int, sys.argv[1:])
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real file
    # The first sheet that whoever opens the workbook sees: neither a hidden one nor a chart.
    sheet = next(
        workbook.get_sheet_by_name(each.name)
        for each in workbook.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    )
    return write(
        sheet.iter_rows(), most_rows=most_rows, most_columns=most_columns, most_text=most_text
    )


if __name__ == "__main__":
    sys.exit(main())
