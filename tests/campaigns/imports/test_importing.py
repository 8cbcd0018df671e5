"""A list becomes signatures that count; existing signatures stay as they are."""

import io
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone, translation
from openpyxl import load_workbook

from campaigns.counting import counting, surveying, weeks
from campaigns.imports import already_signed, corrected, importing, reading, undoing, waiting
from campaigns.models import (
    Import,
    ImportedSignature,
    OutgoingMail,
    RememberedModeration,
    Signature,
    Survey,
    Tally,
)
from campaigns.moderation import moderating
from campaigns.privacy import access_report, anonymising
from campaigns.signatures.email_keys import email_key
from campaigns.trends import hours
from tests.factories import make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db

HEADINGS = ["Name", "Email", "Country", "Sheet", "Signed on"]
ROWS = [
    ["Grace Hopper", "grace@example.org", "France", "1", "2026-03-31"],
    ["Amina K", "", "KE", "1", ""],
    ["Amina K", "", "KE", "1", ""],  # twice on one sheet
    ["Amina K", "", "KE", "2", ""],  # another person
    ["Ada", "A.da+x@gmail.com", "", "", ""],  # has signed here
    ["Grace Again", "Grace@Example.org", "", "", ""],  # twice in the list
    ["", "nobody@example.org", "", "", ""],
    ["Pia", "pia@example.org", "", "", ""],  # signed here, quarantined
    ["Rex", "rex@example.org", "", "", ""],  # signature was invalidated, then withdrawn
]


@pytest.fixture
def petition():
    petition = make_petition()
    make_signature(petition, email="ada@gmail.com")
    pia = make_signature(petition, email="pia@example.org", confirmed_at=None)
    Signature.objects.filter(pk=pia.pk).update(moderation="quarantined")
    RememberedModeration.objects.create(
        tally=petition.tally,
        email_key=email_key(petition.tally.pk, "rex@example.org"),
        moderation="invalidated",
        reason="remembered",
    )
    return petition


def upload(petition, rows=ROWS, **fields):
    values = {
        "by": None,
        "channel": "paper",
        "file_name": "sheets.csv",
        "reason": "Typed by the office",
        "consent": "I agree that my name is handed over.",
        "signed_on": date(2026, 3, 1),
    }
    read = rows if isinstance(rows, reading.Read) else reading.Read([HEADINGS, *rows])
    return importing.upload(petition, read, **values | fields)


def bring_in(subject):
    importing.check(subject, advance=int)
    with transaction.atomic():
        return importing.bring_in(subject, by=None, advance=int)


def test_a_list_is_checked_and_imported_row_by_row(petition):
    subject = upload(petition)
    counts, wrong = importing.check(subject, advance=int)
    nothing = Signature.objects.count()
    imported, again = bring_in(subject)

    assert subject.meanings == ["name", "email", "country", "sheet", "signed"]
    assert nothing == 2
    assert counts == imported == (3, 3, 1, 2)
    assert [(each.number, each.is_duplicate) for each in wrong] == [
        *[(4, True), (6, True), (7, True), (8, False), (9, False), (10, False)],
    ]
    assert [each.why for each in again] == [each.why for each in wrong]
    assert [each.why for each in wrong][1:] == [
        "This person has signed already.",
        "This person is already in the list, or on this sheet.",
        "The name is missing.",
        "A signature with this email address was quarantined or invalidated before.",
        "A signature with this email address was quarantined or invalidated before.",
    ]
    rows = ImportedSignature.objects.order_by("row").select_related("signature")
    stored = [
        (each.row, each.sheet, each.signature.name, each.signature.country.code) for each in rows
    ]
    assert stored == [
        (2, "1", "Grace Hopper", "FR"),
        (3, "1", "Amina K", "KE"),
        (5, "2", "Amina K", "KE"),
    ]
    grace = rows[0].signature
    assert (grace.channel, grace.state, grace.updates, grace.shown_as) == (
        *("paper", "confirmed", False, None),
    )
    assert timezone.localdate(grace.confirmed_at) == date(2026, 3, 31)
    assert not OutgoingMail.objects.exists()
    subject.refresh_from_db()
    assert (subject.state, subject.content, subject.salt) == ("done", None, None)


