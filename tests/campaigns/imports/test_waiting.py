"""A list that waits to be imported does not bring back anybody who has left."""

import pytest
from django.db import transaction

from campaigns.imports import importing, reading, waiting
from campaigns.models import ErasureReceipt, Import, Signature
from campaigns.privacy import access_report, erasing
from operations import encryption
from tests.campaigns.imports.test_importing import bring_in, petition, upload
from tests.factories import make_petition, make_signature

__all__ = ["petition"]

pytestmark = pytest.mark.django_db

ROWS = [
    ["Grace Hopper", "grace@example.org", "", "", ""],
    ["Ada Byron", "A.da+x@gmail.com", "", "", ""],
    ["Amina K", "", "KE", "1", ""],
    ["Ida Byron", "ada@gmail.com", "", "", ""],
]


def rows() -> list[list[str]]:
    return [[cells[0] for _number, cells in waiting.rows_of(each)][1:] for each in lists()]


def lists():
    return Import.objects.order_by("pk")


def test_who_is_erased_is_taken_out_of_the_lists_that_wait(petition):
    checked, other = upload(petition, ROWS), upload(make_petition(slug="other"), ROWS[:2])
    importing.check(checked, advance=int)

    asked, told = erasing.count("ada@gmail.com"), access_report.export("ada@gmail.com")
    erasing.erase("ada@gmail.com")

    assert asked[erasing.UPLOADED] == 3
    assert [(row["list"], row["row"]) for row in told["uploaded"]] == [
        ("sheets.csv", 3),
        ("sheets.csv", 5),
        ("sheets.csv", 3),
    ]
    assert "Grace" not in str(told)
    assert told["uploaded"][0]["text"].startswith("Ada Byron, A.da+x@gmail.com")
    assert ErasureReceipt.objects.get().others == {erasing.UPLOADED: 3}
    assert rows() == [["Grace Hopper", "Amina K"], ["Grace Hopper"]]
    assert list(lists().values_list("state", "rows")) == [("draft", 2), ("draft", 1)]
    with pytest.raises(importing.Changed), transaction.atomic():
        importing.bring_in(checked, by=None, advance=int)
    bring_in(lists().get(pk=checked.pk))
    assert not Signature.objects.filter(name__endswith="Byron").exists()
    # The remaining signatures keep the numbers of their rows in the file.
    assert list(checked.signatures.order_by("row").values_list("row", flat=True)) == [2, 4]
    assert other.state == "draft"


def test_who_stands_in_the_place_of_the_headings_is_found_and_taken_out_too(petition):
    grace = ["Grace Hopper", "grace@example.org"]
    subject = upload(petition, reading.Read([["Ada Byron", "ada@gmail.com"], grace]))

    told = access_report.export("ada@gmail.com")["uploaded"]
    erasing.erase("ada@gmail.com")

    assert [(row["row"], row["text"]) for row in told] == [(1, "Ada Byron, ada@gmail.com")]
    subject.refresh_from_db()
    assert [cells for _number, cells in waiting.rows_of(subject)] == [["", ""], grace]
    assert (subject.state, subject.rows) == ("draft", 1)
    importing.choose(subject, ["name", "email"], day_first=False)
    assert bring_in(subject)[0].fit == 1


def test_of_two_who_share_an_email_the_other_one_stays_in_the_list(petition):
    upload(petition, ROWS)

    erasing.erase("ada@gmail.com", name="ada byron")

    assert rows() == [["Grace Hopper", "Amina K", "Ida Byron"]]


def test_a_list_that_nobody_can_read_hinders_no_erasure(petition, monkeypatch):
    upload(petition, ROWS)

    def damaged(*args: object, **kwargs: object) -> None:
        raise encryption.Damaged

    monkeypatch.setattr(encryption, "open_piece", damaged)

    assert erasing.erase("ada@gmail.com")


def test_no_more_is_imported_than_the_check_has_said(petition):
    ada = Signature.objects.get(email="ada@gmail.com")
    make_signature(petition, email="grace@example.org")
    subject = upload(petition, [*ROWS, ["Kim", "kim@example.org", "", "", ""]])
    counts, _wrong = importing.check(subject, advance=int)
    ada.delete()  # one person withdraws, and another one signs
    make_signature(petition, name="Ida", email="kim@example.org")

    with pytest.raises(importing.Changed), transaction.atomic():
        importing.bring_in(subject, by=None, advance=int)

    assert counts.fit == 2
    assert not Signature.objects.filter(channel="paper").exists()
    assert bring_in(subject)[0].fit == 2


def test_who_is_erased_while_the_list_is_checked_is_in_no_result(petition):
    subject = upload(petition, ROWS)

    with pytest.raises(importing.Changed):
        importing.check(subject, advance=lambda _number: erasing.erase("ada@gmail.com"))

    assert Import.objects.get().state == "draft"
    assert bring_in(Import.objects.get())[0].fit == 2
