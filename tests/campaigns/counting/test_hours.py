"""Signatures by hour: those whose hour is known, in the hours of the reader's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from campaigns.counting import figures
from campaigns.privacy import deleting, kept_for_mailings
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def by_hour(petition, monkeypatch, *now: int) -> list[tuple[str, int]]:
    monkeypatch.setattr(timezone, "now", lambda: datetime(*now, tzinfo=UTC))
    with timezone.override(BERLIN):
        rows = figures.by_hour([petition.tally])
    return [(f"{hour:%d %H:%M %z}", number) for hour, number in rows]


def test_of_whom_only_the_day_is_known_nobody_is_said_to_have_signed_at_midnight():
    petition = make_petition()
    rows = [make_signature(petition, email=f"{each}@example.org") for each in range(3)]
    with transaction.atomic():
        deleting.anonymise([rows[0].pk])
        kept_for_mailings.leave([rows[1].pk])

    assert sum(number for _hour, number in figures.by_hour([petition.tally])) == 1


def test_where_the_clock_is_put_back_two_hours_have_the_same_name(monkeypatch):
    petition = make_petition()
    for number, hour in enumerate((0, 1, 1)):
        moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        make_signature(petition, email=f"{number}@example.org", confirmed_at=moment)

    rows = by_hour(petition, monkeypatch, 2026, 10, 25, 12)

    assert rows[-14:-10] == [
        ("25 01:00 +0200", 0),
        ("25 02:00 +0200", 1),
        ("25 02:00 +0100", 2),
        ("25 03:00 +0100", 0),
    ]
    assert len(rows) == figures.HOURS


def test_an_hour_that_never_was_is_left_out(monkeypatch):
    rows = by_hour(make_petition(), monkeypatch, 2026, 3, 29, 12)

    assert [hour for hour, _number in rows[-13:-10]] == [
        "29 01:00 +0100",
        "29 03:00 +0200",
        "29 04:00 +0200",
    ]
    assert len(rows) == figures.HOURS
