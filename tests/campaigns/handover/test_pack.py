"""The pack for handing over: its files, their sums, and what the document shows."""

import csv
import hashlib
import io
import re
from datetime import datetime
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import connection, transaction

from campaigns.counting import ledger
from campaigns.handover import charts, document, names, pack, snapshot
from campaigns.handover.snapshot import Country
from campaigns.models import Petition, Signature
from campaigns.privacy import kept_for_mailings
from campaigns.sharing import typefaces
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_petition, make_signature, make_translation
from tests.printed import texts

pytestmark = pytest.mark.django_db

PEOPLE = {
    "Ada Lovelace": "GB",
    "Zoë Åström": "GB",
    "Иван Петров": "RU",
    "محمّد عليّ": "EG",
    "=cmd|' /C calc'!A0": "GB",
    "Nobody Knows": None,
}
TARGETS = [("target", {"name": "Jane Doe", "role": "Minister"})]


def at(year: int, month: int) -> datetime:
    return datetime(year, month, 15, 12, tzinfo=ZoneInfo("UTC"))


def made(petition: Petition, **options) -> dict[str, bytes]:
    """The files of a pack, by name."""
    told = options.get("advance", lambda number: None)
    with transaction.atomic():
        content = b"".join(piece.content for piece in pack.made(petition, advance=told))
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def petition() -> Petition:
    petition = make_petition(title="Free rivers", slug="rivers", targets=TARGETS)
    for number, (name, country) in enumerate(PEOPLE.items()):
        make_signature(
            petition,
            name=name,
            email=f"{number}@hidden.example",
            country=country,
            affiliation="Royal Society" if name == "Ada Lovelace" else None,
            signed_at=at(2026, 1 + number % 3),
        )
    make_signature(petition, name="Not Yet", email="p@hidden.example", confirmed_at=None)
    gone = make_signature(petition, name="Long Gone", email="g@hidden.example", country="GB")
    Signature.objects.filter(pk=gone.pk).update(
        **dict.fromkeys(("name", "email", "email_key", "typed_digest"), None),
        anonymised_at=at(2026, 6),
        signed_at=at(2025, 12),
    )
    ledger.enter(petition, kind="paper", number=1200, reason="Sheets 1–60", by=None)
    return petition


def test_the_pack_has_three_files_and_their_sums(petition):
    files = made(petition)

    manifest = files["manifest.txt"].decode().splitlines()
    sums = dict(reversed(line.split("  ")) for line in manifest if not line.startswith("#"))
    assert list(files) == ["rivers.csv", "rivers.xlsx", "rivers.pdf", "manifest.txt"]
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "manifest.txt"
    }
    assert "# Petition: Free rivers" in manifest
    assert {"# Signatures: 1,207", "# Names: 6"} <= set(manifest)
    assert not re.search(rb"hidden\.example|Not Yet|Long Gone", b"".join(files.values()))


