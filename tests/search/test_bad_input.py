"""The search answers whatever is typed into it or into its URL."""

import pytest

from campaigns.models import Petition
from tests.campaigns.public.test_bad_input import CORPUS, RAW
from tests.factories import make_article, make_campaign, make_topic, make_translation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads_once")]

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
    [
        ("", ["query"]),
        ("", ["state", "topic", "page"]),  # at once: each is read regardless of the others
        ("fr/", ["query"]),
        ("ar/", ["query"]),
    ],
)
def test_odd_questions_are_answered(client, code, names):
    make_campaign(title="The dam", topics=[make_topic()])
    make_translation(Petition.objects.get(), "fr")
    make_translation(Petition.objects.get(locale__language_code="en"), "ar")

    statuses = {
        text: client.get(
            f"/{code}search/", {"query": "dam", **dict.fromkeys(names, text)}
        ).status_code
        for text in ODD
    }

    assert {key: status for key, status in statuses.items() if status != 200} == {}


@pytest.mark.parametrize("raw", RAW)
def test_bytes_that_are_no_text_are_answered(client, raw):
    make_article()

    response = client.get("/search/", QUERY_STRING=f"query={raw.decode()}&topic={raw.decode()}")

    assert response.status_code == 200
