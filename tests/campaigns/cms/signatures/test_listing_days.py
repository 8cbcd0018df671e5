"""The filter by the days of signing: dates as people write them, in the site's time zone."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.campaigns.cms.signatures.test_listing import INDEX, found
from tests.factories import make_signature

# At this moment it is already the first of April in Tokyo.
EVENING = datetime(2026, 3, 31, 20, 0, tzinfo=UTC)


@pytest.fixture
def desk(teams, people, browse):
    make_signature(teams.ours, name="Aiko", email="aiko@example.org", signed_at=EVENING)
    return browse(people.river_manager)


def test_a_day_is_understood_as_people_write_it(desk):
    for day in ("2026-03-31", "31/03/2026", "31.03.2026", "31 March 2026"):
        assert found(desk, signed_at_from=day, signed_at_to=day) == ["Aiko"], day


def test_a_day_is_understood_in_ones_own_language(desk, people):
    profile = UserProfile.get_for_user(people.river_manager)
    days = {
        "fr": "31 mars 2026",
        "de": "31. März 2026",
        "ru": "31 марта 2026 г.",
        "ar": "٣١ مارس ٢٠٢٦",
    }

    for language, day in days.items():
        profile.preferred_language = language
        profile.save()
        assert found(desk, signed_at_from=day, signed_at_to=day) == ["Aiko"], language


def test_both_days_belong_to_what_is_shown(desk):
    for limits, names in (
        ({"signed_at_to": "2026-03-30"}, []),
        ({"signed_at_to": "2026-03-31"}, ["Aiko"]),
        ({"signed_at_from": "2026-03-31", "signed_at_to": "2026-04-01"}, ["Aiko"]),
        ({"signed_at_from": "2026-04-01", "signed_at_to": "2026-04-30"}, []),
    ):
        assert found(desk, **limits) == names, limits


def test_a_time_is_that_of_ones_own_time_zone_and_a_day_that_of_the_sites(desk, people):
    profile = UserProfile.get_for_user(people.river_manager)
    profile.current_time_zone = "Asia/Tokyo"
    profile.save()

    assert "1\xa0Apr\xa02026, 05:00" in desk.get(INDEX).content.decode()
    assert found(desk, signed_at_from="2026-03-31", signed_at_to="2026-03-31") == ["Aiko"]
    assert found(desk, signed_at_from="2026-04-01", signed_at_to="2026-04-01") == []


def test_what_is_no_day_shows_nothing_and_moderates_nothing(desk, people, browse):
    manager = browse(people.manager)

    for day in ("yesterday", "9" * 40):  # the whole page has it in its form
        assert desk.get(INDEX, {"signed_at_from": day}).status_code == 200, day
    for day in ("yesterday", "31/02/2026", "0", "9" * 40, " ", "at"):
        assert found(desk, signed_at_from=day) == [], day
        asked = manager.get(reverse("moderate_signatures"), {"signed_at_from": day})
        assert (asked.status_code, asked.url.partition("?")[0]) == (302, INDEX), day
    assert manager.get(asked.url).status_code == 200
