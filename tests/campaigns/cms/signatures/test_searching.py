"""The search box: sent by POST, stored for the user who typed it, and in no URL."""

import re
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from campaigns import rounds
from campaigns.cms.signatures.listing import SignatureIndexView
from campaigns.counting import arrivals, counting, surveying
from campaigns.finding import paging, trigrams
from campaigns.finding.searches import TypedSearch
from campaigns.models import Decision
from campaigns.privacy import erasing
from operations.backups import hooks
from tests.campaigns.cms.browsing import said, searched
from tests.campaigns.cms.signatures.test_listing import INDEX, RESULTS, found
from tests.factories import make_signature

MODERATE = reverse("moderate_signatures")
LOST = "The search behind this link cannot be shown"
TYPED = "lovelace"


def page(client, **query):
    return client.get(INDEX, query).content.decode()


def test_what_is_typed_stands_in_no_address_and_the_filters_do(teams, people, browse):
    client = browse(people.river_manager)
    filters = {"petition": str(teams.ours.pk), "country": "DE"}

    response = client.post(f"{INDEX}?{urlencode(filters | {'p': 'last'})}", {"typed": TYPED})

    search = TypedSearch.objects.get()
    assert response.url == f"{INDEX}?{urlencode(filters | {'search': search.key})}"
    assert (search.text, search.user, len(search.key)) == (TYPED, people.river_manager, 22)
    shown = client.get(response.url).content.decode()
    assert "Names and email addresses with “lovelace”" in shown
    links = [part.partition('"')[0] for part in shown.split('href="')[1:]]
    assert [link for link in links if TYPED in link] == []


def test_a_search_is_understood_in_another_way_without_being_typed_again(teams, people, browse):
    make_signature(teams.ours, name="Poster Person", email="p@example.org", source="other")
    make_signature(teams.ours, name="Reader", email="r@example.org", source="poster")
    client = browse(people.river_manager)
    query = searched(client, "poster", country="")

    first = found(client, **query)
    other = client.post(f"{INDEX}?{urlencode(query)}", {"kind": "part"})

    assert first == ["Reader"]
    assert "Names and email addresses with “poster”" in client.get(other.url).content.decode()
    assert [each.name for each in client.get(other.url).context["object_list"]] == ["Poster Person"]


def test_a_search_for_a_source_is_not_said_to_find_what_only_begins_like_it(
    teams, people, browse, monkeypatch
):
    monkeypatch.setattr(paging, "MOST", 3)
    monkeypatch.setattr(SignatureIndexView, "paginate_by", 1)
    for number, source in enumerate(["mail"] * 2 + ["mailing"] * 7):
        make_signature(teams.ours, email=f"{number}@example.org", source=source)
    counting.recount()
    surveying.survey()
    arrivals.roll_up()
    client = browse(people.river_manager)

    shown = page(client, **searched(client, "source:mail"))

    assert '<h2 class="signatures-found">2 signatures</h2>' in shown
    assert '<h2 class="signatures-found">More than 3 signatures</h2>' in page(client, source="mail")


def test_what_filters_find_is_read_out_though_it_replaces_the_list(teams, people, browse):
    client = browse(people.river_manager)

    found, nothing = page(client, updates="false"), page(client, source="nowhere")

    # A status that is inserted with its text is not read out; an alert is.
    assert '<div class="nice-padding" role="alert"><h2 class="signatures-found">' in found
    assert re.search(r'<div role="alert">\s*<p>No signatures match your query', nothing)


def test_a_colleague_sees_the_filters_and_is_asked_to_type_the_search_again(teams, people, browse):
    make_signature(teams.ours, name="Other", email="o@example.org", updates=True)
    query = searched(browse(people.river_manager), TYPED, updates="false")
    colleague = browse(people.manager)

    shown = page(colleague, **query)

    assert LOST in shown
    assert TYPED not in shown
    assert found(colleague, **query) == ["Grace Hopper", "Ada Lovelace"]
    # The link to act on all signatures of the list contains only the filters, too.
    assert f'href="{MODERATE}?updates=false"' in shown


def test_after_twelve_hours_it_is_over(teams, people, browse):
    client = browse(people.river_manager)
    query = searched(client, TYPED)

    for hours, minutes, is_over in ((11, 59, False), (12, 0, True)):
        age = timedelta(hours=hours, minutes=minutes)
        TypedSearch.objects.update(made_at=timezone.now() - age)
        said = LOST in page(client, **query)
        rounds.searches.delete_old()
        assert (said, TypedSearch.objects.exists()) == (is_over, not is_over), age


def test_a_key_that_is_none_is_said_and_nothing_is_decided_by_it(teams, people, browse):
    client = browse(people.manager)

    for key in ("x", "0" * 22, "\u200b", "%", "a" * 500):
        client.cookies.pop("messages", None)  # as the page does that shows them
        shown = client.get(RESULTS, {"search": key}).content.decode()
        answer = {"moderation": "invalidated", "reason": "A flood", "typed": "2"}
        refused = client.post(f"{MODERATE}?{urlencode({'search': key})}", answer)

        assert LOST in shown, key
        assert "Nothing was done: the search behind this link" in said(client), key
        assert refused.status_code == 302, key
        assert not Decision.objects.exists(), key
    # The messages are read by the next page.
    assert "Nothing was done: the search behind this link" in page(client, search="x")


def test_all_that_a_search_finds_is_moderated_and_no_more(teams, people, browse):
    client = browse(people.manager)
    query = searched(client, TYPED)

    answer = {"moderation": "invalidated", "reason": "A flood"}
    client.post(f"{MODERATE}?{urlencode(query)}", answer)

    states = [teams.ada, teams.grace]
    for signature in states:
        signature.refresh_from_db()
    assert [signature.moderation for signature in states] == ["invalidated", ""]


def test_anything_can_be_typed(teams, people, browse):
    client = browse(people.manager)

    for typed in ("", "   ", "\0", "%", "\\", "x" * 5000, "�", "' OR 1=1 --"):
        answer = client.post(INDEX, {"typed": typed})
        query = answer.url.partition("?")[2]
        assert client.get(f"{RESULTS}?{query}").status_code == 200, typed
        if typed in ("\0", "x" * 5000, "' OR 1=1 --"):  # the whole page has it in its box
            assert client.get(f"{INDEX}?{query}").status_code == 200, typed
    again = client.post(f"{INDEX}?{query}", {"kind": "nonsense"})
    assert client.get(f"{RESULTS}?{again.url.partition('?')[2]}").status_code == 200
    assert client.post(INDEX, {"kind": "nonsense"}, follow=True).status_code == 200


def test_only_the_list_takes_what_is_typed(teams, people, browse):
    assert browse(people.manager).post(RESULTS, {"typed": TYPED}).status_code == 405
    assert not TypedSearch.objects.exists()


def test_without_the_module_of_the_database_the_screen_says_so(teams, people, browse, monkeypatch):
    client = browse(people.manager)
    query = searched(client, TYPED)
    lacking = "lacks the module pg_trgm"

    with_module = lacking in page(client, **query)
    monkeypatch.setattr(trigrams, "find_parts", lambda: False)

    assert (with_module, lacking in page(client, **query)) == (False, True)
    assert found(client, **query) == []
    assert lacking not in page(client, **searched(client, "example.org"))


def test_erasing_a_person_deletes_the_searches_and_no_backup_has_them(teams, people, browse):
    searched(browse(people.manager), "ada@example.org")

    erasing.erase("ada@example.org")

    assert not TypedSearch.objects.exists()
    hooks.discover()
    assert TypedSearch._meta.db_table in hooks.LEFT_OUT