def test_both_tables_have_the_same_rows_by_country_and_nothing_that_runs(petition):
    files = made(petition)

    rows = list(csv.reader(io.StringIO(files["rivers.csv"].decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(files["rivers.xlsx"])).active
    cells = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["Petition", "Name", "Country", "Postcode", "Organisation", "Comment"]
    assert cells[0] == rows[0]
    assert [row[2] for row in rows[1:]] == ["EG", "RU", "GB", "GB", "GB", ""]
    assert {row[1] for row in cells[1:]} == set(PEOPLE)
    assert [row[2] for row in cells] == [row[2] for row in rows]
    (formula,) = (row for row in rows if "calc" in row[1])
    assert formula[1].startswith("'=")
    assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_a_long_title_at_the_foot_leaves_room_for_the_page_number():
    petition = make_petition(title="FREE THE RIVERS OF ALL OUR VALLEYS, " * 4, slug="rivers")
    make_signature(petition)

    pages = texts(made(petition)["rivers.pdf"])[1:]

    assert [page for page in pages if not re.search(r"FREE THE .+… \d$", page)] == []


def test_the_letter_says_how_many_signed_elsewhere_and_agreed_to_what(petition):
    handed, shown = "You may hand over my name.", "Show my name to the minister."
    paper = [("paper", handed, ["Pia", "Per"]), ("paper", handed, ["Pim"])]
    lists = [*paper, ("import", shown, ["Ida"])]
    for channel, consent, people in lists:
        rows = [[name, f"{name}@example.net", "", "1", ""] for name in people]
        bring_in(upload(petition, rows, channel=channel, consent=consent))

    letter = " ".join(texts(made(petition)["rivers.pdf"])[1].split())

    for words in (
        "stored and handed over.",
        "3 people signed on paper, and agreed to this: You may hand over my name.",
        "1 person signed on another site, and agreed to this: Show my name to the minister.",
    ):
        assert letter.count(words) == 1


def test_the_document_has_the_letter_the_totals_and_all_names(petition):
    cover, letter, totals, listed = texts(made(petition)["rivers.pdf"])

    for words in (
        "FREE RIVERS",
        "1,207 signatures",
        "To: Jane Doe, Minister",
        "6 signatures, with their names in this document",
        "1 signature whose name is not in this document",
        "On paper: 1,200, without names",
    ):
        assert words in cover
    for words in ("The river is the last one", "• stop the dam", "stored and handed over."):
        assert words in letter
    for words in (
        "By country",
        "United Kingdom 4",
        "Russia 1",
        "By month of signing",
        "12/25",
        "03/26",
    ):
        assert words in totals
    for words in ("Egypt (1)", "United Kingdom (3)", "Country not given (1)"):
        assert words in listed
    for name in set(PEOPLE) - {"محمّد عليّ"}:
        assert name in listed
    assert "Ada Lovelace, Royal Society" in listed
    assert listed.index("Egypt") < listed.index("Russia") < listed.index("United Kingdom")


def test_the_parts_of_the_number_end_above_the_name_of_the_organisation(petition):
    kept_for_mailings.leave([Signature.objects.get(name="Nobody Knows").pk])
    parts = [("on paper", 1200), ("with a partner", 30), ("elsewhere", 4), ("correction", -5)]
    with transaction.atomic():
        found = snapshot.collect(petition)._replace(elsewhere=parts)
    made = document.Document(petition, found)
    written = []
    made.write = lambda text, **kwargs: written.append((made.top, text, kwargs["size"]))

    made.cover()

    (above, text, size), (below, name, _size), _day = written[-3:]
    lines = made.pdf.lines(text, width=document.INNER, role="text", size=size)
    assert name == made.parts["organisation"]
    assert len(lines) == 6
    assert above + made.pdf.height_of(lines, size=size) <= below
    assert text.splitlines()[:2] == [
        "5 signatures, with their names in this document",
        "2 signatures whose names are not in this document",
    ]
    assert text.endswith("Elsewhere: 4, without names\nCorrection: -5")


def test_whose_country_is_not_known_are_in_none_of_the_more_countries():
    countries = [Country(str(number), f"Land {number}", 9, 9) for number in range(22)]

    rows = charts.rows([*countries, Country("", "Country not given", 3, 3)])

    assert len(rows) == charts.MOST_COUNTRIES + 2
    assert rows[-2:] == [("2 more countries", 18), ("Country not given", 3)]


def test_many_names_fill_columns_and_pages_in_order_and_are_advanced(petition):
    Signature.objects.all().delete()
    Signature.objects.bulk_create(
        Signature(
            tally=petition.tally,
            name=f"Signer {number:04} {'von und zu ' * (number % 50 == 0) * 4}",
            country="FR",
            channel="paper",
            language="en",
            signed_at=at(2026, 1),
            confirmed_at=at(2026, 1),
        )
        for number in range(1, 1201)
    )
    told = []

    pages = texts(made(petition, advance=told.append)["rivers.pdf"])

    found = re.findall(r"Signer (\d{4})", " ".join(pages))
    assert found == [f"{number:04}" for number in range(1, 1201)]
    assert len(pages) > 5
    assert told == sorted(told)
    assert 0 < told[-1] <= 1200


def test_names_that_no_font_here_has_are_counted(petition, monkeypatch):
    make_signature(petition, name="אורי Ȿ", email="new@hidden.example", country="GB")
    monkeypatch.setattr(typefaces, "FOLDERS", ())
    typefaces.found.cache_clear()
    typefaces.installed.cache_clear()

    files = made(petition)

    typefaces.found.cache_clear()
    typefaces.installed.cache_clear()
    assert "1 name has letters for which this server has no font." in texts(files["rivers.pdf"])[-1]
    assert "# Names that the document cannot show: 1" in files["manifest.txt"].decode()


def test_in_french_the_colons_of_the_manifest_have_their_space():
    french = make_translation(make_petition(), "fr", title="Libre")

    assert "# Pétition\xa0: Libre" in made(french)["manifest.txt"].decode()


def test_all_is_of_one_moment(petition, django_assert_num_queries):
    with transaction.atomic():
        with django_assert_num_queries(8):
            found = snapshot.collect(petition)
        make_signature(petition, name="Too Late", email="late@hidden.example")
        listed = [signer.name for signer in snapshot.signers(found)]

    assert (found.total, found.stored, found.named) == (1207, 7, 6)
    assert sorted(listed) == sorted(PEOPLE)


def test_the_names_of_a_country_are_in_alphabetical_order_whatever_their_accents(petition):
    people = ["de Vries", "Élodie", "Özdemir", "Zola", "Ёлкина", "Яблокова"]
    rows = Signature.objects.counted().exclude(name=None).values_list("pk", flat=True)
    for key, name in zip(rows, reversed(people), strict=True):
        Signature.objects.filter(pk=key).update(name=name, country="FR")

    with transaction.atomic():
        listed = [each.name for each in snapshot.signers(snapshot.collect(petition))]

    assert listed == people


def test_whoever_is_imported_in_place_of_a_number_meanwhile_counts_once(petition):
    [paper] = ledger.entries(petition.tally)
    imported = []

    def then_import(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if "CREATE TEMPORARY TABLE" in sql and not imported:
            imported.append(make_signature(petition, name="Pia", email="pia@hidden.example"))
            ledger.counter(petition, paper, reason="Imported", by=None)
        return done

    with transaction.atomic(), connection.execute_wrapper(then_import):
        found = snapshot.collect(petition)

    assert (found.total, found.stored, found.elsewhere) == (8, 8, [])


@pytest.mark.parametrize(
    ("text", "is_simple"),
    [("Ana Núñez", True), ("李小龍", True), ("नमस्ते", False), ("محمد", False), ("e\u0301", False)],
)
def test_only_letters_that_stand_alone_are_written_without_shaping(text, is_simple):
    assert names.is_simple(text) is is_simple


def test_a_petition_that_was_never_published_has_no_pack(db):
    with pytest.raises(pack.Unpublished), transaction.atomic():
        list(pack.made(make_petition(live=False), advance=lambda number: None))
