"""Reads an uploaded list, CSV or XLSX, into rows of text, and withstands malicious files."""

import codecs
import contextlib
import csv
import io
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

import chardet
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 25 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 200_000, 200
# So many cells take about 300 MB. No spreadsheet has more rows, empty ones included.
MOST_CELLS, MOST_NUMBER = 4_000_000, 1_048_576
# Limits for the files inside a workbook: their total size, and their number.
MOST_UNPACKED, MOST_PARTS = 200 * 1024 * 1024, 1_000
# The size of the sample from which the encoding and the delimiter are detected.
SAMPLE, SAMPLE_ROWS = 256 * 1024, 100
TIMEOUT = 90
WORKBOOK = Path(__file__).with_name("workbook.py")
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Of delimiters that divide a list equally well, the comma is the least likely: it occurs in names.
DELIMITERS = {";": _("semicolon"), "\t": _("tab"), "|": _("vertical bar"), ",": _("comma")}
# A first line by which Excel is told the delimiter; what cannot be one is ignored.
SEPARATOR_LINE = re.compile(r'"?sep=([^"\r\n]?)"?[^\S\r\n]*(?=[\r\n])', re.IGNORECASE)
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": _("Windows, Western Europe (1252)"),
    "cp1250": _("Windows, Central Europe (1250)"),
    "cp1251": _("Windows, Cyrillic (1251)"),
    "cp1253": _("Windows, Greek (1253)"),
    "cp1254": _("Windows, Turkish (1254)"),
    "cp1256": _("Windows, Arabic (1256)"),
    "koi8-r": "KOI8-R",
    "mac-roman": "Mac Roman",
}

TOO_LARGE = _("This file is larger than 25 MB. Please divide it.")
TOO_LONG = _("The cells of this workbook hold more than 25 MB of text. Please divide it.")
TOO_MANY = _(
    "This file has more than 200,000 rows, 200 columns or 4 million cells. Please divide it, or "
    "delete the columns that are not needed."
)
EMPTY = _("This file has no rows.")
ONLY_HEADINGS = _("This file has one row only. The first row must have the headings.")
NO_TEXT = _("This is neither a CSV file nor a workbook (XLSX).")
OLD = _("This is a workbook of another kind. Please save it as XLSX or as CSV.")
BROKEN = _("This workbook is damaged, or far too large inside. Please save it as CSV.")
LOCKED = _("This workbook has a password. Please save it without one.")
UNREADABLE = _("This text cannot be read as %s. Please choose another encoding.")
QUOTES = _("From line %s on, a quotation mark is not closed, or a cell is far too long.")


# The return codes of the process that reads a workbook (`workbook.py`).
SAID = {10: TOO_MANY, 11: EMPTY, 12: TOO_LONG}


class Unreadable(Exception):
    """The file cannot be read; the argument says why, in words for the person who uploaded it."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(text)
        self.text = text


class Read(NamedTuple):
    """The rows of a list, with the encoding and the delimiter that were detected."""

    rows: list[list[str]]
    encoding: str = ""
    delimiter: str = ""
    # The row numbers of a spreadsheet, in which empty rows count; () stands for 1, 2, 3 …
    numbers: Sequence[int] = ()

    @property
    def numbered(self) -> list[tuple[int, list[str]]]:
        return list(zip(self.numbers or count(1), self.rows, strict=False))


def uploaded(file: "UploadedFile[bytes]", **chosen: str) -> Read:
    """Read an uploaded file as `read` does; one that is too large is not read into memory."""
    if (file.size or 0) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    return read(file.read(), **chosen)


def read(content: bytes, *, encoding: str = "", delimiter: str = "") -> Read:
    """Return the rows that are not empty; find the encoding and the delimiter. Raise Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    if not content.strip():
        raise Unreadable(EMPTY)
    if content.startswith(b"PK\x03\x04"):
        return read_workbook(content)
    if content.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        # Both old Excel workbooks and new ones with a password are in this container.
        raise Unreadable(LOCKED if "EncryptedPackage".encode("utf-16-le") in content else OLD)
    return read_text(content, encoding=encoding, delimiter=delimiter)


