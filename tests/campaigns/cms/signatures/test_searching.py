"""A search reads every signature: it is done once, and sent once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.cms.signatures.listing import SignatureIndexView
from campaigns.models import Signature
from tests.factories import make_signature

INDEX = reverse("signatures_modeladmin_index")
RESULTS = reverse("signatures_modeladmin_results")


@pytest.fixture
def five(teams, monkeypatch):
    """Five signatures that a search for “example.org” finds, two on a page."""
    monkeypatch.setattr(SignatureIndexView, "paginate_by", 2)
    for number in range(4):
        make_signature(teams.ours, name=f"Signer {number}", email=f"{number}@example.org")


def asked(client, address, **query):
    """(the names, the number of all, the queries that search, the other queries of signatures)"""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, query)
    ours = [each["sql"] for each in captured if 'FROM "campaigns_signature"' in each["sql"]]
    searching = [sql for sql in ours if " LIKE " in sql]
    names = [signature.name for signature in response.context["object_list"]]
    count = response.context["paginator"].count
    return names, count, len(searching), len(ours) - len(searching)


@pytest.mark.parametrize("address", [INDEX, RESULTS])
def test_one_query_searches_and_one_reads_the_page_by_its_keys(address, five, people, browse):
    client = browse(people.river_manager)

    assert asked(client, address, q="example.org") == (["Signer 3", "Signer 2"], 5, 1, 1)
    assert asked(client, address, q="example.org", p=2) == (["Signer 1", "Signer 0"], 5, 1, 1)
    assert asked(client, address, q="example.org", p=3) == (["Ada Lovelace"], 5, 1, 1)
    assert asked(client, address, q="signer 1") == (["Signer 1"], 1, 1, 1)
    assert asked(client, address, q="nobody") == ([], 0, 1, 0)


def test_the_order_and_the_filters_hold_for_a_search_too(five, people, browse):
    client = browse(people.river_manager)
    Signature.objects.filter(name="Signer 2").update(country="AR")

    in_order = asked(client, RESULTS, q="example.org", ordering="pk")
    filtered = asked(client, RESULTS, q="example.org", country="AR")

    assert in_order[:2] == (["Ada Lovelace", "Signer 0"], 5)
    assert filtered[:2] == (["Signer 2"], 1)
    assert asked(client, RESULTS, q="example.org", state="nonsense")[:2] == ([], 0)
    assert asked(client, RESULTS, q="grace")[:2] == ([], 0)  # of another team


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("0", "Signer 3"), ("-1", "Signer 3"), ("x", "Signer 3"), ("", "Signer 3")]
    + [(number, "Ada Lovelace") for number in ("4", "99", "9" * 40)],
)
def test_a_page_that_there_is_not_is_the_first_or_the_last(typed, shown, five, people, browse):
    found = asked(browse(people.river_manager), RESULTS, q="example.org", p=typed)

    assert (found[0][0], found[1]) == (shown, 5)


def test_the_pages_lead_on_with_what_was_searched_for(five, people, browse):
    page = browse(people.river_manager).get(INDEX, {"q": "example.org", "p": "2"})

    assert "Page 2 of 3" in page.content.decode()
    assert "q=example.org" in page.content.decode()
    assert "js/searching" in page.content.decode()
