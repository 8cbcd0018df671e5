"""The search box interprets what is typed, says how, and searches the signatures one may view."""

import pytest
from django.db import connection
from django.utils import translation

from campaigns.finding import interpreting, paging, trigrams
from campaigns.finding.interpreting import Kind, Reading
from campaigns.models import Signature
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

TYPED = {
    "ada@example.org": (Kind.EMAIL, "The email address ada@example.org, in all its spellings"),
    "  A.da+x@Example.org ": (
        Kind.EMAIL,
        "The email address A.da+x@Example.org, in all its spellings",
    ),
    "@example.org": (Kind.DOMAIN, "Email addresses at example.org"),
    "Example.ORG": (Kind.DOMAIN, "Email addresses at example.org"),
    "Iceland": (Kind.COUNTRY, "Signatures from Iceland"),
    "côte d’ivoire": (Kind.COUNTRY, "Signatures from Côte d'Ivoire"),
    "IS": (Kind.COUNTRY, "Signatures from Iceland"),
    "is": (Kind.PART, "Names that begin with “is”"),
    "10115": (Kind.POSTCODE, "The postcode 10115"),
    "sw1a 1aa": (Kind.POSTCODE, "The postcode SW1A1AA"),
    "poster": (Kind.SOURCE, "The source poster"),
    "Poster": (Kind.SOURCE, "The source poster"),
    "source: unknown": (Kind.SOURCE, "The source unknown"),
    "?source=x/y": (Kind.SOURCE, "The source x/y"),
    "utm_source=x": (Kind.SOURCE, "The source x"),
    "lovel": (Kind.PART, "Names and email addresses with “lovel”"),
    "ada  love": (Kind.PART, "Names with “ada”, “love”"),
    "%": (Kind.PART, "Names that begin with “%”"),
    "ada@": (Kind.PART, "Names and email addresses with “ada@”"),
    "Ян": (Kind.PART, "Names that begin with “Ян”"),
    "019f0000-0000-7000-8000-000000000000": (
        Kind.NUMBER,
        "The signature with the number 019f0000-0000-7000-8000-000000000000",
    ),
}


@pytest.fixture
def petition():
    return make_petition()


def names(typed, kind=None):
    everything = Signature.objects.all()
    found = interpreting.readings(typed, everything)
    reading = found[0] if kind is None else next(each for each in found if each.kind == kind)
    return sorted(interpreting.narrowed(everything, reading).values_list("name", flat=True))


def test_what_is_typed_is_understood_and_said(petition):
    make_signature(petition, source="poster")

    readings = {typed: interpreting.readings(typed, Signature.objects.all()) for typed in TYPED}

    assert {typed: (found[0].kind, str(found[0])) for typed, found in readings.items()} == TYPED


def test_there_are_other_ways_to_understand_it(petition):
    make_signature(petition, source="paris-2024")

    found = interpreting.readings("paris-2024", Signature.objects.all())

    assert [each.kind for each in found] == [Kind.SOURCE, Kind.POSTCODE, Kind.PART]


def test_a_source_that_one_may_not_view_is_no_known_source(petition):
    make_signature(petition, source="poster")

    found = interpreting.readings("poster", Signature.objects.none())

    assert found == [Reading(Kind.PART, "poster")]


def test_a_country_is_known_by_its_name_in_the_users_language_and_in_english(petition):
    with translation.override("fr"):
        found = [
            interpreting.readings(name, Signature.objects.none())[0]
            for name in ("Allemagne", "allemagne", "Germany")
        ]

    assert found == [Reading(Kind.COUNTRY, "DE")] * 3


@pytest.fixture
def signed(petition):
    other = make_petition(title="Another")
    rows = [
        (petition, {"name": "Ada Lovelace", "email": "ada.l@gmail.com", "postcode": "SW1A 1AA"}),
        (other, {"name": "Ada L.", "email": "adal+x@googlemail.com", "country": "IS"}),
        (petition, {"name": "Иван Петров", "email": "Ivan@Example.org", "postcode": "10115"}),
        (petition, {"name": "100% Bo_b", "email": "bob@sub.example.org", "source": "news/may"}),
    ]
    for each, fields in rows:
        make_signature(each, **fields)


def test_a_domain_that_is_stored_in_ascii_is_found_as_people_write_it(petition):
    signature = make_signature(
        petition, name="Ada", email="ada@xn--fa-hia.example", channel="paper"
    )
    Signature.objects.filter(pk=signature.pk).update(email_key=None, version=None)

    assert [names("Ada@faß.example"), names("@Faß.example")] == [["Ada"], ["Ada"]]


