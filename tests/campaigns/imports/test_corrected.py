"""The file of rejected rows is corrected, and uploaded as another list."""

import pytest
from django.utils.translation import override

from campaigns.exports.cells import as_typed, harmless
from campaigns.imports import corrected, importing, reading
from campaigns.models import Signature
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

TYPED = ["+1 for the river ;-)", "=1+1", "no;\n-yes", "- one\n- two", "Ada", "it's", "", "a ;' -b"]


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_what_people_wrote_is_imported_as_they_wrote_it(language):
    petition = make_petition(comment_field="optional")
    rows = [[f"Signer {n}", comment, "31 May 2026"] for n, comment in enumerate(TYPED)]
    first = upload(petition, reading.Read([["Name", "Comment", "Date"], *rows]))
    with override(language):
        _counts, wrong = importing.check(first, advance=int)
        file = b"".join(corrected.file_of_wrong(first, wrong))

    again = file.replace(b"31 May 2026", b"2026-05-31")
    bring_in(upload(petition, reading.read(again)))

    stored = Signature.objects.order_by("name").values_list("comment", flat=True)
    assert [comment or "" for comment in stored] == TYPED


def test_apostrophes_of_other_lists_stay():
    petition = make_petition(comment_field="optional")

    bring_in(upload(petition, reading.Read([["Name", "Comment"], ["Ada", "'+1"]])))

    assert Signature.objects.get().comment == "'+1"


@pytest.mark.parametrize("text", [*TYPED, '"=x', ";;=x", "'tis", "x;'=y"])
def test_only_our_own_apostrophes_are_taken_off(text):
    assert as_typed(harmless(text)) == text
