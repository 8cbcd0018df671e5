"""The page of the search without a query, without results, or with an odd query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_article,
    make_campaign,
    make_image,
    make_petition,
    make_topic,
)
from tests.search.test_finding import ask

pytestmark = pytest.mark.django_db


def test_nothing_asked_and_nothing_found_show_where_one_can_sign(client):
    make_campaign(title="The dam", topics=[make_topic()])

    asked, found = (ask(client, query=query).content.decode() for query in ("", "zzzz"))

    assert ("The dam" in asked, "The dam" in found) == (True, True)
    assert ("zzzz" in asked, "zzzz" in found) == (False, True)
    assert "?topic=rivers" in asked


def test_where_nothing_has_all_the_words_some_of_them_will_do(client):
    make_article(title="Snow")

    response = ask(client, query="snow glacier")

    assert [result.title for result in response.context["results"]] == ["Snow"]
    assert "some of them" in response.content.decode()


def test_a_language_nobody_writes_in_finds_nothing(client):
    make_article(title="Snow")

    response = ask(client, "/ar/search/", query="snow")

    assert "found" not in response.context


# --- queries and caching ---


def test_many_results_take_as_many_queries_as_few(client):
    def queries(**parameters: str) -> int:
        with CaptureQueriesContext(connection) as found:
            ask(client, **parameters)
        return len(found)

    def make(number: int) -> None:
        campaign = {"title": f"Dam {number}", "listing_image": make_image(), "topics": [topic]}
        make_campaign(make_petition(title=f"P {number}"), **campaign)
        make_article(title=f"Dam news {number}", slug=f"n-{number}", topics=[topic])
        make_petition(title=f"Bare dam {number}")

    topic = make_topic()
    asked = [{"query": "dam"}, {"topic": "rivers"}, {"state": "open"}]
    make(0)
    [queries(**parameters) for parameters in asked]  # makes the renditions
    few = [queries(**parameters) for parameters in asked]
    for number in (1, 2):
        make(number)
    [queries(**parameters) for parameters in asked]

    assert [queries(**parameters) for parameters in asked] == few


def test_results_are_the_same_for_everybody(client):
    make_campaign(title="The dam")

    response = ask(client, query="dam")

    assert "public" in response["Cache-Control"]
    assert (response["Vary"], dict(response.cookies)) == ("Accept-Encoding", {})
