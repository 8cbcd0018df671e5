"""The file of rejected rows is corrected, and uploaded as another list."""

import pytest

from campaigns.imports import corrected, importing, reading
from campaigns.models import Signature
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

TYPED = ["+1 for the river ;-)", "=1+1", "no;\n-yes", "'+1", "01067", "Ada", "it's", "", "a ;' -b"]


def test_what_people_wrote_is_imported_as_they_wrote_it():
    petition = make_petition(comment_field="optional")
    rows = [[f"Signer {n}", comment, "31 May 2026"] for n, comment in enumerate(TYPED)]
    first = upload(petition, reading.Read([["Name", "Comment", "Date"], *rows]))
    _counts, wrong = importing.check(first, advance=int)

    file = reading.read(b"".join(corrected.file_of_wrong(first, wrong)))
    again = [[cell.replace("31 May 2026", "2026-05-31") for cell in row] for row in file.rows]
    bring_in(upload(petition, reading.Read(again)))

    # A workbook has no delimiter that a spreadsheet could mistake.
    assert file.delimiter == ""
    stored = Signature.objects.order_by("name").values_list("comment", flat=True)
    assert [comment or "" for comment in stored] == TYPED
