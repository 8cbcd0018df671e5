"""Misspelt words are corrected to words of stories, which are read once for each version."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import vocabulary
from tests.factories import make_article, make_campaign, make_petition
from tests.search.test_finding import ask, titles
from tests.search.test_stemming import write

pytestmark = pytest.mark.django_db

# A story with a word that is nowhere else, what somebody types, and the word.
WORDS = {
    "en": ("<p>It is the last <b>river</b> that flows.</p>", "rvier", "river"),
    "fr": ("<p>Les rivières coulent.</p>", "rivèires", "rivières"),
    "es": ("<p>Los ciudadanos firmaron.</p>", "ciudaadnos", "ciudadanos"),
    "de": ("<p>Gegen die Staudämme.</p>", "Staudäme", "staudämme"),
    "ru": ("<p>Строят плотины.</p>", "плтоины", "плотины"),
    "ar": ("<p>المواطنون يكتبون الرسائل</p>", "الراسئل", "الرسائل"),
}


def test_a_word_that_stands_in_stories_alone_is_corrected_in_each_language(client):
    for code, (story, _, _) in WORDS.items():
        write(code, story)

    found = {}
    for code, (_, typed, _) in WORDS.items():
        address = "/search/" if code == "en" else f"/{code}/search/"
        context = ask(client, address, query=typed).context
        found[code] = (context["corrected"], [result.title for result in context["results"]])

    assert found == {code: (meant, [f"In {code}"]) for code, (_, _, meant) in WORDS.items()}


def test_the_stories_are_read_once_for_each_version(client):
    campaign = make_campaign(title="One", body=[("text", "<p>A gorge.</p>")])
    make_campaign(make_petition(slug="two"), title="Two", body=[("text", "<p>A valley.</p>")])
    assert titles(client, "gorge") == ["One"]

    first, again = queries(client, "xylophone"), queries(client, "xylophone")
    campaign.body = [("text", "<p>A waterfall.</p>")]
    campaign.save_revision().publish()
    changed = queries(client, "xylophone")

    # The pages, their texts in three queries, and the petitions; then only the republished page.
    assert (first - again, changed - again) == (5, 2)
    assert (titles(client, "watrefall"), titles(client, "goreg")) == (["One"], [])


def queries(client: Client, typed: str) -> int:
    """How many queries a search needs that finds nothing."""
    with CaptureQueriesContext(connection) as found:
        assert titles(client, typed) == []
    return len(found)


def test_no_word_of_a_story_is_told_that_the_public_may_no_longer_read(client):
    body = [("text", "<p>A waterfall.</p>")]
    pages = [make_article(title=f"{n}", slug=f"a-{n}", body=body) for n in range(2)]
    assert ask(client, query="watrefall").context["corrected"] == "waterfall"

    pages[0].unpublish()
    pages[1].view_restrictions.create(restriction_type="login")

    assert ask(client, query="watrefall").context["corrected"] == ""


def test_of_many_pages_the_newest_lend_their_stories_and_the_others_their_titles(
    client, monkeypatch
):
    monkeypatch.setattr(vocabulary, "MOST_READ", 1)
    make_article(title="Snowfall", slug="a", body=[("text", "<p>A gorge.</p>")])
    make_article(title="New", slug="b", body=[("text", "<p>A waterfall.</p>")])

    typed = ["watrefall", "snwofall", "gogre"]
    meant = [ask(client, query=word).context["corrected"] for word in typed]

    assert meant == ["waterfall", "snowfall", ""]
