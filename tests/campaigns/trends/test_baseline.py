"""Which numbers of signatures in an hour are usual, and which are not."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.trends import words
from campaigns.trends.alarms import Alarm
from campaigns.trends.baseline import UNKNOWN, Finding, Hour, findings
from campaigns.trends.hours import HOUR

NOW = datetime(2026, 3, 9, 14, tzinfo=UTC)
PROVIDER, DOMAIN = "gmail.com", "fake.example"


def hours(
    *last: Hour, days: int = 7, signed: int = 20, confirmed: int = 15, **shared
) -> list[Hour]:
    """Some days with equal hours, except for the last hours, which are given."""
    given = {each.hour: each for each in last}
    every = (NOW - passed * HOUR for passed in range(24 * days, -1, -1))
    return [given.get(hour, Hour(hour, signed, confirmed, shared)) for hour in every]


def kinds(record: list[Hour], *, confirms: bool = True, is_open: bool = True) -> list[str]:
    found = findings(record, now=NOW, confirms=confirms, is_open=is_open)
    return [finding.kind for finding in found]


def test_days_that_are_all_alike_are_usual():
    assert kinds(hours()) == []


@pytest.mark.parametrize(("signed", "found"), [(60, []), (61, ["many"]), (5000, ["many"])])
def test_more_than_three_times_as_many_are_not_usual_while_the_hour_lasts(signed, found):
    assert kinds(hours(Hour(NOW, signed, signed))) == found


def test_the_usual_number_is_that_of_nine_of_ten_hours():
    """A busy evening in the week does not hide a flood, and a daily rhythm is not a flood."""
    record = [
        Hour(each.hour, 100 if each.hour.hour in (18, 19, 20) else 4, 4) for each in hours()[:-1]
    ]

    assert kinds([*record, Hour(NOW, 290, 290)]) == []
    assert kinds([*record, Hour(NOW, 310, 310)]) == ["many"]


@pytest.mark.parametrize(
    ("passed", "signed", "found"),
    [(23, 200, []), (23, 201, ["many"]), (24, 60, []), (24, 61, ["many"])],
)
def test_the_first_morning_is_no_flood(passed, signed, found):
    """Many more people sign by day than in the night, which is all that the record has yet."""
    record = [Hour(NOW - ago * HOUR, 20, 20) for ago in range(1, passed + 1)]

    assert kinds([*record, Hour(NOW, signed, signed)]) == found


def test_a_petition_of_this_morning_has_nothing_that_is_usual():
    record = [Hour(NOW - passed * HOUR, 20, 20) for passed in range(1, 12)]

    assert kinds([*record, Hour(NOW, 5000, 5000)]) == []


@pytest.mark.parametrize(
    ("usual", "signed", "found"), [(40, 9, ["few"]), (40, 10, []), (19, 0, [])]
)
def test_hardly_anybody_at_a_busy_time_is_not_usual(usual, signed, found):
    record = hours(Hour(NOW - HOUR, signed, signed), Hour(NOW), signed=usual, confirmed=usual)

    assert kinds(record) == found


@pytest.mark.parametrize("passed", [73, 74, 96, 97, 98, 167, 168, 169, 170, 192])
def test_hardly_anybody_is_not_usual_however_long_the_record_is(passed):
    """The worker stores eight days, and only seven are used, so the record can be longer."""
    record = [Hour(NOW - ago * HOUR, 400, 300) for ago in range(2, passed + 1)]

    assert kinds([*record, Hour(NOW - HOUR), Hour(NOW)]) == ["few"]


@pytest.mark.parametrize(("holes", "found"), [(1, ["few"]), (2, [])])
def test_one_pause_of_the_week_does_not_hide_an_outage(holes, found):
    empty = [Hour(NOW - (1 + 24 * day) * HOUR) for day in range(5, 5 - holes, -1)]
    record = hours(*empty, Hour(NOW - HOUR), Hour(NOW), signed=40, confirmed=40)

    assert kinds(record) == found


def test_nobody_signs_what_is_closed():
    record = hours(Hour(NOW - HOUR), Hour(NOW), signed=40, confirmed=40)

    assert kinds(record, is_open=False) == []


def test_of_an_hour_that_has_just_begun_nobody_expects_many():
    assert kinds(hours(Hour(NOW, 1, 0), signed=40, confirmed=40)) == []


@pytest.mark.parametrize(("confirmed", "found"), [(51, []), (50, ["unconfirmed"])])
def test_many_that_nobody_confirms_are_judged_when_there_was_time(confirmed, found):
    """Usually a quarter of the signatures is not confirmed; half is a quarter more."""
    then = NOW - 2 * HOUR
    record = hours(Hour(then, 101 if confirmed == 51 else 100, confirmed), signed=40, confirmed=30)

    assert kinds(record) == found
    assert kinds(record, confirms=False) == []
    assert kinds(hours(Hour(NOW - HOUR, 100, 0), signed=40, confirmed=30)) == []


def test_before_anything_is_usual_no_usual_share_is_made_up():
    first = [Hour(NOW - 2 * HOUR, 100, 20)]

    (found,) = findings(first, now=NOW, confirms=True, is_open=True)

    assert found == Finding("unconfirmed", NOW - 2 * HOUR, 80, 100, UNKNOWN)
    said = words.what(Alarm(**found._asdict() | {"example": None}))
    assert "80 of 100 signatures were not confirmed within some hours. What is usual" in said
    assert "The usual share is 25 %." in words.what(
        Alarm(**found._asdict() | {"example": None, "usual": 0.25})
    )


def test_a_domain_that_suddenly_many_have_is_not_usual():
    shared = {"domain": {DOMAIN: 40, PROVIDER: 50}}
    record = hours(Hour(NOW, 100, 0, shared), signed=40, confirmed=30)

    (found,) = findings(record, now=NOW, confirms=True, is_open=True)

    assert found == Finding("domain", NOW, 40, 100, 0.0, value=DOMAIN)
    said = words.what(Alarm(**found._asdict() | {"example": None}))
    assert "The usual share is at least 0 %: hours with fewer than five are not counted." in said


def test_a_flood_does_not_hide_the_next_one():
    """Its many signatures do not make its own shares the usual ones."""
    first = Hour(NOW - 48 * HOUR, 5000, 0, {"country": {"XX": 5000}})
    unsent = Hour(NOW - 2 * HOUR, 100, 5, {"country": {"KE": 100}})
    next_one = Hour(NOW, 205, 5, {"country": {"KE": 5, "XX": 200}})
    record = hours(first, unsent, next_one, signed=6, confirmed=5, country={"KE": 6})

    found = findings(record, now=NOW, confirms=True, is_open=True)

    assert {(each.kind, each.value) for each in found} == {
        ("many", ""),
        ("country", "XX"),
        ("unconfirmed", ""),
    }
    usual = {each.kind: each.usual for each in found}
    assert usual["country"] < 0.02
    assert usual["unconfirmed"] < 0.2


def test_what_many_always_have_in_common_is_usual():
    usual = {"country": {"KE": 38}, "source": {"mail": 30}, "domain": {DOMAIN: 20}}
    record = hours(
        Hour(NOW, 100, 0, {kind: dict.fromkeys(each, 90) for kind, each in usual.items()}),
        signed=40,
        confirmed=30,
        **usual,
    )

    found = findings(record, now=NOW, confirms=True, is_open=True)

    assert [(each.kind, each.value) for each in found] == [("domain", DOMAIN)]
    assert found[0].usual == 0.5


def test_one_network_is_never_usual():
    shared = {"network": {"0190": 30}}
    record = [Hour(NOW, 100, 0, shared)]

    (found,) = findings(record, now=NOW, confirms=True, is_open=True)

    assert found == Finding("network", NOW, 30, 100, 0.0, example="0190")


def test_a_few_of_very_few_are_nothing():
    record = hours(Hour(NOW, 29, 0, {"network": {"0190": 29}, "domain": {DOMAIN: 29}}))

    assert kinds(record) == []


def test_the_week_before_counts_and_nothing_earlier():
    early = [Hour(NOW - timedelta(days=8), 10_000, 10_000)]

    assert kinds([*early, *hours(Hour(NOW, 61, 61))]) == ["many"]
