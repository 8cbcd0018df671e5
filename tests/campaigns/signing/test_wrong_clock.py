"""With a wrong clock on this machine, nobody signs too late: the database's clock decides."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Petition, Signature
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAYS = timedelta(days=3)


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def petitions(moment) -> list[Petition]:
    """A petition without an end, one that closes in an hour, and one that closed an hour ago."""
    ends = {"endless": None, "open": moment + HOUR, "closed": moment - HOUR}
    return [make_petition(title=slug, slug=slug, closes_at=end) for slug, end in ends.items()]


@pytest.fixture
def statuses(client, petitions, moment, monkeypatch):
    """A function: the statuses of signing each petition while this machine's clock is wrong."""

    def sign(wrong: timedelta) -> list[int]:
        right = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: right() + wrong)
        typed = {"name": "Ada", "email": "ada@example.org", "consent": "on", "country": "DE"}
        return [
            client.post(each.url_path("sign"), typed | {"version": each.version.pk}).status_code
            for each in petitions
        ]

    return sign


def test_where_it_is_behind_nobody_signs_what_has_closed(statuses, moment):
    assert statuses(-DAYS) == [303, 303, 409]

    signed = Signature.objects.order_by("signed_at").values_list("signed_at", flat=True)
    assert [abs(each - moment) < HOUR for each in signed] == [True, True]


def test_where_it_is_ahead_petitions_close_so_much_too_early(statuses):
    assert statuses(DAYS) == [303, 410, 410]
