import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.counting import counting
from campaigns.models import Signature, Tally
from tests.campaigns.cms.browsing import searched
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.factories import make_decision, make_petition, make_signature

INDEX = reverse("signatures_modeladmin_index")
RESULTS = reverse("signatures_modeladmin_results")
REFUSED = (302, reverse("wagtailadmin_home"))


def listed(response):
    return [signature.name for signature in response.context["object_list"]]


def found(client, **query):
    """The names on the list, of which only the rows are asked for, as by a changed filter."""
    return listed(client.get(RESULTS, query))


def address(action, signature):
    return reverse(f"signatures_modeladmin_{action}", args=[signature.pk])


def test_a_manager_sees_the_signatures_of_her_collection_only(teams, people, browse):
    make_signature(make_petition(title="For all teams"), name="Grace Root")
    client = browse(people.river_manager)

    response = client.get(INDEX)

    assert listed(response) == ["Ada Lovelace"]
    assert response.context["paginator"].count == 1
    page = response.content.decode()
    assert "Free the river" in page
    assert "More options for &#x27;Ada Lovelace&#x27;" in page
    for secret in (
        "Grace",
        "grace@example.net",
        "Spare the forest",
        "For all",
        str(teams.grace.pk),
    ):
        assert secret not in page


def test_whoever_has_the_right_on_the_root_sees_all(teams, people, browse):
    for name in ("editor", "moderator", "manager", "administrator"):
        client = browse(getattr(people, name))
        assert found(client) == ["Grace Hopper", "Ada Lovelace"], name


def test_without_the_right_there_is_neither_list_nor_menu_item(teams, people, browse):
    writers = make_team("Writers", teams.river, "add", "change")
    writer = make_user("writer", "Writers")
    client = browse(writer)

    response = client.get(INDEX)

    assert (response.status_code, response.url) == REFUSED
    assert INDEX not in client.get(reverse("jobs")).content.decode()
    grant(writers, teams.river, "view_signatures")
    assert INDEX in client.get(reverse("jobs")).content.decode()


def test_searching_finds_by_name_or_email_and_nothing_foreign(teams, people, browse):
    client = browse(people.river_manager)

    assert found(client, **searched(client, "lovelace")) == ["Ada Lovelace"]
    assert found(client, **searched(client, "ADA@example.org")) == ["Ada Lovelace"]
    for foreign in ("grace", "grace@example.net", "example.net", str(teams.grace.pk)):
        assert found(client, **searched(client, foreign)) == []


def test_a_foreign_petition_is_no_choice_of_the_filter(teams, people, browse):
    client = browse(people.river_manager)

    response = client.get(INDEX)

    choices = response.context["filters"].form.fields["petition"].queryset
    assert list(choices) == [teams.ours]
    assert found(client, petition=teams.ours.pk) == ["Ada Lovelace"]
    assert found(client, petition=teams.theirs.pk) == []
    assert found(client, petition=999_999) == []


def test_lookups_that_nobody_offered_are_ignored(teams, people, browse):
    client = browse(people.river_manager)

    for query in (
        {"email__startswith": "zzz"},
        {"tally__petition__collection": "1"},
        {"utm_source": "x"},
        {"name": "nobody"},
        {"ordering": "email_key"},
    ):
        assert found(client, **query) == ["Ada Lovelace"], query


def test_a_filter_that_is_none_shows_nothing(teams, people, browse):
    client = browse(people.river_manager)

    for query in ({"state": "nonsense"}, {"country": "XX"}, {"signed_at_from": "?"}):
        assert found(client, **query) == [], query


def test_a_foreign_signature_is_not_found(teams, people, browse):
    client = browse(people.river_manager)

    # As a key that never existed, or that is not a key at all.
    for key in (teams.grace.pk, uuid.uuid4(), "nonsense", "1"):
        for action in ("inspect", "history", "delete"):
            path = reverse(f"signatures_modeladmin_{action}", args=[key])
            assert client.get(path).status_code == 404, path
            assert client.post(path).status_code == 404, path
    assert Signature.objects.filter(pk=teams.grace.pk).exists()


def test_nobody_adds_or_edits_a_signature(teams, people, browse):
    for name in ("manager", "administrator"):
        client = browse(getattr(people, name))
        page = client.get(INDEX).content.decode()
        for action in ("create", "edit"):
            for path in (f"{INDEX}{action}/", f"{INDEX}{action}/{teams.ada.pk}/"):
                assert client.get(path).status_code == 404, (name, path)
                assert client.post(path, {"name": "Eve"}).status_code == 404, (name, path)
            assert INDEX + action not in page, (name, action)


def test_one_signature_shows_all_that_is_kept_and_what_was_agreed_to(teams, people, browse):
    Signature.objects.filter(pk=teams.ada.pk).update(comment="<b>Please</b>", country="DE")

    page = browse(people.editor).get(address("inspect", teams.ada)).content.decode()

    for shown in (
        str(teams.ada.pk),
        "Ada Lovelace",
        "ada@example.org",
        "Germany",
        "&lt;b&gt;Please&lt;/b&gt;",
        "The river is the last one that runs free.",
        "I agree that my signature is stored and handed over.",
    ):
        assert shown in page


def test_deleting_needs_its_own_right(teams, people, browse):
    client = browse(people.editor)

    response = client.post(address("delete", teams.ada))

    assert response.status_code == 404
    assert Signature.objects.filter(pk=teams.ada.pk).exists()
    assert address("delete", teams.ada) not in client.get(INDEX).content.decode()


