"""Writes the file of rejected rows, to be corrected and uploaded again, without its own columns."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from campaigns.exports import xlsx
from campaigns.imports.checking import Wrong
from campaigns.imports.imported import Import
from campaigns.imports.reading import Read
from campaigns.imports.waiting import rows_of


def file_of_wrong(subject: Import, wrong: Iterable[Wrong]) -> Iterator[bytes]:
    """Return the rejected rows with the reasons, as XLSX: a spreadsheet changes cells of a CSV.

    It takes the postcode 01067 for a number, the sheet 3-4 for a date, and, where the comma is the
    decimal separator, a whole line for one cell.
    """
    _number, heads = next(rows_of(subject))
    rows = ((str(each.number), each.why, *each.cells) for each in wrong)
    file = xlsx.pieces(rows, [*own_headings(), *heads])
    return (piece.content for piece in file)


def own_headings() -> list[str]:
    return [gettext("Row"), gettext("What is wrong")]


def without_own_columns(read: Read) -> Read:
    """Return a list without the columns that `file_of_wrong` has added, in any language.

    What they say is of the list before: rows have other numbers now, and may be right.
    """
    if read.rows[0][:2] not in [own_headings_in(code) for code, _name in settings.LANGUAGES]:
        return read
    kept = [(number, row[2:]) for number, row in read.numbered if any(row[2:])]
    if not kept or kept[0][1] != read.rows[0][2:]:
        return read  # nothing but these columns
    return read._replace(rows=[row for _, row in kept], numbers=[number for number, _ in kept])


def own_headings_in(language: str) -> list[str]:
    with translation.override(language):
        return own_headings()