def read_text(content: bytes, *, encoding: str, delimiter: str) -> Read:
    encoding = encoding or encoding_of(content)
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        raise Unreadable(UNREADABLE % ENCODINGS.get(encoding, encoding)) from None
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise Unreadable(NO_TEXT)
    if match := SEPARATOR_LINE.match(text):
        delimiter = delimiter or match[1]
        text = text[match.end() :]  # The line break stays, so that rows keep their numbers.
    delimiter = delimiter or delimiter_of(text)
    # Before a single row of them fills the memory. Texts of cells may contain some more.
    if text.count(delimiter) > 2 * MOST_CELLS:
        raise Unreadable(TOO_MANY)
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbers, rows = limited(found)
        return Read(rows, encoding, delimiter, numbers)
    except csv.Error:
        raise Unreadable(QUOTES % found.line_num) from None


def encoding_of(content: bytes) -> str:
    """Return the encoding: by the byte order mark, or UTF-8 if valid, or the most likely one."""
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    if content.count(0) > len(content) // 100:
        raise Unreadable(NO_TEXT)
    found = chardet.detect(content[:SAMPLE], include_encodings=ENCODINGS, compat_names=False)
    if found["encoding"] is None:
        raise Unreadable(NO_TEXT)
    return found["encoding"]


def delimiter_of(text: str) -> str:
    """Return the delimiter that divides the most of the first rows into equally many cells."""
    sample = text[:SAMPLE]
    return max(DELIMITERS, key=lambda delimiter: equal_rows(sample, delimiter))


def equal_rows(sample: str, delimiter: str) -> tuple[int, int, int]:
    """Return how well a delimiter divides a text; of two delimiters, the better one has more.

    The three numbers are how many rows have the most common width of at least two cells, how many
    cells begin with a space (negative), and this width.
    """
    rows = list[list[str]]()
    with contextlib.suppress(csv.Error):
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) == SAMPLE_ROWS:
                break
    if not rows:  # The text consists of this delimiter alone.
        return SAMPLE_ROWS + 1, 0, 0
    if len(rows[0]) < 2:  # Columns are divided in the headings, too.
        return 0, 0, 0
    widths = Counter(len(row) for row in rows if len(row) > 1)
    [(width, number)] = widths.most_common(1)
    return number, -sum(cell.startswith(" ") for row in rows for cell in row), width


def read_workbook(content: bytes) -> Read:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise Unreadable(BROKEN) from None
    names = {part.filename for part in parts}
    if "mimetype" in names or "[Content_Types].xml" not in names:
        raise Unreadable(OLD)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(BROKEN)
    limits = map(str, (MOST_ROWS, MOST_COLUMNS, MOST_BYTES))
    command = [sys.executable, "-I", str(WORKBOOK), *limits]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise Unreadable(BROKEN) from None
    if text := SAID.get(done.returncode):
        raise Unreadable(text)
    if done.returncode:
        raise Unreadable(BROKEN)
    found = csv.reader(io.StringIO(done.stdout.decode(), newline=""))
    try:
        numbers, rows = limited(found)
        return Read(rows, numbers=numbers)
    except csv.Error:
        raise Unreadable(QUOTES % found.line_num) from None


def limited(found: Iterable[list[str]]) -> tuple[list[int], list[list[str]]]:
    """Return the numbers of the rows that are not empty, and the rows.

    Raise Unreadable if there are too many rows, columns or cells, or no rows at all.
    """
    numbers, rows, in_all = list[int](), list[list[str]](), 0
    for number, row in enumerate(found, start=1):
        if number > MOST_NUMBER:
            raise Unreadable(TOO_MANY)
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        numbers.append(number)
        rows.append(cells)
        in_all += len(cells)
        if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS or in_all > MOST_CELLS:
            raise Unreadable(TOO_MANY)
    if not rows:
        raise Unreadable(EMPTY)
    return numbers, rows


def packed(read: Read) -> bytes:
    """Serialise the rows as CSV in UTF-8, with empty rows that preserve their numbers."""
    text = io.StringIO(newline="")
    writer, last = csv.writer(text), 0
    for number, row in read.numbered:
        text.write("\n" * (number - last - 1))
        writer.writerow(row)
        last = number
    return text.getvalue().encode()


def unpacked(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Return the rows with their numbers."""
    found = csv.reader(io.StringIO(content.decode(), newline=""))
    return ((number, row) for number, row in enumerate(found, start=1) if row)
