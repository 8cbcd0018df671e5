"""Each row is checked as the form would check it, and errors are explained in words."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_countries import countries

from campaigns.imports import headings
from campaigns.imports.checking import Checker, Row
from campaigns.imports.country_names import OTHER_NAMES
from campaigns.signatures.email_keys import email_key

MEANINGS = ["name", "email", "country", "postcode", "updates", "consent", "signed", "sheet"]
GOOD = ["Ada Lovelace", "Ada@example.org", "France", "75001", "yes", "oui", "2026-03-31", "12"]


def check(*, meanings=MEANINGS, day_first=True, **cells):
    row = [cells.get(meaning, cell) for meaning, cell in zip(MEANINGS, GOOD, strict=True)]
    checker = Checker(7, meanings, signed_on=date(2026, 3, 1), day_first=day_first)
    return checker.check(2, row)


def test_a_good_row_is_read():
    row = check()

    assert row[:9] == (
        *(2, "Ada Lovelace", "Ada@example.org", email_key(7, "ada@example.org"), "FR", "75001"),
        *(None, None, True),
    )
    assert (timezone.localdate(row.signed_at), row.sheet) == (date(2026, 3, 31), "12")


def test_a_name_may_come_in_two_columns_and_a_row_may_be_short():
    checker = Checker(7, ["last", "first", "email"], signed_on=date(2026, 3, 1), day_first=True)

    row = checker.check(2, ["Lovelace", "Ada"])

    assert (row.name, row.email, row.email_key, row.updates) == ("Ada Lovelace", None, None, False)
    assert timezone.localdate(row.signed_at) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"name": ""}, "The name is missing."),
        ({"name": "12"}, "The name has no letter."),
        ({"name": "www.example.org"}, "The name contains a link or an email address."),
        ({"name": "example.org"}, "The name looks like a web address."),
        ({"email": "ada@"}, "does not look like an email"),
        ({"country": "Atlantis"}, "This country is not known: Atlantis."),
        ({"postcode": "x" * 21}, "at most 20 characters"),
        ({"updates": "perhaps"}, "“perhaps” is neither yes nor no."),
        ({"consent": "no"}, "This person has not agreed to the storage of their name."),
        ({"consent": ""}, "This person has not agreed to the storage of their name."),
        ({"signed": "31 March"}, "“31 March” is not a valid date"),
        ({"signed": "2026-02-30"}, "is not a valid date"),
        ({"signed": "31.03.26"}, "“31.03.26” is not a valid date: write it like this: 2026-03-31."),
        ({"signed": "26-03-31"}, "“26-03-31” is not a valid date: write it like this: 2026-03-31."),
        ({"signed": "1.1.20266"}, "“1.1.20266” is not a valid date"),
        ({"signed": "10/12/1815"}, "in the future, or long ago"),
        ({"sheet": "9\0"}, "a character that cannot be stored"),
        ({"sheet": "9" * 41}, "The number of the sheet is too long."),
    ],
)
def test_what_is_wrong_is_said(cells, told):
    assert told in check(**cells).why


def test_a_day_in_the_future_is_refused():
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert "in the future" in check(signed=tomorrow.isoformat()).why


@pytest.mark.parametrize(
    ("typed", "day_first", "day"),
    [
        ("3/4/2026", True, date(2026, 4, 3)),
        ("3/4/2026", False, date(2026, 3, 4)),
        ("31.03.2026 14:00", True, date(2026, 3, 31)),
        ("2026-03-31T23:59:00Z", False, date(2026, 3, 31)),
        ("2026-03-31 00:01:00 UTC", True, date(2026, 3, 31)),
    ],
)
def test_days_are_read_as_people_and_systems_write_them(typed, day_first, day):
    row = check(signed=typed, day_first=day_first)

    assert timezone.localdate(row.signed_at) == day


def test_countries_are_known_by_code_and_by_their_names_in_all_languages():
    typed = {
        **{"": None, "fr": "FR", "GERMANY": "DE", "Deutschland": "DE", "allemagne": "DE"},
        **{"Россия": "RU", "مصر": "EG", "España": "ES", "Cote d’Ivoire": "CI", "Ivory Coast": "CI"},
        **{"UK": "GB", "U.K.": "GB", "England": "GB", "Great Britain": "GB", "USA": "US"},
        **{"U.S.A.": "US", "United States": "US", "Turkey": "TR", "Czech Republic": "CZ"},
    }

    assert {text: check(country=text).country for text in typed} == typed


def test_each_common_name_of_a_country_is_one_and_written_as_it_is_looked_up():
    names = [name for names in OTHER_NAMES.values() for name in names.split("|")]

    assert set(OTHER_NAMES) <= {code for code, _name in countries}
    assert [headings.plain(name) for name in names] == names
    assert len(set(names)) == len(names)


def test_no_consent_is_assumed():
    without = check(meanings=["name", "email", *[""] * 6])

    assert isinstance(without, Row)
    assert without.updates is False
    assert check(updates="").updates is False
    assert check(updates="Previous Spam Complaint").updates is False
    assert check(email="", updates="yes").updates is False  # there is no email address to write to