def test_a_check_of_other_columns_than_those_of_now_is_none(petition):
    """A colleague chooses other columns while a long list is being checked."""
    for meanings, day_first in ((["", "", "name", "sheet", ""], True), (None, False)):
        subject = upload(petition)
        running = Import.objects.get(pk=subject.pk)
        importing.choose(subject, meanings or subject.meanings, day_first=day_first)

        with pytest.raises(importing.Changed):
            importing.check(running, advance=int)

        subject.refresh_from_db()
        assert (subject.state, subject.result) == ("draft", {})


def test_what_is_on_a_sheet_is_not_imported_twice_and_other_petitions_do_not_matter(petition):
    bring_in(upload(petition))
    again, _wrong = bring_in(upload(petition))
    other, _wrong = bring_in(upload(make_petition(slug="other")))

    assert again == (0, 6, 1, 2)
    assert other == (6, 2, 1, 0)


def test_the_count_follows_and_undoing_takes_exactly_these_away(petition):
    counting.recount()
    subject = upload(petition)
    bring_in(subject)
    quarantined = Signature.objects.filter(email="grace@example.org")
    moderating.moderate(quarantined, moderation="quarantined", reason="Doubtful", by=None)
    counting.fold()
    before = Tally.objects.get().total
    with transaction.atomic():
        number = undoing.undo(subject, by=None, advance=int)
    counting.fold()

    assert (before, number, Tally.objects.get().total) == (3, (3, 0), 1)
    assert set(Signature.objects.values_list("email", flat=True)) == {
        *("ada@gmail.com", "pia@example.org"),
    }
    assert Import.objects.get().state == "undone"
    for act in (undoing.undo, importing.bring_in):
        with pytest.raises(waiting.Gone), transaction.atomic():
            act(subject, by=None, advance=int)


def test_a_list_has_the_language_of_the_translation_on_which_it_is_uploaded(petition):
    """The sheets of a translation are printed in its language."""
    rows = [["Grace Hopper", "grace@example.org", "France", "1", ""]]
    bring_in(upload(make_translation(petition, "fr"), rows))
    bring_in(upload(petition, [["Amina K", "", "KE", "1", ""]]))

    languages = Signature.objects.filter(channel="paper").values_list("name", "language")
    assert set(languages) == {("Grace Hopper", "fr"), ("Amina K", "en")}


def test_a_list_that_was_imported_since_the_check_is_not_imported_again(petition):
    """Without an email address and a sheet, its people would count twice."""
    rows = [["Amina K", "", "KE", "", ""]]
    one, two = upload(petition, rows), upload(petition, rows)
    for each in (one, two):
        importing.check(each, advance=int)
    with transaction.atomic():
        importing.bring_in(one, by=None, advance=int)

    with pytest.raises(importing.Changed), transaction.atomic():
        importing.bring_in(two, by=None, advance=int)
    meant, _wrong = bring_in(two)

    assert meant == (1, 0, 0, 0)


def test_what_happens_on_this_site_is_not_told_of_those_who_were_brought_in(petition):
    """“Signed today”, the steps of the week and the alarms count only people who signed here."""
    rows = [[f"Signer {number}", f"{number}@example.org", "", "", ""] for number in range(20)]
    bring_in(upload(petition, rows, signed_on=timezone.localdate()))
    counting.recount()
    surveying.survey()
    weeks.count()
    hours.measure(timezone.now())

    survey = Survey.objects.get()
    assert (survey.today, survey.week["signed"]) == (1, 2)
    assert hours.TrendHour.objects.get().signed == 2
    assert surveying.elsewhere(type(petition).objects.get(pk=petition.pk)) == 20


