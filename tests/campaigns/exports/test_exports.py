import csv
import io
import tempfile

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Workflow

from campaigns.exports import rows, xlsx
from campaigns.exports.cells import clean, harmless_sql
from campaigns.exports.csv import csv_file
from campaigns.exports.shapes import ANSWERS, EVERYTHING
from campaigns.models import Signature
from operations import media
from operations.jobs.work import Cancelled
from tests.factories import days_ago, make_article, make_petition, make_signature

pytestmark = pytest.mark.django_db

STARTERS = [*"=+-@", *"＝＋－＠"]
HEADINGS = [name for name in EVERYTHING.cells if name != ANSWERS]


def csv_cell(text: str | None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {harmless_sql('t')} FROM (SELECT %s::text AS t) AS given", [text])
        [(cell,)] = cursor.fetchall()
    return cell


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u200b", "\ufeff", "\x01", "\n", "\t "])
def test_a_formula_is_taken_for_text(before):
    for starter in STARTERS:
        cell = csv_cell(f"{before}{starter}cmd|' /C calc'!A0")

        assert cell.startswith("'"), starter
        assert cell.endswith(f"{starter}cmd|' /C calc'!A0"), starter


@pytest.mark.parametrize("before", [";", "; ", ';"', ';""', ';" \u200b', "\n", '\n"', "a;b;"])
def test_a_file_that_is_divided_at_semicolons_holds_no_formula(before):
    signature = make_signature(make_petition(), name="Ada")

    for starter in STARTERS:
        typed = f"Please{before}{starter}cmd|' /C calc'!A0"
        Signature.objects.update(comment=typed)
        lines = b"".join(
            piece.content for piece in csv_file(Signature.objects.filter(pk=signature.pk), HEADINGS)
        ).decode()

        divided = [cell for row in csv.reader(lines.splitlines(), delimiter=";") for cell in row]
        as_meant = list(csv.reader(lines.lstrip("\ufeff").splitlines(keepends=True)))[-1]

        assert len(divided) > 2, starter  # the line is split at other places than we intend
        # A leading apostrophe makes the cell a text.
        assert [c for c in divided if c.strip(',"\u200b ').startswith(tuple(STARTERS))] == [], (
            starter
        )
        comment = as_meant[EVERYTHING.cells.index("comment")]
        assert comment.replace("'", "") == typed.replace("'", ""), starter
        assert as_meant[EVERYTHING.cells.index("name")] == "Ada", starter


def test_in_the_reports_of_wagtail_a_title_is_no_formula_either(admin_client):
    page = make_article(title="=1+1")
    page.locked, page.locked_at = True, timezone.now()
    page.save()
    page.save_revision().publish()
    Workflow.objects.get().start(page, User.objects.get())

    for report in ("site_history", "aging_pages", "locked_pages", "workflow", "workflow_tasks"):
        answer = admin_client.get(reverse(f"wagtailadmin_reports:{report}") + "?export=csv")
        rows_of = csv.reader(io.StringIO(b"".join(answer).decode(), newline=""))
        cells = {cell for row in rows_of for cell in row}
        assert cells & {"=1+1", "'=1+1"} == {"'=1+1"}, report


def test_in_the_reports_of_wagtail_a_title_is_without_control_characters(admin_client):
    # As it was stored before titles were kept in one line.
    page = make_article(title="Pasted\x0bfrom\x07 slides\ufffe")
    page.save_revision(log_action=True, clean=False)

    response = admin_client.get(reverse("wagtailadmin_reports:site_history") + "?export=xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active
    assert "Pastedfrom slides" in {cell.value for row in sheet for cell in row}


@pytest.mark.parametrize("starter", ["\t", "\r", "\n"])
def test_what_begins_with_a_control_character_is_text(starter):
    assert csv_cell(f"{starter}1").startswith("'")


@pytest.mark.parametrize(
    "text", ["Ada", "O'Neill", "a=b", "1-2", "me@example.org", "النهر", "👩‍👩‍👧", ""]
)
def test_ordinary_text_stays_as_it_was_typed(text):
    assert csv_cell(text) == text


def test_control_characters_go_and_line_breaks_stay():
    assert csv_cell("a\x07b\x1b[0m\x7f\x85c") == "ab[0mc"
    assert csv_cell("one\r\ntwo\tthree") == "one\ntwo three"
    assert clean("a\x00b\x07c\x1b[0m\x7f\x85d\r\ne\tf\ud800") == "abc[0md\ne f"


def test_nothing_is_an_empty_cell():
    assert csv_cell(None) == ""


def test_rows_are_read_in_pieces(monkeypatch):
    petition = make_petition()
    for number in range(5):
        make_signature(petition, email=f"{number}@example.org")
    asked = []
    real = rows.QuerySet.iterator

    def iterator(queryset, chunk_size=None):
        asked.append(chunk_size)
        return real(queryset, chunk_size=chunk_size)

    monkeypatch.setattr(rows.QuerySet, "iterator", iterator)

    assert len(list(rows.rows(Signature.objects.all()))) == 5
    assert asked == [rows.CHUNK]


def test_a_full_sheet_is_followed_by_another(monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 2)
    petition = make_petition()
    for number in range(5):
        make_signature(petition, email=f"{number}@example.org")

    with translation.override("ar"):
        pieces = list(xlsx.xlsx_file(Signature.objects.all(), rows.headings()))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(piece.content for piece in pieces)))

    assert sum(piece.rows for piece in pieces) == pieces[0].rows == 5
    assert [sheet.max_row for sheet in book.worksheets] == [3, 3, 2]
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    assert book.active.column_dimensions["A"].width >= len("Alejandro Domínguez")


def test_a_workbook_that_is_cut_off_is_not_completed_and_leaves_no_rows_on_the_disk(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = []

    def cut_off():
        yield ("Ada",)
        left.extend(path for path in tmp_path.rglob("*") if path.is_file())
        raise Cancelled

    file = io.BytesIO()
    with pytest.raises(Cancelled):
        xlsx.write(file, cut_off(), ["name"])

    assert (len(left), list(tmp_path.iterdir()), file.getvalue()) == (1, [], b"")


@pytest.mark.parametrize("rows_before", [0, 10_000])
def test_a_workbook_leaves_room_on_the_disk_for_the_database(monkeypatch, tmp_path, rows_before):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def until_full():
        for number in range(20_000):
            if number == rows_before:
                monkeypatch.setattr(media, "KEPT_FREE", 2**60)
            yield ("Ada",)

    with pytest.raises(OSError, match="nearly full"):
        xlsx.write(io.BytesIO(), until_full(), ["name"])

    assert list(tmp_path.iterdir()) == []


def test_the_state_of_each_row_is_that_of_the_signature():
    petition = make_petition()
    make_signature(petition, email="a@example.org")
    make_signature(petition, email="b@example.org", confirmed_at=None)
    make_signature(petition, email="c@example.org", moderation="invalidated")
    make_signature(petition, email="d@example.org", for_mailings_since=days_ago(1))

    states = {row[0]: row[2] for row in rows.rows(Signature.objects.all())}

    assert states == {signature.pk: signature.state for signature in Signature.objects.all()}
    assert set(states.values()) == {"confirmed", "pending", "invalidated", "mailings"}
