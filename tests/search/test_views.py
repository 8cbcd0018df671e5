"""The page of the search when nothing is asked, nothing is found, or the question is odd."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Petition
from tests.campaigns.public.test_bad_input import CORPUS, RAW
from tests.factories import (
    make_article,
    make_campaign,
    make_image,
    make_petition,
    make_topic,
    make_translation,
)
from tests.search.test_finding import ask

pytestmark = pytest.mark.django_db


# --- nothing asked, nothing found, odd questions ---


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


ODD = [
    *CORPUS,
    "a" * 10_000,
    "word " * 2000,
    "river & !dam | (wood",
    "river <-> dam:*",
    "'unclosed",
    '"unclosed',
    "-",
    "- - -",
    "\\",
    "river\\",
    ":*",
    "!!",
    "the",
    "💧",
    "river-dam",
    "l'eau",
]


@pytest.mark.parametrize(
    ("code", "names"),
    [("", ["query", "state", "topic", "page"]), ("fr/", ["query"]), ("ar/", ["query"])],
)
def test_odd_questions_are_answered(client, code, names):
    make_campaign(title="The dam", topics=[make_topic()])
    make_translation(Petition.objects.get(), "fr")
    make_translation(Petition.objects.get(locale__language_code="en"), "ar")

    statuses = {
        (name, text): client.get(f"/{code}search/", {"query": "dam", name: text}).status_code
        for name in names
        for text in ODD
    }

    assert {key: status for key, status in statuses.items() if status != 200} == {}


@pytest.mark.parametrize("raw", RAW)
def test_bytes_that_are_no_text_are_answered(client, raw):
    make_article()

    response = client.get("/search/", QUERY_STRING=f"query={raw.decode()}&topic={raw.decode()}")

    assert response.status_code == 200


# --- what it costs, and who may keep it ---


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
    [queries(**parameters) for parameters in asked]  # makes the pictures
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