def test_a_person_learns_with_which_list_they_were_brought_in(petition):
    bring_in(upload(petition))

    [found] = access_report.export("grace@example.org")["signatures"]

    assert found["imported"]["consent"] == "I agree that my name is handed over."
    shown = [found["imported"][name] for name in ("list", "row", "sheet")]
    assert (shown, found["channel"]) == (["sheets.csv", 2, "1"], "paper")


def test_anonymising_takes_the_sheet_and_the_count_stays(petition):
    subject = upload(petition)
    bring_in(subject)
    grace = Signature.objects.get(name="Grace Hopper")

    anonymising.anonymise([grace.pk])
    with transaction.atomic():
        number = undoing.undo(subject, by=None, advance=int)
    known = already_signed.imported_sheets(petition.tally, [("", 1), ("", 2)])

    assert number == (2, 0)
    assert known == (set(), "")
    assert Signature.objects.filter(channel="paper").count() == 1


def test_the_file_of_what_is_wrong_has_all_cells_and_can_be_uploaded_again(petition):
    subject = upload(petition, [*ROWS, ["=cmd()", "x", "", "", ""]])
    _counts, wrong = importing.check(subject, advance=int)

    content = b"".join(corrected.file_of_wrong(subject, wrong))
    read = reading.read(content)

    assert read.rows[0] == ["Row", "What is wrong", *HEADINGS]
    assert read.rows[1][:3] == ["4", wrong[0].why, "Amina K"]
    assert read.rows[-1][2] == "=cmd()"
    again = importing.upload(
        petition,
        read,
        by=None,
        channel="paper",
        file_name="x",
        reason="x",
        consent="x",
        signed_on=date(2026, 3, 1),
    )
    assert again.meanings == ["name", "email", "country", "sheet", "signed"]
    with translation.override("de"):
        others = [["Ada", "x", "", "", ""], ["", "", "", "", ""]]
        own = corrected.own_headings()
        german = upload(
            petition, reading.Read([[*own, *HEADINGS], *(["2", "Falsch", *row] for row in others)])
        )
    assert [row for _number, row in waiting.rows_of(german)] == [HEADINGS, others[0]]


def test_rows_are_told_by_the_numbers_of_the_file_also_behind_an_empty_one():
    read = reading.read(b"Name,Email\n\nAda,ada@example.org\n,\n,nobody@example.org\n")

    _counts, wrong = bring_in(upload(make_petition(), read))

    assert ImportedSignature.objects.get().row == 3
    assert [each.number for each in wrong] == [5]


def test_nothing_in_the_file_of_what_is_wrong_is_run_as_a_formula():
    typed = 'no;=HYPERLINK("https://example.org")'
    read = reading.Read([["Name", "Consent", "=cmd()"], ["Ada", typed]])
    subject = upload(make_petition(), read)
    importing.choose(subject, ["name", "consent", ""], day_first=True)
    _counts, wrong = importing.check(subject, advance=int)

    content = b"".join(corrected.file_of_wrong(subject, wrong))
    cells = [cell for row in load_workbook(io.BytesIO(content)).active for cell in row]

    assert typed in wrong[0].why
    assert [cell.value for cell in cells[2:5]] == ["Name", "Consent", "=cmd()"]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


def test_a_list_waits_for_a_day_encrypted_and_not_longer(petition):
    old, new = upload(petition), upload(petition)
    assert b"Grace" not in bytes(old.content)
    Import.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(hours=25))

    importing.delete_old()

    assert list(Import.objects.values_list("pk", flat=True)) == [new.pk]


def test_a_list_with_signatures_keeps_no_other_list_from_being_deleted(petition):
    bring_in(upload(petition))
    upload(petition)
    Import.objects.update(state="draft", made_at=timezone.now() - timedelta(hours=25))

    importing.delete_old()

    assert Import.objects.get().signatures.count() == 3
