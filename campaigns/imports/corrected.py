"""Writes the file of rejected rows, to be corrected and uploaded again."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext

from campaigns.exports import xlsx
from campaigns.imports.checking import Wrong
from campaigns.imports.imported import Import
from campaigns.imports.waiting import rows_of


def file_of_wrong(subject: Import, wrong: Iterable[Wrong]) -> Iterator[bytes]:
    """Return the rejected rows with the reasons, as XLSX: a spreadsheet changes cells of a CSV.

    It takes the postcode 01067 for a number, the sheet 3-4 for a date, and, where the comma is the
    decimal separator, a whole line for one cell.
    """
    _number, heads = next(rows_of(subject))
    rows = ((str(each.number), each.why, *each.cells) for each in wrong)
    file = xlsx.pieces(rows, [gettext("Row"), gettext("What is wrong"), *heads])
    return (piece.content for piece in file)
