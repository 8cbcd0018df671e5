"""Suggestions while somebody types into the search: few, and only public ones."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.campaigns.public.test_bad_input import RAW
from tests.database import taken_back
from tests.factories import (
    make_article,
    make_campaign,
    make_home,
    make_petition,
    make_topic,
    make_translation,
)
from tests.search.test_bad_input import SEARCHES
from tests.search.test_finding import HIDE

pytestmark = pytest.mark.django_db


def ask(client: Client, query: str, address: str = "/search/suggestions/") -> HttpResponse:
    response = client.get(address, {"query": query})
    assert response.status_code == 200
    return response


def titles(client: Client, query: str, **where: str) -> list[str]:
    return [each["title"] for each in ask(client, query, **where).json()["suggestions"]]


def test_topics_pages_and_bare_petitions_are_suggested_with_what_they_are_and_where(client):
    topic = make_topic("Glaciers")
    campaign = make_campaign(title="The glacier", topics=[topic])
    petition = make_petition(title="Bare glacier")

    found = ask(client, "glac").json()

    assert found == {
        "suggestions": [
            {"kind": "Topic", "title": "Glaciers", "url": "/search/?topic=glaciers"},
            {"kind": "Campaign", "title": "The glacier", "url": campaign.url},
            {"kind": "Petition", "title": "Bare glacier", "url": petition.url_path()},
        ]
    }


def test_words_begin_so_and_one_letter_is_too_few(client):
    make_article(title="Snow in January")

    found = [titles(client, query) for query in ("s", "sn", "snow jan", "now", "january snow in")]

    assert found == [[], ["Snow in January"], ["Snow in January"], [], ["Snow in January"]]


def test_no_more_than_eight_are_suggested_in_a_number_of_queries_that_does_not_grow(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            ask(client, "snow")
        return len(found)

    make_article(title="Snow 0", slug="snow-0")
    queries()
    few = queries()
    for number in range(1, 10):
        make_article(title=f"Snow {number}", slug=f"snow-{number}")

    assert (len(titles(client, "snow")), queries()) == (8, few)


def test_a_language_suggests_its_own(client):
    petition = make_petition(title="Glacier")
    translation = make_translation(petition, "ru", title="Ледник")

    found = ask(client, "ледн", address="/ru/search/suggestions/").json()["suggestions"]

    assert [each["url"] for each in found] == [translation.url_path()]
    assert titles(client, "ледн") == []


def test_what_the_public_may_not_read_is_not_suggested(client):
    make_home()
    topic = make_topic("Glaciers")
    campaign = make_campaign(make_petition(title="Other"), title="Glacier", topics=[topic])
    article = make_article(title="Glacier news", topics=[topic])
    before = titles(client, "glacier")

    assert sorted(before) == ["Glacier", "Glacier news", "Glaciers"]
    for name, hide in HIDE.items():
        with taken_back():
            for page in (campaign, article):
                hide(page)
            assert titles(client, "glacier") == [], name


def test_odd_questions_are_answered(client):
    make_article()

    assert [type(titles(client, query)) for query in SEARCHES] == [list] * len(SEARCHES)


def test_bytes_that_are_no_text_are_answered(client):
    for raw in RAW:
        response = client.get("/search/suggestions/", QUERY_STRING=f"query=ab{raw.decode()}")
        assert response.status_code == 200, raw


def test_suggestions_are_the_same_for_everybody(client):
    response = ask(client, "snow")

    assert "public" in response["Cache-Control"]
    assert (response["Vary"], dict(response.cookies)) == ("Accept-Encoding", {})
