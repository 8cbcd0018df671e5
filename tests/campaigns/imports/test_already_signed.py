"""Signatures on this site stay as they are, but unconfirmed ones are counted with the list."""

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campaigns.counting import ledger
from campaigns.imports import already_signed, importing, sorting, undoing
from campaigns.models import Import, ImportedSignature, OutgoingMail, Signature
from campaigns.privacy import anonymising
from campaigns.signing import withdrawing
from tests.campaigns.imports.test_importing import bring_in, petition, upload
from tests.factories import make_mail, make_petition, make_signature

__all__ = ["petition"]

pytestmark = pytest.mark.django_db


def test_who_signs_at_that_very_moment_keeps_their_signature(petition, monkeypatch):
    subject = upload(petition)
    importing.check(subject, advance=int)
    monkeypatch.setattr(already_signed, "signatures_of", lambda subject, rows: {})
    make_signature(petition, email="grace@example.org", name="Grace, here")

    counts, wrong = bring_in(subject)

    assert Signature.objects.get(name__startswith="Grace").name == "Grace, here"
    assert "This person has signed already." in {each.why for each in wrong if each.number == 2}
    assert counts.fit == ImportedSignature.objects.count()


def test_who_signed_here_without_confirming_is_counted_with_the_list(monkeypatch):
    """Their signatures are replaced last: until the commit, nobody of them can confirm."""
    monkeypatch.setattr(sorting, "BATCH", 1)
    petition = make_petition()
    for name in ("ann", "bea"):
        make_signature(petition, email=f"{name}@example.org", confirmed_at=None, comment="Free it")
    make_mail(Signature.objects.get(email="ann@example.org"))
    rows = [["Ann A", "Ann@example.org", "", "1", ""], ["Cid", "cid@example.org", "", "1", ""]]
    subject = upload(petition, rows)
    importing.check(subject, advance=int)
    left = list[int]()
    with transaction.atomic():
        counts, wrong = importing.bring_in(
            subject, by=None, advance=lambda _: left.append(Signature.objects.pending().count())
        )

    subject.refresh_from_db()
    assert (counts[0], wrong) == (2, [])
    assert left == [2, 2, 1]
    assert subject.result["replaced"] == 1
    assert set(Signature.objects.values_list("email", "channel", "comment")) == {
        ("Ann@example.org", "paper", None),
        ("bea@example.org", "form", "Free it"),
        ("cid@example.org", "paper", None),
    }
    assert not OutgoingMail.objects.exists()


def test_who_confirms_at_that_very_moment_keeps_their_signature(monkeypatch):
    petition = make_petition()
    ann = make_signature(petition, email="ann@example.org", confirmed_at=None)
    subject = upload(petition, [["Ann A", "ann@example.org", "", "1", ""]])
    importing.check(subject, advance=int)
    seen = already_signed.signatures_of

    def meanwhile(*args):
        found = seen(*args)
        Signature.objects.filter(pk=ann.pk).update(confirmed_at=timezone.now())
        return found

    monkeypatch.setattr(already_signed, "signatures_of", meanwhile)
    with transaction.atomic():
        counts, wrong = importing.bring_in(subject, by=None, advance=int)

    assert Signature.objects.get().channel == "form"
    assert (counts.fit, [each.why for each in wrong]) == (0, ["This person has signed already."])


