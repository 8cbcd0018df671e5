"""A feed shows people in the format of OSDI to clients with its token, and says who is gone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.mailings import suppression
from campaigns.models import Delivery, Receiver
from campaigns.privacy import erasing
from campaigns.signing import signing
from campaigns.sync import keys, payload
from campaigns.sync import receiver as receivers
from tests.campaigns.sync.conftest import make_receiver, work
from tests.factories import days_ago, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db


def make_feed(*tallies, **values):
    fields = values.pop("fields", ("name", "email", "country", "updates", "affiliation"))
    return make_receiver(None, *tallies, kind="feed", url="", fields=fields, **values)


def get(client, feed, token=None, **query):
    token = keys.read(feed.secret) if token is None else token
    address = reverse("osdi_people", args=[feed.pk])
    return client.get(address, query, headers={"OSDI-API-Token": token})


def people(answer) -> list[str]:
    found = answer.json()["_embedded"]["osdi:people"]
    return [person["identifiers"][0] for person in found]


def test_a_person_has_the_chosen_columns_in_the_words_of_osdi(client):
    river = make_petition(slug="river")
    feed = make_feed(only_opted_in=True)
    make_pending(river, days=0)
    make_signature(river, email="grace@example.org")  # does not want to be informed
    values = {"country": "KE", "affiliation": "Library", "phone": "+254700000000", "updates": True}
    ada = make_signature(river, name="Ada King Lovelace", email="king@example.org", **values)

    answer = get(client, feed)
    entry = client.get(
        reverse("osdi", args=[feed.pk]), headers={"OSDI-API-Token": keys.read(feed.secret)}
    )

    assert answer.json()["_embedded"]["osdi:people"] == [
        {
            "identifiers": [f"lastdrop:{ada.pk}"],
            "created_date": ada.confirmed_at.isoformat(),
            "custom_fields": {"affiliation": "Library", "petition": "river"},
            "given_name": "Ada",
            "family_name": "King Lovelace",
            "email_addresses": [
                {"primary": True, "address": "king@example.org", "status": "subscribed"}
            ],
            "postal_addresses": [{"primary": True, "country": "KE"}],
        }
    ]
    assert answer["Cache-Control"] == "private, no-store"
    href = entry.json()["_links"]["osdi:people"]["href"]
    assert urlsplit(href).path == reverse("osdi_people", args=[feed.pk])


def test_of_somebody_in_a_list_feeds_and_web_hooks_give_the_day_alone(client):
    feed = make_feed(fields=("signed_at", "confirmed_at"))
    noon = datetime(2026, 11, 2, 12, tzinfo=timezone.get_default_timezone())
    listed = {"channel": "paper", "signed_at": noon, "confirmed_at": noon}
    signature = make_signature(make_petition(slug="river"), **listed)

    [person] = get(client, feed).json()["_embedded"]["osdi:people"]

    days = {"signed_at": "2026-11-02", "confirmed_at": "2026-11-02"}
    assert person["custom_fields"] == {**days, "petition": "river"}
    assert person["created_date"] == signature.confirmed_at.isoformat()
    assert payload.fields(feed, signature) == days


def test_pages_lead_to_each_other_and_through_everybody(client, django_assert_num_queries):
    river, forest = make_petition(), make_petition(slug="forest")
    feed = make_feed(river.tally)
    own = [make_signature(river, email=f"{each}@example.org") for each in range(5)]
    make_signature(forest)
    found, url = [], f"{reverse('osdi_people', args=[feed.pk])}?per_page=2"
    while url:
        answer = client.get(url, headers={"OSDI-API-Token": keys.read(feed.secret)})
        found += people(answer)
        url = answer.json()["_links"].get("next", {}).get("href", "")

    assert found == [f"lastdrop:{each.pk}" for each in own]
    with django_assert_num_queries(4):
        get(client, feed, per_page=100)


def test_since_a_moment_it_says_who_changed_and_who_is_gone(client):
    river = make_petition()
    feed = make_feed()
    ada, grace, mary = (
        make_signature(river, email=f"{name}@example.org") for name in ("ada", "grace", "mary")
    )
    work()
    since = timezone.now()
    signing.correct(ada.token("manage"), name="Ada King")
    erasing.erase("grace@example.org")
    work()

    answer = get(client, feed, filter=f"modified_date gt '{since.isoformat()}'")
    pages = [get(client, feed, filter=f"modified_date gt '{since.isoformat()}'", per_page=1)]
    following = pages[0].json()["_links"]["next"]["href"]
    pages.append(client.get(following, headers={"OSDI-API-Token": keys.read(feed.secret)}))

    assert people(answer) == [f"lastdrop:{ada.pk}"]
    removed = [{"identifiers": [f"lastdrop:{grace.pk}"]}]
    assert answer.json()["_embedded"]["lastdrop:removed"] == removed
    assert pages[1].json()["_embedded"]["lastdrop:removed"] == removed
    assert "next" not in pages[1].json()["_links"]
    assert people(get(client, feed)) == [f"lastdrop:{ada.pk}", f"lastdrop:{mary.pk}"]


def test_what_a_long_job_stored_comes_with_the_next_reading_though_it_began_long_before(client):
    """A change has the time of its statement, and becomes visible when its transaction ends."""
    feed = make_feed()
    Receiver.objects.update(noted_since=days_ago(1))
    ada = make_signature(make_petition())
    Delivery.objects.update(made_at=timezone.now() - timedelta(minutes=30))
    last_read = timezone.now() - timedelta(minutes=5)
    query = f"modified_date gt '{last_read.isoformat()}'"

    just_stored = people(get(client, feed, filter=query))
    work()
    noted = people(get(client, feed, filter=query))
    Delivery.objects.update(ended_at=last_read - timedelta(seconds=1))

    assert just_stored == noted == [f"lastdrop:{ada.pk}"]
    assert people(get(client, feed, filter=query)) == []


@pytest.mark.parametrize("only_opted_in", [True, False])
def test_whom_mailings_do_not_reach_is_not_told_as_subscribed(client, only_opted_in):
    """One unsubscribed by the link of a deleted signature; the other email address is unproven."""
    since, river = timezone.now(), make_petition()
    feed = make_feed(only_opted_in=only_opted_in, fields=("email",))
    suppression.suppress(suppression.keys_of("ada@example.org"), signature=None)
    for name in ("ada", "grace"):
        make_signature(river, email=f"{name}@example.org", updates=True, channel="import")
    unproven = make_petition(slug="unproven", confirms_by_email=False)
    make_signature(unproven, email="victim@example.org", updates=True)
    work()
    Receiver.objects.update(noted_since=days_ago(1))

    answers = [
        get(client, feed),
        get(client, feed, filter=f"modified_date gt '{since.isoformat()}'"),
    ]

    for answer in answers:
        told = answer.json()["_embedded"]["osdi:people"]
        emails = [each["email_addresses"][0] for each in told]
        others = dict.fromkeys(("ada@example.org", "victim@example.org"), "unsubscribed")
        assert {each["address"]: each["status"] for each in emails} == {
            **({} if only_opted_in else others),
            "grace@example.org": "subscribed",
        }
    removed = answers[1].json()["_embedded"].get("lastdrop:removed", [])
    assert len(removed) == (1 if only_opted_in else 0)  # the feed never contained the other one


def test_of_changes_that_it_does_not_know_it_says_so(client):
    """Changes of long ago, and from before the feed was made, switched on or edited."""
    feed = make_feed()
    Receiver.objects.update(noted_since=days_ago(60))
    asked = [days_ago(31), days_ago(29), days_ago(1), days_ago(1), days_ago(1)]
    acts: list[Callable[[], object]] = [
        lambda: None,
        lambda: None,
        lambda: receivers.switch(feed, on=False) and receivers.switch(feed, on=True),
        lambda: Receiver.objects.update(noted_since=days_ago(60)),
        lambda: receivers.note_from_now(feed),
    ]

    told = []
    for since, act in zip(asked, acts, strict=True):
        act()
        answer = get(client, feed, filter=f"modified_date gt '{since.isoformat()}'")
        told.append(answer.status_code)
    new = get(client, make_feed(), filter=f"modified_date gt '{days_ago(1).isoformat()}'")

    assert told == [400, 200, 400, 200, 400]
    assert new.status_code == 400
    assert "read all people anew" in new.json()["osdi:error"]["error_description"]


def test_without_the_token_nobody_reads_anything(client):
    make_signature(make_petition())
    feed, hook = make_feed(), make_receiver()
    token = keys.read(feed.secret)
    by_url = client.get(reverse("osdi_people", args=[feed.pk]), {"token": token})
    wrong = [
        by_url,
        get(client, feed, "", filter="x"),
        get(client, feed, token[:-1]),
        get(client, feed, "ü"),
        get(client, hook),
        client.get(reverse("osdi_people", args=[99]), headers={"OSDI-API-Token": token}),
        client.get(reverse("osdi", args=[feed.pk])),
    ]
    odd = [
        get(client, feed, **query).status_code
        for query in (
            *({"filter": "name eq 'Ada'"}, {"filter": "modified_date gt 'yesterday'"}),
            *({"after": "x"}, {"per_page": "x"}, {"per_page": "9" * 30, "after": "9" * 99}),
        )
    ]
    keys.rotate(feed)
    old_new = [get(client, feed, each).status_code for each in (token, keys.read(feed.secret))]
    receivers.switch(feed, on=False)

    assert {answer.status_code for answer in wrong} == {401}
    assert "Ada" not in "".join(answer.content.decode() for answer in wrong)
    assert odd == [400] * 5
    assert old_new == [401, 200]
    assert get(client, feed).status_code == 401
    assert client.post(reverse("osdi", args=[feed.pk])).status_code == 405


def test_a_new_token_takes_the_place_of_one_that_cannot_be_read(client):
    feed = make_feed(secret=b"damaged" * 9)

    before = get(client, feed, "token").status_code
    keys.rotate(feed)

    assert (before, get(client, feed).status_code) == (401, 200)
