"""Recognises our own file of rejected rows when it is uploaded again, with its rows corrected."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext, override

from campaigns.exports.cells import as_typed
from campaigns.imports.reading import Read


def as_listed(read: Read) -> Read:
    """Return the rows as they were in the first list, if these are the rows of our own file.

    The file has apostrophes before what a spreadsheet would take for a formula.
    """
    if not is_ours(read.rows[0]):
        return read
    return read._replace(rows=[[as_typed(cell) for cell in row] for row in read.rows])


def is_ours(found: Sequence[str]) -> bool:
    """Return whether the first headings are those of `importing.file_of_wrong` in any language."""
    for language, _label in settings.LANGUAGES:
        with override(language):
            if [gettext("Row"), gettext("What is wrong")] == list(found[:2]):
                return True
    return False