def test_deleting_asks_first_and_logs_the_number_only(teams, people, browse):
    client = browse(people.river_manager)

    offered = client.get(INDEX).content.decode()
    asked = client.get(address("delete", teams.ada))
    still_there = Signature.objects.filter(pk=teams.ada.pk).exists()
    pending = make_signature(teams.ours, email="p@example.org", confirmed_at=None)
    uncounted = client.get(address("delete", pending)).content.decode()
    client.post(address("delete", teams.ada))
    counting.recount()

    assert [tally.total for tally in Tally.objects.order_by("pk")] == [0, 1]
    assert address("delete", teams.ada) in offered
    assert "count falls by one" in asked.content.decode()
    assert "count stays as it is" in uncounted
    assert still_there
    assert not Signature.objects.filter(pk=teams.ada.pk).exists()
    entry = ModelLogEntry.objects.get(action="wagtail.delete")
    assert (entry.label, entry.user, entry.data) == (str(teams.ada.pk), people.river_manager, {})


def test_deleting_takes_what_staff_typed_about_the_signer_with_it(teams, people, browse):
    decision = make_decision(teams.ada, reason="This is not really Ada")

    browse(people.river_manager).post(address("delete", teams.ada))

    decision.refresh_from_db()
    assert decision.reason == ""


def test_history_shows_no_name(teams, people, browse):
    response = browse(people.manager).get(address("history", teams.ada))

    assert response.status_code == 200


def test_filters_by_state(teams, people, browse):
    petition = teams.ours
    make_signature(petition, name="Pending", email="p@example.org", confirmed_at=None)
    make_signature(petition, name="Fake", email="f@example.org", moderation="quarantined")
    make_signature(petition, name="Void", email="v@example.org", moderation="invalidated")
    anonymised = make_signature(petition, email="e@example.org")
    gone = dict.fromkeys(("email_key", "name", "email", "postcode", "comment", "network_key"))
    Signature.objects.filter(pk=anonymised.pk).update(**gone, anonymised_at=timezone.now())
    client = browse(people.river_manager)

    assert found(client, state="confirmed") == ["Ada Lovelace"]
    assert found(client, state="pending") == ["Pending"]
    assert found(client, state="quarantined") == ["Fake"]
    assert found(client, state="invalidated") == ["Void"]
    assert found(client, state="anonymised") == [None]


def test_why_signatures_were_set_aside_is_shown_and_filtered_by(teams, people, browse):
    for name, reason in {"Bot": "honeypot", "Crowd": "burst"}.items():
        fake = {"moderation": "quarantined", "moderation_reason": reason}
        make_signature(teams.ours, name=name, email=f"{name}@example.org", **fake)
    client = browse(people.river_manager)

    everything, set_aside = (
        client.get(INDEX, query).content.decode() for query in ({}, {"state": "quarantined"})
    )

    said = "many signatures from one network within minutes"
    # Once as a choice of the filter, and once beside the signature.
    assert (everything.count(said), set_aside.count(said)) == (1, 2)
    assert found(client, reason="burst") == ["Crowd"]


def test_filters_by_country_day_and_wish_to_be_informed(teams, people, browse):
    long_ago = timezone.now() - timedelta(days=400)
    make_signature(
        teams.ours,
        name="Jorge",
        email="j@example.org",
        country="AR",
        updates=True,
        signed_at=long_ago,
    )
    client = browse(people.river_manager)
    day = long_ago.date()

    assert found(client, country="AR") == ["Jorge"]
    assert found(client, updates="true") == ["Jorge"]
    assert found(client, updates="false") == ["Ada Lovelace"]
    assert found(client, signed_at_from=day, signed_at_to=day) == ["Jorge"]
    assert found(client, signed_at_from=day + timedelta(days=1)) == ["Ada Lovelace"]


@pytest.mark.parametrize("name", ["manager", "administrator"])
def test_one_and_three_rows_take_the_same_queries(
    name, teams, people, browse, django_assert_num_queries
):
    client = browse(getattr(people, name))
    teams.grace.delete()
    client.get(INDEX)
    with CaptureQueriesContext(connection) as one:
        assert len(listed(client.get(INDEX))) == 1
    other = make_petition(title="A third")
    make_signature(other, email="b@example.org")
    make_signature(teams.theirs, email="c@example.org")

    with django_assert_num_queries(len(one)):
        assert len(listed(client.get(INDEX))) == 3


def test_the_newest_comes_first(teams, people, browse):
    make_signature(teams.ours, name="Latest", email="l@example.org")
    client = browse(people.river_manager)

    assert found(client) == ["Latest", "Ada Lovelace"]
    assert found(client, ordering="signed_at") == ["Ada Lovelace", "Latest"]


def test_the_signatures_follow_a_petition_that_is_moved(teams, people, browse):
    client = browse(people.river_manager)

    here, there = teams.river, teams.forest
    petitions = type(teams.theirs).objects
    petitions.filter(pk=teams.theirs.pk).update(collection=here)
    both = found(client)
    petitions.filter(pk=teams.ours.pk).update(collection=there)

    assert (both, found(client)) == (["Grace Hopper", "Ada Lovelace"], ["Grace Hopper"])


def test_who_was_asked_for_no_country_is_looked_at_all_the_same(teams, people, browse):
    Signature.objects.filter(pk=teams.ada.pk).update(country=None)

    response = browse(people.river_manager).get(f"/admin/signatures/inspect/{teams.ada.pk}/")

    assert response.status_code == 200
