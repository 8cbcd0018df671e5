"""A campaign is found by the words of its letter, and misspelt words are forgiven."""

import pytest

from tests.factories import (
    make_article,
    make_campaign,
    make_petition,
    make_topic,
    make_translation,
)
from tests.search.test_finding import ask, titles

pytestmark = pytest.mark.django_db

LETTER = {
    "salutation": "Dear Ms Okafor,",
    "opening": "The fines are ruinous.",
    "demands": [("demand", "let them hold up a placard")],
    "close": "Let them whistle.",
    "targets": [("target", {"name": "Ada Okafor", "role": "Minister for Energy"})],
}


def test_a_campaign_is_found_by_its_letter_demands_and_addressees(client):
    make_campaign(make_petition(**LETTER), title="Let them speak")
    make_article(title="News")

    for words in (
        *("ruinous", "placards", "Minister for Energy", "Okafor"),
        *("whistling", "ruinous placard"),
    ):
        assert titles(client, words) == ["Let them speak"], words


def test_a_petition_without_a_page_is_found_by_its_letter(client):
    make_petition(title="Bare", **LETTER)

    assert titles(client, "placard") == ["Bare"]


def test_each_language_has_its_own_letter_and_rules(client):
    petition = make_petition(**LETTER)
    make_campaign(petition, title="Let them speak")
    make_translation(petition, "de", title="Lasst sie reden", opening="Hohe Geldstrafen drohen.")

    german = ask(client, "/de/search/", query="Geldstrafe").context["results"]

    assert [result.title for result in german] == ["Lasst sie reden"]
    assert titles(client, "Geldstrafen") == []


def test_what_the_public_may_not_read_is_not_found_by_its_letter(client):
    make_campaign(make_petition(slug="hidden", **LETTER), title="Hidden", live=False)
    make_petition(slug="draft", title="Draft", live=False, **LETTER)
    page = make_campaign(make_petition(slug="private", **LETTER), title="Private")
    page.view_restrictions.create(restriction_type="login")

    assert titles(client, "ruinous") == [
        "Keep the river free"
    ]  # the petition is public, and its page is not


def test_the_letter_respects_the_state_and_the_topic(client):
    make_campaign(make_petition(**LETTER), title="On topic", topics=[make_topic()])
    make_campaign(make_petition(slug="other", **LETTER), title="Off topic")

    assert titles(client, "placard", topic="rivers") == ["On topic"]
    assert sorted(titles(client, "placard", state="open")) == ["Off topic", "On topic"]
    assert titles(client, "placard", state="won") == []


def test_a_misspelt_word_is_forgiven_and_said(client):
    make_campaign(
        make_petition(**LETTER), title="Let them speak", listing_summary="A gorge's river"
    )

    for typed, meant in {
        "ruinuos": "ruinous",  # two letters have changed places
        "placrd": "placard",
        "minster for energy": "minister for energy",
        "Okafer": "okafor",
        "gorge's rvier": "gorge's river",
    }.items():
        response = ask(client, query=typed)

        assert [result.title for result in response.context["results"]] == ["Let them speak"]
        assert response.context["corrected"] == meant
        told = f"These results contain “{meant.replace(chr(39), '&#x27;')}”."
        assert told in response.content.decode()


def test_what_is_like_no_word_stays_as_it_is(client):
    make_campaign(make_petition(**LETTER), title="A dam")

    for typed in ("dmo", "xylophone", "placid", "🌊", "100000"):
        response = ask(client, query=typed)

        assert response.context["found"] == 0, typed
        assert f"Nothing found for “{typed}”" in response.content.decode()


def test_no_word_is_told_of_what_the_public_may_not_read(client):
    make_petition(live=False, title="Unpublished secrets")
    make_campaign(make_petition(slug="other"), title="Whispering", live=False)

    assert ask(client, query="secrats whisparing").context["found"] == 0


def test_russian_words_are_corrected_as_well(client):
    petition = make_petition()
    make_translation(petition, "ru", title="Строительство плотины")

    response = ask(client, "/ru/search/", query="плтоины")

    assert [result.title for result in response.context["results"]] == ["Строительство плотины"]
