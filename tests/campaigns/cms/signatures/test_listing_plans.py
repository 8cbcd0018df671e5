"""No page of the list reads the whole table: filters have indexes, and pages need no OFFSET.

PostgreSQL plans the few rows of a test as it would plan many, since the list forbids it to read the
whole table (`campaigns.finding.paging`).
"""

import copy
import secrets
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.counting import arrivals, counting, surveying
from campaigns.finding import paging
from campaigns.models import Signature
from campaigns.signatures.email_keys import email_key
from tests.campaigns.cms.signatures.test_listing import INDEX, RESULTS, listed
from tests.factories import day, make_signature

FILTERS = {
    "state=quarantined": "moderated",
    "state=invalidated": "moderated",
    "state=pending": "Index",  # several indexes fit; PostgreSQL takes the smallest
    "state=anonymised": "anonymised_by_time",
    "reason=burst": "moderated_by_time",
    "country=IS": "signatures_by_trait",
    "language=en": "signatures_by_trait",
    "channel=embed": "signatures_by_trait",
    "framed_by=Shop.example.org": "signatures_by_trait",
    "updates=true": "signatures_by_trait",
    "source=News": "signatures_by_source",
    "signed_at_from={day}&signed_at_to={day}": "signatures_by_time",
}


def like(signature, number):
    """Store as many signatures with the same fields, by other people."""
    copies = [copy.copy(signature) for _ in range(number)]
    for each in copies:
        each.pk, name = Signature._meta.pk.get_default(), secrets.token_hex(8)
        each.email = f"{name}@example.org"
        each.email_key = email_key(each.tally_id, each.email)
    Signature.objects.bulk_create(copies)


@pytest.fixture
def many(teams):
    """Signatures of which each filter finds one, with up-to-date statistics of PostgreSQL."""
    made = [
        {"moderation": "quarantined", "moderation_reason": "burst"},
        {"moderation": "invalidated"},
        {"confirmed_at": None},
        {"country": "IS"},
        {"channel": "embed", "framed_by": "shop.example.org"},
        {"updates": True},
        {"source": "newsletter/spring"},
    ]
    long_ago = timezone.now() - timedelta(days=99)
    for number, fields in enumerate([*made, {}]):
        email = f"{number}@example.org"
        one = make_signature(teams.ours, email=email, **{"signed_at": long_ago, **fields})
    like(one, 49)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_signature")
    return teams


def explained(client, query, path=RESULTS):
    """The plans of the queries that find the page, and the names on it."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(f"{path}?{query}")
    found = [each["sql"] for each in captured if "FROM" in each["sql"]]
    texts = [sql for sql in found if sql.strip().startswith("WITH found") or "LIMIT 51" in sql]
    settings = paging.FETCHING if len(texts) == 1 else paging.WALKING
    plans = []
    for sql in texts:
        with paging.planned(settings if sql == texts[-1] else paging.FETCHING) as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans, listed(response)


def test_an_index_finds_what_a_filter_asks_for_and_no_page_counts_all_that_is_found(
    many, people, browse
):
    arrivals.roll_up()
    client = browse(people.administrator)

    for query, index in FILTERS.items():
        [plan], _names = explained(client, query.format(day=day()))
        assert index in plan, query
        assert "Seq Scan on campaigns_signature" not in plan, query
    [plan], _names = explained(client, f"petition={many.theirs.pk}", path=INDEX)
    assert "signatures_of_a_petition" in plan or "one_signature_a_household_slot" in plan
    assert "Seq Scan on campaigns_signature" not in plan

    with CaptureQueriesContext(connection) as captured:
        client.get(INDEX)
    ours = [each["sql"] for each in captured if 'FROM "campaigns_signature"' in each["sql"]]
    assert [sql for sql in ours if "OFFSET" in sql] == []
    assert [sql for sql in ours if "LIMIT" not in sql and " IN (" not in sql] == []


def test_of_many_a_page_is_walked_to_in_order_and_nothing_is_sorted(
    many, people, browse, monkeypatch
):
    monkeypatch.setattr(paging, "MOST", 10)
    client, found = browse(people.administrator), {}

    for place in ("", "last", "after.1893456000000000." + "f" * 32):
        plans, found[place] = explained(client, f"p={place}")
        of_one, _names = explained(client, f"petition={many.ours.pk}&country=IS&p={place}")

        assert len(plans) == 2, place
        assert len(found[place]) > 40, place
        assert "signatures_by_time" in plans[1], place
        sorting = [line for line in plans[1].splitlines() if "Sort  (" in line]
        assert not [line for line in sorting if "Incr" not in line], place
        assert "Seq Scan on campaigns_signature" not in "".join([plans[1], *of_one]), place
    # Once a survey has counted so many, the view does not try to count them.
    surveying.survey()
    for place, names in found.items():
        plans, surveyed = explained(client, f"p={place}")
        assert (len(plans), surveyed) == (1, names), place


def test_what_is_known_of_a_source_or_a_country_is_not_counted_again(
    many, people, browse, monkeypatch
):
    monkeypatch.setattr(paging, "MOST", 10)
    fields = {"country": "IS", "source": "newsletter/spring"}
    like(make_signature(many.ours, email="spring@example.org", **fields), 59)
    client = browse(people.administrator)
    queries = ["source=Newsletter"]
    for typed in ("source=newsletter/spring", "Iceland"):
        queries.append(client.post(INDEX, {"typed": typed}).url.partition("?")[2])
    before = {query: explained(client, query) for query in queries}

    surveying.survey()
    counting.recount()
    arrivals.roll_up()

    for query, (counted, names) in before.items():
        plans, then = explained(client, query)
        assert (len(counted), len(plans)) == (2, 1), query
        assert then == names, query
