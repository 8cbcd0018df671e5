"""The filters of the list of signatures: by page, language, channel and site, with counts."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.users.models import UserProfile

from campaigns.counting import arrivals, counting, surveying, weeks
from campaigns.finding import facets
from campaigns.models import Signature, Survey
from campaigns.privacy import deleting
from tests.campaigns.cms.browsing import searched
from tests.campaigns.cms.signatures.test_listing import INDEX, RESULTS, found
from tests.factories import make_campaign, make_signature

COUNTS = reverse("signature_counts")


def choices(client, name, **query):
    form = client.get(RESULTS, query).context["filters"].form
    return {str(value): str(label) for value, label in form.fields[name].choices}


def counts(client, **query):
    return client.get(COUNTS, query).json()


@pytest.fixture
def counted(teams):
    """More signatures of both teams, to be counted with those that each team already has."""
    for petition in (teams.ours, teams.theirs):
        embedded = {"channel": "embed", "source": "poster", "updates": True}
        make_signature(petition, email="1@example.org", name="Embedded", **embedded)
        make_signature(petition, email="2@example.org", name="German", country="DE", language="fr")
        waiting = {"confirmed_at": None, "country": "DE", "source": "poster"}
        make_signature(petition, email="3@example.org", name="Waiting", **waiting)
        fake = {"moderation": "quarantined", "moderation_reason": "burst"}
        old = timezone.now() - timedelta(days=9)
        make_signature(petition, email="fake@example.org", name="Fake", signed_at=old, **fake)
    counting.recount()
    survey()
    return teams


def survey():
    surveying.survey()
    weeks.count()
    arrivals.roll_up()


def test_beside_each_choice_stands_how_many_match_it(counted, people, browse):
    page = make_campaign(counted.ours)
    Signature.objects.filter(tally__petition=counted.ours, name="German").update(page=page)
    Survey.objects.all().delete()
    survey()
    ours = browse(people.river_manager)
    today = timezone.localdate().isoformat()
    week = (timezone.localdate() - timedelta(days=6)).isoformat()

    texts = counts(ours)

    assert texts == {
        "petition": {str(counted.ours.pk): "5"},
        "state": {"confirmed": "3", "pending": "1", "quarantined": "1"},
        "reason": {"burst": "1"},
        "country": {"DE": "2"},
        "language": {"en": "4", "fr": "1"},
        "channel": {"form": "4", "embed": "1"},
        "page": {str(page.pk): "1"},
        "updates": {"true": "1", "false": "4"},
        "source": {"poster": "at least 1"},
        "dates": [
            {"label": "Today (4)", "from": today, "to": today},
            {"label": "Last 7 days (4)", "from": week, "to": today},
        ],
    }
    both = browse(people.manager)
    assert counts(both)["country"]["DE"] == "4"
    assert set(counts(both)["petition"].values()) == {"5"}
    assert counts(both, petition=counted.ours.pk)["country"]["DE"] == "2"
    # Nothing of another team is counted, not even if its petition is named.
    for petition in (counted.theirs.pk, "9" * 40):
        assert counts(ours, petition=petition) == {}


def test_the_days_have_the_numbers_of_the_list(counted, people, browse):
    for number in range(5):
        email = f"paper{number}@example.org"
        paper = make_signature(counted.ours, email=email, channel="paper", proven_at=None)
    with transaction.atomic():
        deleting.anonymise([paper.pk])
    survey()
    client = browse(people.river_manager)

    [today, _week] = counts(client)["dates"]
    profile = UserProfile.get_for_user(people.river_manager)
    profile.current_time_zone = "Pacific/Kiritimati"  # tomorrow, for most of the day
    profile.save()

    assert counts(client)["dates"][0] == today
    days = {"signed_at_from": today["from"], "signed_at_to": today["to"]}
    assert len(found(client, **days)) == 9
    assert today["label"] == "Today (9)"
    assert counts(client, language="en")["dates"][0]["label"] == "Today (8)"


def test_other_filters_and_the_search_narrow_the_numbers_down(counted, people, browse):
    client = browse(people.river_manager)

    german = counts(client, country="DE")
    waiting = counts(client, country="DE", state="pending")
    lists = {
        (name, value): len(found(client, **{"country": "DE", name: value}))
        for name in ("state", "channel", "updates")
        for value in german[name]
    }

    assert german["state"] == {"confirmed": "1", "pending": "1"}
    assert german["petition"] == {str(counted.ours.pk): "2"}
    assert german["source"] == {"poster": "1"}
    assert german["dates"][0]["label"] == "Today (2)"
    assert {key: int(german[key[0]][key[1]]) for key in lists} == lists
    # The choices of a filter are counted as if that filter were not set.
    assert german["country"] == counts(client)["country"]
    assert waiting["state"] == german["state"]
    assert waiting["country"]["DE"] == "1"
    assert counts(client, **searched(client, "Embedded"))["channel"] == {"embed": "1"}
    assert counts(client, state="unknown") == {}


def test_beside_a_source_stands_how_many_sources_begin_with_it(counted, people, browse):
    for number, source in enumerate(("news", "news/spring", "news/autumn", "newspaper")):
        email = f"source{number}@example.org"
        make_signature(counted.ours, email=email, source=source, country="KE")
    counting.recount()
    survey()
    client = browse(people.river_manager)

    texts = counts(client, country="KE")["source"]

    assert texts == {"news": "4", "news/autumn": "1", "news/spring": "1", "newspaper": "1"}
    for code, number in texts.items():
        assert len(found(client, country="KE", source=code)) == int(number)
    assert counts(client)["source"]["news"] == "at least 4"


def test_of_too_many_it_says_how_many_there_are_at_most(counted, people, browse, monkeypatch):
    monkeypatch.setattr(facets, "MOST", 1)

    texts = counts(browse(people.river_manager), country="DE")

    assert texts["state"] == {
        "confirmed": "at most 3",
        "pending": "at most 1",
        "quarantined": "at most 1",
    }
    assert texts["country"]["DE"] == "2"
    assert texts["source"] == {}


def test_a_decision_that_changes_no_total_changes_the_numbers(counted, people, browse):
    Signature.objects.filter(name="Fake").update(moderation="invalidated")

    survey()

    assert counts(browse(people.river_manager))["state"] == {
        "confirmed": "3",
        "pending": "1",
        "invalidated": "1",
    }


def test_language_channel_and_site_narrow_the_list_down(counted, people, browse):
    framed = {"channel": "embed", "framed_by": "shop.example.org"}
    make_signature(counted.ours, email="4@example.org", name="Framed", **framed)
    client = browse(people.river_manager)

    assert found(client, channel="embed") == ["Framed", "Embedded"]
    assert found(client, language="en", channel="embed") == ["Framed", "Embedded"]
    for site in ("SHOP.example.org", "https://shop.example.org/a?b", "shop.example.org:8443/"):
        assert found(client, framed_by=site) == ["Framed"], site
    assert found(client, framed_by="https://[") == []
    assert found(client, framed_by="example.org") == []


def test_only_pages_on_which_people_signed_are_offered(counted, people, browse):
    page, other = (make_campaign(each, title=each.title) for each in (counted.ours, counted.theirs))
    make_signature(counted.ours, email="5@example.org", name="On the page", page=page)
    make_signature(counted.theirs, email="5@example.org", name="Elsewhere", page=other)
    counting.recount()
    arrivals.roll_up()
    client = browse(people.river_manager)

    assert found(client, page=page.pk) == ["On the page"]
    assert list(choices(client, "page")) == ["", str(page.pk)]
    assert found(client, page=other.pk) == []
    assert found(client, page=Page.get_first_root_node().pk) == []


def test_a_filter_that_cannot_be_read_is_named(counted, people, browse):
    client = browse(people.manager)

    for query, named in (
        ({"signed_at_from": "2026-02-31"}, "Signed: "),
        ({"country": "XX"}, "Country: "),
    ):
        page = client.get(INDEX, query).content.decode()
        assert f"This filter cannot be read, so nothing is shown: {named}" in page
        assert "Embedded" not in page, query