@pytest.mark.parametrize("with_module", [True, False])
def test_each_kind_finds_what_it_says(with_module, signed, monkeypatch):
    monkeypatch.setattr(trigrams, "find_parts", lambda: with_module)

    assert names("a.dal@gmail.com") == ["Ada L.", "Ada Lovelace"]
    assert names("IVAN@example.org") == ["Иван Петров"]
    assert names("Ivan Petrov <ivan@example.org>;") == names("mailto:ivan@example.org")
    assert names("mailto:ivan@example.org") == ["Иван Петров"]
    assert names("mailto:ivan%00@example.org") == ["Иван Петров"]
    assert names("example.org") == ["Иван Петров"]
    assert names("sub.example.org") == ["100% Bo_b"]
    assert names("Iceland") == ["Ada L."]
    assert names("10115") == ["Иван Петров"]
    assert names("sw1a-1aa") == ["Ada Lovelace"]
    assert names("news/may") == ["100% Bo_b"]
    assert names("source:news") == []
    assert names("иван") == ["Иван Петров"]
    assert names("ив") == ["Иван Петров"]
    assert names("ada") == ["Ada L.", "Ada Lovelace"]
    assert names("bob@") == ["100% Bo_b"]
    assert names("Bo_b") == (["100% Bo_b"] if with_module else [])
    assert names("0% b") == (["100% Bo_b"] if with_module else [])
    assert names("lace") == (["Ada Lovelace"] if with_module else [])
    assert names("lovelace ada") == (["Ada Lovelace"] if with_module else [])
    assert names("a_a") == []
    assert names("%%%") == []
    assert names("\\") == []


@pytest.mark.parametrize("with_module", [True, False])
def test_names_are_found_with_and_without_their_accents(with_module, monkeypatch):
    monkeypatch.setattr(trigrams, "find_parts", lambda: with_module)
    found = {
        "JOSE": "José Núñez",
        "josé": "José Núñez",
        "mull": "Anna Müller" if with_module else "Müller, Anna",
        "Nguyen": "Nguyễn Văn An",
        "lodz": "Łódź Kowalski",
        "Семен": "Семён Орлов",
        "احمد": "أحمد الخطيب",
        "δημητρη": "Δημήτρης Παπαδόπουλος",
        "ΔΗΜΗΤΡΗΣ": "Δημήτρης Παπαδόπουλος",
        "o'con": "O’Connor Mary",
        "O’Neill": "O'Neill Ann",
    }
    petition = make_petition()
    for number, name in enumerate({*found.values(), "Johannes Moller"}):
        make_signature(petition, name=name, email=f"{number}@example.org")

    assert {typed: names(typed) for typed in found} == {
        typed: [name] for typed, name in found.items()
    }


@pytest.mark.parametrize("with_module", [True, False])
def test_without_the_module_it_says_that_beginnings_are_found(with_module, monkeypatch):
    monkeypatch.setattr(trigrams, "find_parts", lambda: with_module)

    said = str(Reading(Kind.PART, "lovel"))

    assert said == (
        "Names and email addresses with “lovel”"
        if with_module
        else "Names and email addresses that begin with “lovel”"
    )


PLANS = {
    "ada@example.org": "signatures_by_plain_part",
    "example.org": "signatures_by_trait",
    "Iceland": "signatures_by_trait",
    "10115": "signatures_by_trait",
    "source:poster": "signatures_by_source",
    "lovel": "signatures_by_plain_part",
    "ada love": "signatures_by_plain_part",
    "ad": "signatures_by_plain_part",
    "019f0000-0000-7000-8000-000000000000": "campaigns_signature_pkey",
}


@pytest.mark.parametrize("typed", PLANS)
def test_an_index_finds_it(typed, signed):
    everything = Signature.objects.all()
    found = interpreting.narrowed(everything, interpreting.readings(typed, everything)[0])
    rows = found.order_by().values_list("pk")[: paging.MOST]

    with paging.planned(paging.FETCHING) as cursor:
        cursor.execute(
            f"EXPLAIN {rows.query.get_compiler(connection=connection).as_sql()[0]}",
            rows.query.get_compiler(connection=connection).as_sql()[1],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert PLANS[typed] in plan
    assert "Seq Scan on campaigns_signature" not in plan


@pytest.mark.django_db(transaction=True)
def test_a_database_without_the_module_gets_indexes_for_beginnings(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {trigrams.INDEX}")
    monkeypatch.setattr(trigrams, "has_module", lambda connection: False)

    try:
        lacking = trigrams.prepare(connection), trigrams.is_made()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)",
                [["signatures_by_plain_name", "signatures_by_email"]],
            )
            made = sorted(name for (name,) in cursor.fetchall())
    finally:
        monkeypatch.undo()
        later = trigrams.prepare(connection), trigrams.is_made()

    assert (lacking, made) == ((False, False), ["signatures_by_email", "signatures_by_plain_name"])
    assert later == (True, True)
