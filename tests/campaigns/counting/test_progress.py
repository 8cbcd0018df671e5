"""How many have signed: what the public sees, and what counts towards it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.counting import counting, surveying
from campaigns.counting.progress import Progress, next_rung
from campaigns.models import Petition, Survey, Tally
from campaigns.petitions.settings import PetitionSettings
from tests.factories import make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db


def shown(total, **fields):
    return PetitionSettings.shown_at(Petition(collection_id=1, **fields), total)


@pytest.mark.parametrize(
    ("total", "rung"),
    [(0, 100), (99, 100), (100, 200), (499, 500), (500, 1000), (5000, 10_000), (10**7, 2 * 10**7)],
)
def test_rungs_are_round_numbers(total, rung):
    assert next_rung(total) == rung


@pytest.mark.parametrize(
    ("total", "goal"), [(0, 300), (299, 300), (300, 500), (500, 1000), (4999, 5000)]
)
def test_a_goal_that_is_reached_rises(total, goal):
    assert shown(total, goal=300) == Progress(total, goal)


def test_a_goal_may_stay():
    assert shown(400, goal=300, goal_rises=False) == Progress(400, 300)


@pytest.mark.parametrize(("total", "goal"), [(299, 300), (300, 300), (1204, 1000)])
def test_a_goal_no_longer_rises_once_the_petition_is_closed(total, goal):
    past, future = (timezone.now() + timedelta(minutes=each) for each in (-1, 1))

    assert shown(total, goal=300, closes_at=past) == Progress(total, goal)
    assert shown(1204, goal=300, closes_at=future) == Progress(1204, 2000)


def test_a_page_that_closed_after_its_goal_says_that_it_was_reached(client):
    petition = make_petition(goal=1000, closes_at=timezone.now() - timedelta(days=1))
    Tally.objects.update(total=1204)

    assert "Goal reached: 1,000" in client.get(petition.url_path()).content.decode()


def test_no_goal_is_none():
    assert shown(400) == Progress(400, None)


def test_below_the_chosen_number_nothing_is_shown():
    assert shown(9, goal=300, count_from=10) == Progress(None, None)
    assert shown(10, goal=300, count_from=10) == Progress(10, 300)


class TestPages:
    @pytest.fixture
    def few(self):
        petition = make_petition(goal=777, count_from=10)
        make_campaign(petition)
        petition.tally.total = 9
        petition.tally.save()
        # The total of the whole site is the sum of the counts that are public.
        other = make_petition(slug="other")
        other.tally.total = 50
        other.tally.save()
        return petition

    def test_a_closed_petition_does_not_say_that_nobody_has_signed(self, few, client):
        Petition.objects.update(closes_at=timezone.now() - timedelta(days=1))

        text = client.get("/petitions/keep-the-river-free/").content.decode()

        assert '<span class="count-first">Too few to show</span>' in text

    def test_a_petition_that_is_not_open_yet_says_nothing_of_a_count(self, few, client):
        Petition.objects.update(opens_at=timezone.now() + timedelta(days=1))

        text = client.get("/petitions/keep-the-river-free/").content.decode()

        assert "Not open yet" in text
        assert 'class="count"' not in text

    def addresses(self, petition):
        names = ("petition", "thanks", "framed_petition")
        api = "/api/petitions/keep-the-river-free/"
        campaign = "/campaigns/keep-the-river-free/"
        steps = [petition.url_path(name) for name in names]
        return [make_home().url, "/campaigns/", campaign, api, *steps]

    def test_no_page_shows_a_count_below_the_chosen_number(self, client, few):
        for address in self.addresses(few):
            response = client.get(address)
            text = response.content.decode()
            assert response.status_code == 200, address
            assert "777" not in text, address
            assert ">9<" not in text, address
            assert ">59<" not in text, address
        assert client.get(few.url_path("count")).json() == {
            "count": None,
            "goal": None,
            "state": "open",
        }
        assert "Be among the first to sign" in client.get(few.url_path()).content.decode()

    def test_a_hidden_count_is_not_the_total_of_the_site_either(self, client, few):
        Tally.objects.exclude(pk=few.tally.pk).update(total=0)

        for address in self.addresses(few):
            assert ">9<" not in client.get(address).content.decode(), address

    def test_all_pages_show_it_from_there_on(self, client, few):
        few.tally.total = 10
        few.tally.save()

        assert client.get(few.url_path("count")).json()["count"] == 10
        assert "777" in client.get(few.url_path()).content.decode()
        assert ">60</strong>" in client.get(few.url_path()).content.decode()


class TestSurvey:
    @pytest.fixture
    def petition(self):
        make_home()
        petition = make_petition()
        yesterday = timezone.now() - timedelta(days=1, minutes=1)
        for number in range(12):
            make_signature(petition, email=f"a{number}@example.org", country="FR")
        for number in range(9):
            make_signature(petition, email=f"b{number}@example.org", country="VA")
        make_signature(petition, email="c@example.org", country="FR", confirmed_at=None)
        make_signature(petition, email="d@example.org", country="FR", moderation="quarantined")
        make_signature(petition, email="e@example.org", country="FR", confirmed_at=yesterday)
        counting.recount()
        surveying.survey()
        return petition

    def again(self, petition):
        return Petition.objects.get(pk=petition.pk)

    def test_countries_with_few_signatures_are_not_told(self, client, petition):
        assert surveying.countries(self.again(petition)) == {"FR": 13}
        assert client.get("/api/petitions/keep-the-river-free/").json()["countries"] == {"FR": 13}

    def test_todays_are_told(self, client, petition):
        assert surveying.today(self.again(petition)) == 21
        assert "21 signed today" in client.get(petition.url_path()).content.decode()

    def test_yesterdays_survey_says_nothing_of_today(self, petition):
        Survey.objects.update(day=timezone.localdate() - timedelta(days=1))

        assert surveying.today(self.again(petition)) == 0

    def test_few_are_not_told(self, petition):
        Survey.objects.update(today=9)

        assert surveying.today(self.again(petition)) == 0

    def test_it_follows_the_count(self, petition):
        make_signature(petition, email="f@example.org", country="VA")
        counting.recount()
        surveying.survey()

        assert surveying.countries(self.again(petition)) == {"FR": 13, "VA": 10}

    def test_what_has_not_changed_is_not_counted_again(self, petition):
        moderated = Survey.objects.get().figures["all_states"]
        Survey.objects.update(figures={"countries": {"DE": 99}, "all_states": moderated})

        surveying.survey()

        assert surveying.countries(self.again(petition)) == {"DE": 99}
