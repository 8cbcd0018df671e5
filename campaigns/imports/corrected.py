"""Writes the file of rejected rows, and recognises it when it is uploaded again, corrected."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext, override

from campaigns.exports.cells import as_typed, harmless
from campaigns.imports.checking import Wrong
from campaigns.imports.imported import Import
from campaigns.imports.reading import Read
from campaigns.imports.waiting import rows_of


def as_listed(read: Read) -> Read:
    """Return the rows as they were in the first list, if these are the rows of our own file.

    The file has apostrophes before what a spreadsheet would take for a formula.
    """
    if not is_ours(read.rows[0]):
        return read
    return read._replace(rows=[[as_typed(cell) for cell in row] for row in read.rows])


def is_ours(found: Sequence[str]) -> bool:
    """Return whether the first headings are those of `file_of_wrong` in any language."""
    for language, _label in settings.LANGUAGES:
        with override(language):
            if [gettext("Row"), gettext("What is wrong")] == list(found[:2]):
                return True
    return False


def file_of_wrong(subject: Import, wrong: Iterable[Wrong]) -> Iterator[bytes]:
    """Return the rejected rows with the reasons, to be corrected and uploaded again (CSV)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    text.write("\ufeff")
    _number, heads = next(rows_of(subject))
    writer.writerow(map(harmless, [gettext("Row"), gettext("What is wrong"), *heads]))
    for each in wrong:
        # The reason may quote untrusted input.
        writer.writerow(map(harmless, [str(each.number), each.why, *each.cells]))
        if text.tell() > 256 * 1024:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
