"""Reads the lists of redirects that staff import, as carefully as lists of signers.

Wagtail opens such a workbook in the process of the web server, with as many cells in each row as
the file claims to have, and shows every row.
"""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.forms import ImportForm

from campaigns.imports import reading

# A redirect holds no longer address. The next page shows all cells.
MOST_ROWS, MOST_COLUMNS, MOST_LENGTH = 2_000, 10, 255
TOO_MUCH = _(
    "A list of redirects can have up to 2,000 rows and 10 columns, and 255 characters in a cell. "
    "Please divide it, or delete the columns that are not needed."
)


def clean_import_file(form: ImportForm) -> SimpleUploadedFile:
    """Return the list as a plain CSV file, the only kind that Wagtail's views then read."""
    file = form.cleaned_data["import_file"]
    try:
        rows = reading.uploaded(file).rows
        columns = max(map(len, rows))
        longest = max(len(cell) for row in rows for cell in row)
        if len(rows) > MOST_ROWS or columns > MOST_COLUMNS or longest > MOST_LENGTH:
            raise reading.Unreadable(TOO_MUCH)
    except reading.Unreadable as error:
        raise ValidationError(str(error.text)) from None
    # Wagtail expects all rows to be equally long.
    filled = [row + [""] * (columns - len(row)) for row in rows]
    return SimpleUploadedFile("redirects.csv", reading.packed(reading.Read(filled)))


def register() -> None:
    ImportForm.clean_import_file = clean_import_file  # type: ignore[attr-defined]  # from outside