def test_a_sheet_is_the_same_however_it_is_spelt_and_counted_once_as_a_number_or_by_name():
    petition = make_petition()
    sheets = ["Bamako 1", "Bamako  1", "bamako 01", "Bamako 2"]
    rows = [["Amina K", "", "", sheet, ""] for sheet in sheets]
    entry = ledger.enter(petition, kind="paper", number=9, sheets="Bamako 7", reason="x", by=None)
    seven = [["Amina K", "", "", "bamako 7", ""], ["Bob", "bob@example.org", "", "7", ""]]

    first, wrong = bring_in(upload(petition, [*rows, *seven]))
    ledger.counter(petition, entry, reason="The names are there.", by=None)
    again, _wrong = bring_in(upload(petition, [*rows, *seven]))

    assert first == (3, 2, 1, 0)
    text = "This sheet is in the count already, as a number. Reverse that entry first."
    assert {each.number: each.why for each in wrong if not each.is_duplicate} == {6: text}
    assert again == (1, 5, 0, 0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_lists_at_once_the_second_waits_and_counts_nobody_on_a_sheet_twice():
    petition = make_petition()
    rows = [[name, "", "", "1", ""] for name in ("Amina K", "Ben O", "Cleo P")]
    one, two = upload(petition, rows[:2]), upload(petition, rows)
    for each in (one, two):
        importing.check(each, advance=int)
    waits = threading.Event()

    def second() -> importing.Counts:
        try:
            with transaction.atomic():
                return importing.bring_in(two, by=None, advance=lambda _rows: waits.set())[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first, _wrong = importing.bring_in(one, by=None, advance=int)
            done = pool.submit(second)
            assert waits.wait(20)
        counts = done.result()

    assert (first, counts) == ((2, 0, 0, 0), (1, 2, 0, 0))
    assert Signature.objects.count() == 3


def test_the_sheets_of_another_site_are_no_sheets_of_paper():
    petition = make_petition()
    row = ["Ann Lee", "", "", "1", ""]

    elsewhere, _wrong = bring_in(upload(petition, [row], channel="import"))
    found = already_signed.imported_sheets(petition.tally, [("", 1)])
    paper, _wrong = bring_in(upload(petition, [row]))
    again, _wrong = bring_in(upload(petition, [row], channel="import"))

    assert (elsewhere, found, paper) == ((1, 0, 0, 0), (set(), ""), (1, 0, 0, 0))
    assert again == (0, 1, 0, 0)


def test_the_sheets_of_an_import_are_known_when_its_signers_are_anonymised():
    petition = make_petition()
    rows = [["Ann Lee", "", "", "Bamako 7", ""], ["Bob", "bob@example.org", "", "9-1", ""]]
    bring_in(upload(petition, [*rows, ["", "", "", "8", ""]]))  # the last row is an error

    anonymising.anonymise(list(Signature.objects.values_list("pk", flat=True)))

    wanted = [("bamako", 7), ("9-1", 0), ("", 8)]
    found = already_signed.imported_sheets(petition.tally, wanted)
    assert found == ({("bamako", 7), ("9-1", 0)}, "sheets.csv")
    assert not ImportedSignature.objects.exists()
    # A wrong column may hold names or addresses.
    assert "bamako" not in str(Import.objects.get().result)


def test_a_sheet_whose_names_were_deleted_can_be_brought_in_again():
    petition = make_petition()
    rows = [["Ann Lee", "", "", "7", ""], ["Bob", "bob@example.org", "", "8", ""]]
    rows += [["Cy", "", "", "9", ""], ["Di", "", "", "9", ""]]
    bring_in(upload(petition, rows))
    ann, bob, cy, _di = Signature.objects.order_by("name")

    withdrawing.delete(ann.pk, by_staff=True)
    withdrawing.delete(cy.pk, by_staff=True)
    found = already_signed.imported_sheets(petition.tally, [("", 7), ("", 8), ("", 9)])
    anonymising.anonymise([bob.pk])
    unknown = already_signed.imported_sheets(petition.tally, [("", 7)])

    assert found == ({("", 8), ("", 9)}, "sheets.csv")
    # The anonymised signature may be of that sheet.
    assert unknown == ({("", 7)}, "sheets.csv")
    assert bring_in(upload(petition, rows[:1]))[0].fit == 1
    with transaction.atomic():
        undoing.undo(Import.objects.earliest("pk"), by=None, advance=int)
    assert already_signed.imported_sheets(petition.tally, [("", 8), ("", 9)]) == (set(), "")


def test_lists_whose_names_were_deleted_take_no_query_each(django_assert_num_queries):
    petition = make_petition()
    for sheet in "123":
        bring_in(upload(petition, [["Ann Lee", "", "", sheet, ""]]))
    for key in Signature.objects.values_list("pk", flat=True):
        withdrawing.delete(key, by_staff=True)

    with django_assert_num_queries(3):
        found = already_signed.imported_sheets(petition.tally, [("", 1), ("", 2), ("", 3)])

    assert found == (set(), "")


def test_a_row_that_names_many_sheets_is_an_error_and_takes_no_memory():
    """A column of phone numbers was chosen as the number of the sheet."""
    petition = make_petition()
    sheets = ["555-9999", "0151-23456789", "1–21", "1–20", "2024-001", ",", "", ";"]
    subject = upload(petition, [["Amina K", "", "", sheet, ""] for sheet in sheets])
    many = upload(petition, [[f"Signer {n}", "", "", f"{n}-{n + 9990}", ""] for n in range(100)])

    counts, wrong = bring_in(subject)
    tracemalloc.start()
    importing.check(many, advance=int)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    text = "“%s” names more than 20 sheets, but a row is on one."
    assert counts == (5, 0, 3, 0)
    assert [each.why for each in wrong] == [text % sheet for sheet in sheets[:3]]
    assert peak < 5_000_000


def test_two_people_share_an_email_address_where_the_petition_lets_them():
    petition = make_petition(shares_email=True)
    make_signature(petition, name="Ida King", email="king@example.org", confirmed_at=None)
    make_signature(petition, name="Joe", email="joe@example.org")
    rows = [
        ["Ada Lovelace", "two@example.org", "", "1", ""],
        ["William King", "two@example.org", "", "1", ""],
        ["ada lovelace", "two@example.org", "", "1", ""],
        ["Byron", "two@example.org", "", "1", ""],  # a third
        ["ida king", "king@example.org", "", "1", ""],  # has not confirmed here
        ["Jim", "joe@example.org", "", "1", ""],  # signed here with the same email address
        ["Joe", "joe@example.org", "", "1", ""],
    ]

    counts, wrong = bring_in(upload(petition, rows))
    again, _wrong = bring_in(upload(petition, rows))

    third = "Two people have signed with this email address, and no more can."
    assert counts == (4, 2, 1, 0)
    assert [(each.number, each.is_duplicate) for each in wrong] == [
        (4, True),
        (5, False),
        (8, True),
    ]
    assert wrong[1].why == third
    stored = Signature.objects.order_by("email", "household_slot")
    assert list(stored.values_list("name", "household_slot", "channel")) == [
        *(("Joe", 1, "form"), ("Jim", 2, "paper"), ("ida king", 1, "paper")),
        *(("Ada Lovelace", 1, "paper"), ("William King", 2, "paper")),
    ]
    assert again == (0, 6, 1, 0)
    elsewhere = make_petition(slug="other", shares_email=False)
    assert bring_in(upload(elsewhere, rows[:2]))[0] == (1, 1, 0, 0)
