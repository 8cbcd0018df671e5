"""Bulk emails are sent at one rate, however many workers there are."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.mail import pace


@pytest.mark.django_db
def test_all_workers_share_one_rate():
    span = timedelta(seconds=20)

    waits = [pace.reserve(span) for _worker in range(3)]

    assert [round(wait / 10) for wait in waits] == [0, 2, 4]


@pytest.mark.django_db
def test_nobody_sleeps_for_more_than_a_minute():
    """A thread that sleeps for five minutes counts as hung, and systemd ends its worker."""
    pace.reserve(timedelta(seconds=100))

    with pytest.raises(pace.Unreachable):
        pace.reserve(timedelta(seconds=10))

    assert 90 < seconds_ahead() < 100  # nothing was reserved


@pytest.mark.django_db
def test_a_clock_that_was_ahead_holds_nothing_up():
    pace.reserve(timedelta(hours=3))

    waits = [pace.reserve(timedelta(seconds=10)) for _worker in range(2)]

    assert [round(wait / 10) for wait in waits] == [0, 1]


def seconds_ahead() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM next_at - clock_timestamp()) FROM campaigns_pace")
        return float(cursor.fetchone()[0])
