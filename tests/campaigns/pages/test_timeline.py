"""The timeline on a campaign page."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from campaigns import caching
from campaigns.counting import counting, milestones
from campaigns.models import CampaignPage, Milestone, Petition, Signature, Tally
from campaigns.pages.timeline import milestone_entries, newest_milestone, timeline
from tests.campaigns.test_dates import another_zone
from tests.factories import day, days_ago, make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def sign(petition, number, *, start=0):
    for n in range(start, start + number):
        moment = FIRST + timedelta(days=n)
        make_signature(petition, email=f"{n}@example.org", signed_at=moment, confirmed_at=moment)


def told(petition):
    petition = Petition.objects.get(pk=petition.pk)
    return [
        (entry.kind, entry.day) for entry in milestone_entries(petition) if entry.kind != "opened"
    ]


def published_at(moment: datetime, **fields: object) -> Petition:
    petition = make_petition(**fields)
    Petition.objects.filter(pk=petition.pk).update(last_published_at=moment)
    return petition


@pytest.fixture
def two_is_round(monkeypatch):
    monkeypatch.setattr(milestones, "ROUND", [2, 4])


def test_a_number_has_the_day_of_the_signature_that_reached_it(two_is_round):
    petition = published_at(FIRST, goal=3)
    sign(petition, 3)

    counting.recount()

    assert told(petition) == [("number", date(2026, 3, 2)), ("goal", date(2026, 3, 3))]


def test_a_day_that_was_told_does_not_change(two_is_round):
    petition = make_petition()
    sign(petition, 3)
    counting.recount()

    Signature.objects.filter(email="0@example.org").delete()
    counting.recount()

    assert told(petition) == [("number", date(2026, 3, 2))]


def test_what_is_no_longer_true_is_no_longer_told(two_is_round):
    petition = make_petition()
    sign(petition, 2)
    counting.recount()

    Signature.objects.filter(email="0@example.org").update(moderation="invalidated")
    counting.recount()

    assert told(petition) == []
    assert not Milestone.objects.exists()


@pytest.mark.parametrize("goal", [1, 2])
def test_a_goal_that_was_lowered_to_what_was_long_reached_was_not_reached_then(two_is_round, goal):
    petition = make_petition(goal=100)
    sign(petition, 3)
    counting.recount()

    Petition.objects.update(goal=goal, last_published_at=timezone.now())
    counting.recount()
    caching.clear()

    assert told(petition) == [("number", date(2026, 3, 2))]
    assert newest_milestone(Petition.objects.get())[0] == 2


def test_a_goal_stays_reached_when_the_petition_is_published_again(two_is_round):
    petition = published_at(FIRST, goal=3)
    sign(petition, 3)
    counting.recount()

    Petition.objects.update(last_published_at=timezone.now())
    counting.recount()

    assert told(petition) == [("number", date(2026, 3, 2)), ("goal", date(2026, 3, 3))]


def test_a_goal_that_is_reached_again_is_told_although_the_petition_was_published_since():
    petition = published_at(FIRST, goal=3)
    sign(petition, 3)
    counting.recount()
    Petition.objects.update(last_published_at=timezone.now())
    first = Signature.objects.filter(email="0@example.org")

    first.update(moderation="quarantined")
    counting.recount()
    caching.clear()
    assert told(petition) == []

    first.update(moderation="")
    counting.recount()
    caching.clear()
    assert told(petition) == [("goal", date(2026, 3, 3))]


def test_a_goal_is_told_although_the_petition_was_published_before_it_was_counted():
    petition = published_at(timezone.now(), goal=3)
    sign(petition, 3)

    counting.recount()

    assert told(petition) == [("goal", date(2026, 3, 3))]


def test_recounting_again_writes_nothing(two_is_round, django_assert_num_queries):
    sign(make_petition(), 2)
    counting.recount()
    before = list(Milestone.objects.values_list())

    with django_assert_num_queries(7):  # Two of them are for the savepoint.
        counting.fold()

    assert list(Milestone.objects.values_list()) == before


def test_moments_of_the_petition_are_told_once_they_have_come():
    petition = make_petition(opens_at=days_ago(9), closes_at=timezone.now() + timedelta(days=9))
    Tally.objects.update(handed_over_at=days_ago(2), won_at=days_ago(1))

    kinds = [entry.kind for entry in milestone_entries(Petition.objects.get(pk=petition.pk))]

    assert kinds == ["opened", "delivered", "won"]


def test_a_day_is_one_of_the_site_where_staff_have_another():
    petition = make_petition()
    now, today = timezone.now(), day()
    Tally.objects.update(handed_over_at=now, won_at=now, won_on=today)

    with timezone.override(another_zone()):
        days = told(petition)
        handed_over = Tally.objects.get().handed_over_day

    assert days == [("delivered", today), ("won", today)]
    assert handed_over == today


def test_updates_stand_among_the_milestones_the_newest_first(client):
    petition = make_petition(opens_at=days_ago(9), closes_at=days_ago(3))
    day = timezone.localdate(days_ago(5))
    updates = [("update", {"day": day, "heading": "The vote is put off", "text": "<p>Again.</p>"})]
    page = make_campaign(petition, updates=updates)

    found = [entry.kind for entry in timeline(petition, page.updates)]
    text = client.get(page.url).content.decode()

    assert found == ["closed", "update", "opened"]
    assert "The vote is put off" in text
    assert "<p>Again.</p>" in text


def test_what_happened_on_one_day_stands_in_its_order_too():
    petition = make_petition(opens_at=timezone.now())
    Tally.objects.update(won_at=timezone.now())
    Tally.objects.update(handed_over_at=timezone.now())
    petition = Petition.objects.get(pk=petition.pk)

    entries = timeline(petition, CampaignPage(petition=petition).updates)

    assert [entry.kind for entry in entries] == ["delivered", "won", "opened"]


def test_where_nothing_has_happened_nothing_is_told(client):
    page = make_campaign()

    text = client.get(page.url).content.decode()

    assert "What has happened" not in text


def test_a_campaign_leads_on_once_it_has_ended(client):
    following = make_campaign(make_petition(title="The next one"))
    page = make_campaign(make_petition(), successor=following)
    before = client.get(page.url).content.decode()

    Petition.objects.filter(pk=page.petition_id).update(closes_at=days_ago(1))
    response = CampaignPage.objects.get(pk=page.pk).make_preview_request()

    link = f'The campaign continues: <a href="{following.url}">The next one</a>'
    assert link not in before
    assert link in response.content.decode()


def test_a_campaign_does_not_lead_to_what_is_not_there():
    hidden = make_campaign(make_petition(title="Hidden"), live=False)
    page = make_campaign(make_petition(closes_at=days_ago(1)), successor=hidden)

    assert page.goes_on is None
