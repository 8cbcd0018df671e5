"""Lists as people upload them: real lists are read, other files are refused with a reason."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from campaigns.imports import reading

ROWS = [["Name", "Ort"], ["Zoë Müller", "Köln"], ["Jürgen Groß", "Lübeck"]]
RUSSIAN = [["Имя", "Город"], ["Мария Иванова", "Казань"], ["Пётр Смирнов", "Тверь"]]


def text(rows: list[list[str]], delimiter: str) -> str:
    return "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_and_delimiter_are_found(encoding, delimiter):
    read = reading.read(text(ROWS, delimiter).encode(encoding))

    assert (read.rows, read.encoding in reading.ENCODINGS) == (ROWS, True)


def test_cyrillic_letters_without_a_mark_are_found():
    longer = RUSSIAN * 20

    assert reading.read(text(longer, ";").encode("cp1251")).rows == longer


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", ["Ödön Nagy", "Mary-Jane O’Neil"]),
        ("cp1252", ["José Núñez", "João Gonçalves"]),
        ("cp1250", ["Łukasz Wójcik", "Jiří Dvořák"]),
        ("cp1251", ["Олексій Шевченко", "Мария Иванова"]),
        ("koi8-r", ["Иван Петров", "Анна Каренина"]),
        ("cp1253", ["Γιώργος Παπαδόπουλος", "Ελένη Νικολάου"]),
        ("cp1254", ["Ayşe Yılmaz", "Gökhan Öztürk"]),
        ("cp1256", ["محمد علي", "فاطمة الزهراء"]),
        ("mac-roman", ["Jürgen Müller", "Käthe Größ"]),
    ],
)
def test_two_names_are_enough_to_find_the_encoding(encoding, names):
    rows = [["Name", "Email"], *([name, "somebody@example.org"] for name in names)]
    read = reading.read(text(rows, ";").encode(encoding))

    assert (read.rows, read.encoding in reading.ENCODINGS) == (rows, True)


def test_an_encoding_that_was_chosen_is_taken():
    read = reading.read(text(ROWS, ";").encode("mac-roman"), encoding="mac-roman")

    assert read.rows == ROWS


@pytest.mark.parametrize(
    ("typed", "delimiter", "first"),
    [
        # Valid CSV in which most quotation marks are beside commas.
        (
            'Name;Why\nAda;"He said ""no"", then left"\nJo;x\n',
            ";",
            ["Ada", 'He said "no", then left'],
        ),
        ('Name;Why\nAda;"He said, ""no"", then left"\n', ";", ["Ada", 'He said, "no", then left']),
        ("Nom, prénom;Courriel\nHo, Ann;a@example.org\n", ";", ["Ho, Ann", "a@example.org"]),
        ("Nom,prénom;Courriel\nHo,Ann;a@example.org\n", ";", ["Ho,Ann", "a@example.org"]),
        ('Name,Why\n"Jo, B","a;b;c"\n', ",", ["Jo, B", "a;b;c"]),
        ("Name, Why\nJo, a;b\nBo, c;d\n", ",", ["Jo", "a;b"]),
        (
            "Name;Day;Why\nJo;2026-05-01 10:00;Yes, I do\n",
            ";",
            ["Jo", "2026-05-01 10:00", "Yes, I do"],
        ),
        ("Name;Why\nAda;\nJo, Bo;\n", ";", ["Ada"]),
        ("Name\nJo, Bo\nAda, Ed\n", ";", ["Jo, Bo"]),
    ],
)
def test_the_delimiter_is_the_one_that_divides_the_rows_equally(typed, delimiter, first):
    read = reading.read(typed.encode())

    assert (read.delimiter, read.rows[1]) == (delimiter, first)


@pytest.mark.parametrize("line", ["sep=;", '"SEP=;"', "sep=", 'sep="'])
def test_a_line_that_tells_excel_the_delimiter_is_heeded_and_is_no_row(line):
    read = reading.read(f"{line}\r\nName;Why\r\nAda;a, b, c\r\n".encode())

    assert read.numbered == [(2, ["Name", "Why"]), (3, ["Ada", "a, b, c"])]


def test_a_delimiter_that_was_chosen_is_taken():
    read = reading.read(b"sep=;\nName,Why;How\nAda,a;b\n", delimiter=",")

    assert read.rows == [["Name", "Why;How"], ["Ada", "a;b"]]


def test_quotes_line_breaks_empty_rows_and_one_column_are_read():
    typed = 'Name,Why\n"Lovelace, Ada","so\nthat ""it"" ends"\n,,\n\n'

    assert reading.read(typed.encode()).rows == [
        ["Name", "Why"],
        ["Lovelace, Ada", 'so\nthat "it" ends'],
    ]
    assert reading.read(b"Name\nAda\n").rows == [["Name"], ["Ada"]]


def test_each_row_has_the_number_that_a_spreadsheet_shows_also_after_it_was_stored():
    typed = '\n,,\nName,Why\n\n"Ada","so\n\nit ends"\n,\nGrace\n\n\n'
    empty = [""]
    book = workbook(empty, empty, ["Name"], empty, ["Ada"], empty, ["Grace"], empty, empty)

    for content in (typed.encode(), book):
        read = reading.read(content)
        found = [(number, row[0]) for number, row in read.numbered]
        assert found == [(3, "Name"), (5, "Ada"), (7, "Grace")]
        assert list(reading.unpacked(reading.packed(read))) == read.numbered


def workbook(*rows: list[object], corner: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if str(cell).startswith("="):
                    sheet.write_formula(number, place, cell, value="what it showed")
                else:
                    sheet.write(number, place, cell)
        if corner:
            sheet.write(corner, "x")
    return out.getvalue()


def test_a_workbook_is_read_as_it_was_shown_and_nothing_in_it_is_worked_out():
    formula = "='[https://example.org/stolen.xlsx]Sheet1'!A1"

    read = reading.read(workbook(["Name", "Postcode", "Formula"], ["Ada", 50667.0, formula]))

    assert read.rows == [["Name", "Postcode", "Formula"], ["Ada", "50667", "what it showed"]]


def test_days_of_a_workbook_are_read_from_the_first_sheet_that_is_seen():
    book = openpyxl.Workbook()
    book.active.append(["Name", "Day"])
    book.active.append(["Ada", date(2026, 3, 31)])
    book.create_sheet("Settings", 0).sheet_state = "hidden"
    book.create_chartsheet("Chart", 0)
    out = io.BytesIO()
    book.save(out)

    assert reading.read(out.getvalue()).rows[1][1].startswith("2026-03-31")


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def bomb(*, lies: bool) -> bytes:
    """A workbook whose sheet unpacks to more than the limit, or which lies that it is small."""
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    size = reading.MOST_UNPACKED + 1
    content = packed(**{"[Content_Types].xml": types, "xl__worksheets__sheet1.xml": bytes(size)})
    return (
        content.replace(size.to_bytes(4, "little"), (99).to_bytes(4, "little")) if lies else content
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", reading.EMPTY),
        (b" \n ,,\n", reading.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), reading.NO_TEXT),
        (b"Name,Ort\n\0\0Ada,K\n", reading.NO_TEXT),
        (b'Name\n"Ada\n' * 3, reading.QUOTES % 4),
        (b"x," * 201, reading.TOO_MANY),
        (b";" * 9_000_000, reading.TOO_MANY),
        (b"\n" * 1_100_000 + b"Name\nAda\n", reading.TOO_MANY),
        ((b"x," * 199 + b"x\n") * 20_001, reading.TOO_MANY),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(99), reading.OLD),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            reading.LOCKED,
        ),
        (b"PK\x03\x04 and no more", reading.BROKEN),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), reading.OLD),
        (packed(**{"[Content_Types].xml": b"<broken"}), reading.BROKEN),
        (workbook(["Name"], *[["x"] * 201]), reading.TOO_MANY),
        # The file contains the repeated text only once.
        (workbook(["Name"], *[["x" * 30_000]] * 900), reading.TOO_LONG),
        (workbook(["Name"], corner="XFD1048576"), reading.BROKEN),
        (workbook(), reading.EMPTY),
    ],
    ids=[
        *("nothing", "commas", "picture", "zeros", "open quotes", "columns", "delimiters alone"),
        *("empty rows", "cells", "xls", "locked"),
        *(
            "cut",
            "ods",
            "broken",
            "wide workbook",
            "one text",
            "a million columns",
            "empty workbook",
        ),
    ],
)
def test_what_is_no_list_is_refused_in_words(content, told):
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(content)

    assert str(refused.value.text) == str(told)


@pytest.mark.parametrize("lies", [False, True])
def test_a_workbook_that_unpacks_to_very_much_is_refused(lies):
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(bomb(lies=lies))

    assert refused.value.text == reading.BROKEN


def test_a_file_that_is_too_large_or_has_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    for content in (text(ROWS, ",").encode(), workbook(*ROWS)):
        with pytest.raises(reading.Unreadable) as refused:
            reading.read(content)
        assert refused.value.text == reading.TOO_MANY
    monkeypatch.setattr(reading, "MOST_BYTES", 20)
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(b"x" * 21)
    assert refused.value.text == reading.TOO_LARGE


def test_an_encoding_that_does_not_fit_is_said():
    with pytest.raises(reading.Unreadable) as refused:
        reading.read(text(ROWS, ",").encode("cp1252"), encoding="utf-8")

    assert str(refused.value.text) == (
        "This text cannot be read as UTF-8. Please choose another encoding."
    )
