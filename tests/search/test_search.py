"""One search over what the public may read."""

import pytest

from tests.factories import make_article, make_campaign, make_petition

pytestmark = pytest.mark.django_db


def titles(client, query: str) -> list[str]:
    response = client.get("/search/", {"query": query})
    assert response.status_code == 200
    return [result.title for result in response.context["results"]]


def test_stories_are_found_by_their_words(client):
    make_article(title="Snow", body=[("text", "<p>A fight with snowballs.</p>")])

    assert titles(client, "snowballs") == ["Snow"]


def test_a_petition_without_a_page_is_found_and_one_with_a_page_only_once(client):
    make_petition(title="Bare glacier")
    make_campaign(make_petition(title="Other glacier"), title="The other glacier")

    assert sorted(titles(client, "glacier")) == ["Bare glacier", "The other glacier"]


def test_drafts_and_pages_for_members_are_not_found(client):
    make_petition(title="Glacier in draft", live=False)
    make_article(title="Glacier draft", live=False)
    make_article(title="Glacier for members").view_restrictions.create(restriction_type="login")

    assert titles(client, "glacier") == []


def test_nothing_asked_and_nothing_found_are_told_apart(client):
    make_article()

    asked, found = (client.get("/search/", {"query": query}) for query in ("", "zzzz"))

    assert asked.content != found.content
    assert "zzzz" in found.content.decode()
