"""PostgreSQL's CSV file equals, byte for byte, the file that Python would write row by row."""

import csv
import io
import sys
import unicodedata
from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.ours import rowwise
from campaigns.exports import csv as exported
from campaigns.exports import rows
from campaigns.exports.cells import SPACE, UNSEEN, clean, harmless_row_sql, harmless_sql
from campaigns.models import Petition, Signature
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

STARTERS = [*"=+-@", *"＝＋－＠"]
BEFORE = ["", " ", "\u00a0", "\u200b", "\ufeff", "\x01", "\n", "\t ", "\r", "\u3000", "\u2067", '"']
WORDS = [
    *("Ada", "O'Neill", "a=b", "1-2", "me@example.org", "النهر حر", "👩‍👩‍👧", "", " ", "01067"),
    *('"quoted"', '""', "a;b", "a,b", "\\N", "\\.", "\\", "%s", "{}", "NULL", "null", "'='"),
    *("one\r\ntwo\tthree", "a\nb", "\n", "\r", "a\x07b\x1b[0m\x7f\x85d", "\ufffe\uffff", "\x1c"),
    *(
        "\u200f\u202eabc\u202c",
        "\u2066=1\u2069",
        "x" * 5000,
        "大" * 300,
        "e\u0301\u0301",
        "\U000e0041=",
    ),
    *('";"\n"=1"', ';"\u00a0=1', ";\u061c=1", ";;=1;=2\n=3", "a;\r\n=1", "a\n\t=1", ';\x07=1"'),
    *(f"{before}{starter}1" for before in BEFORE for starter in STARTERS),
    *(f"a{middle}{starter}1" for middle in (";", "\n", ';" ') for starter in STARTERS),
]
# Any text that PostgreSQL can store, and often the dangerous ones.
TEXT = st.lists(
    st.one_of(
        st.characters(codec="utf-8", exclude_characters="\0"),
        st.sampled_from(
            [*"=+-@;\n\t\r\"' ,\\%", "＝", "\u200b", "\u00ad", "\u061c", "\x1f", "\r\n"]
        ),
    ),
    max_size=12,
).map("".join)


def in_sql(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        column = harmless_sql("t")
        # A pattern may contain a percent sign one day.
        statement = f"SELECT {column.replace('%', '%%')} FROM unnest(%s::text[]) AS t"
        cursor.execute(statement, [texts])
        return [row[0] for row in cursor.fetchall()]


def in_python(texts: list[str]) -> list[str]:
    return [rowwise.harmless(text) for text in texts]


def whole(signatures: object) -> bytes:
    return b"".join(piece.content for piece in exported.csv_file(signatures, rows.headings()))


def row_by_row(signatures: object) -> bytes:
    return b"".join(rowwise.csv_file(rows.rows(signatures), rows.headings()))


def test_every_word_becomes_the_same_in_sql_and_in_python():
    assert in_sql(WORDS) == in_python(WORDS)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXT, min_size=1, max_size=40))
def test_any_text_becomes_the_same_in_sql_and_in_python(texts):
    assert in_sql(texts) == in_python(texts)
    assert [clean(text) for text in texts] == [
        rowwise.CONTROLS.sub("", text.replace("\r\n", "\n").replace("\t", " ")) for text in texts
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXT | st.sampled_from(["Ada", "", *WORDS]), min_size=2, max_size=40))
def test_a_row_is_called_harmless_only_if_each_of_its_cells_is(texts):
    assert harmless_rows(["Ada Lovelace", ""], ["ada@example.org", "a|b - c"]) == [True, True]
    beside = texts[::-1]

    found = harmless_rows(texts, beside)

    called = [pair for pair, yes in zip(zip(texts, beside, strict=True), found, strict=True) if yes]
    assert [in_python([*pair]) for pair in called] == [[*pair] for pair in called]


def harmless_rows(texts: list[str], beside: list[str]) -> list[bool]:
    condition = harmless_row_sql(["t", "u"]).replace("%", "%%")
    with connection.cursor() as cursor:
        statement = f"SELECT {condition} FROM unnest(%s::text[], %s::text[]) AS r (t, u)"
        cursor.execute(statement, [texts, beside])
        return [row[0] for row in cursor.fetchall()]


def test_what_is_not_seen_is_all_that_unicode_says():
    everything = map(chr, range(sys.maxunicode + 1))
    unseen = [c for c in everything if c.isspace() or unicodedata.category(c) == "Cf"]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::text[]) AS c WHERE c !~ %s",
            [unseen, f"[{SPACE}{UNSEEN}]"],
        )
        [(forgotten,)] = cursor.fetchall()

    assert (len(unseen) > 150, forgotten) == (True, 0)


ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"]


def test_the_file_is_byte_for_byte_that_of_python(settings):
    petition = make_petition(title='=Free, "the"; river\u202e')
    moments = [
        datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, 0, 500_000, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2051, 7, 1, 12, 0, 0, 1, tzinfo=UTC),
    ]
    for number, word in enumerate(WORDS):
        moment = moments[number % len(moments)]
        make_signature(
            petition,
            name=word[:120],
            email=f"{number}@example.org",
            comment=WORDS[number - 1] or None,
            postcode=word[:20] if number % 3 else None,
            country=["DE", "FR", "AR", None, ""][number % 5],
            updates=bool(number % 2),
            shown_as=[None, "", "Ada L.", "=Ada"][number % 4],
            source=word[:40],
            signed_at=moment,
            confirmed_at=[moment, None][number % 7 == 0],
            moderation=["", "", "quarantined", "invalidated"][number % 4],
            channel=["form", "embed", "paper", "import"][number % 4],
        )
    Signature.objects.filter(email__in=["1@example.org", "2@example.org"]).update(
        **dict.fromkeys(["name", "email", "email_key", "postcode", "comment", "shown_as"]),
        anonymised_at=timezone.now(),
    )
    every = Signature.objects.order_by("-pk")

    written = set()
    for zone, language in product(ZONES, ["en", "fr", "ar"]):
        settings.TIME_ZONE = zone
        timezone.get_default_timezone.cache_clear()
        with translation.override(language):
            ours, theirs = whole(every), row_by_row(every)
        written.add(ours)
        assert ours.count(b"\r\n") == len(WORDS) + 1
        assert list(csv.reader(io.StringIO(ours.decode(), newline=""))) == list(
            csv.reader(io.StringIO(theirs.decode(), newline=""))
        ), (zone, language)
        assert ours == theirs, (zone, language)

    timezone.get_default_timezone.cache_clear()
    assert len(written) == len(ZONES) * 3


def test_filters_with_anything_in_them_are_part_of_the_statement():
    petition = make_petition()
    make_signature(petition, name="100% 'Ada' {c1} %s", email="a@example.org")
    make_signature(petition, name="Grace", email="g@example.org")
    found = Signature.objects.filter(name__icontains="100% 'ada' {c1} %s").order_by("-pk")

    assert whole(found) == row_by_row(found)
    assert whole(found).count(b"\r\n") == 2
    assert whole(Signature.objects.none()).count(b"\r\n") == 1


def test_the_rows_come_in_pieces_that_say_how_many_they_are(monkeypatch):
    monkeypatch.setattr(exported, "PIECE", 1)
    petition = make_petition()
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")

    found = list(exported.csv_file(Signature.objects.order_by("pk"), rows.headings()))

    assert [piece.rows for piece in found] == [1, 1, 1, 0]
    assert Petition.objects.count() == 1  # the connection still works
