"""What goes to many leaves at one rate, however many workers there are."""

from datetime import timedelta

import pytest

from campaigns.mail import pace


@pytest.mark.django_db
def test_all_workers_share_one_rate():
    span = timedelta(seconds=100)

    waits = [pace.reserve(span) for _worker in range(3)]

    assert [round(wait / 10) for wait in waits] == [0, 10, 20]
