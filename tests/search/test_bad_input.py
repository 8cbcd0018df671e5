"""The search answers whatever is typed into it or into its URL."""

from itertools import zip_longest

import pytest

from campaigns.models import Petition
from tests.campaigns.public.test_bad_input import CORPUS, RAW
from tests.factories import make_article, make_campaign, make_topic, make_translation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads_once")]

# What looks like PostgreSQL's or our own language of a search, or is a rule of some language.
SEARCHES = [
    "a" * 100_000,
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
ODD = [*CORPUS, *SEARCHES]
# What looks like the number of a page, or is too long for one.
NUMBERS = ["", " ", "0", "-1", "+1", "9" * 30, "1.5", "１", "None", "a" * 2000]


def test_odd_questions_are_answered(client):
    make_campaign(title="The dam", topics=[make_topic()])
    make_translation(Petition.objects.get(), "fr")
    make_translation(Petition.objects.get(locale__language_code="en"), "ar")
    # Each of state, topic and page is read regardless of the others. Other languages have other
    # rules about the words of a search, not about what is none.
    words = [text for text in SEARCHES if any(map(str.isalpha, text))]
    asked = [
        *(("", {"query": text, "state": text, "topic": text, "page": text}) for text in ODD),
        *(
            ("fr/", {"query": text, "page": number})
            for text, number in zip_longest(words, NUMBERS, fillvalue="dam")
        ),
        *(("ar/", {"query": text}) for text in words),
    ]

    failed = [
        (code, parameters)
        for code, parameters in asked
        if client.get(f"/{code}search/", parameters).status_code != 200
    ]

    assert failed == []


def test_bytes_that_are_no_text_are_answered(client):
    make_article()

    for raw in RAW:
        text = raw.decode()
        response = client.get("/search/", QUERY_STRING=f"query={text}&topic={text}&page={text}")

        assert response.status_code == 200, raw
