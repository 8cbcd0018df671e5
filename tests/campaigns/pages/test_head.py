"""The head of a campaign page in each state, and the film in the place of its picture."""

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError

from campaigns.counting import counting
from campaigns.models import State, Tally
from campaigns.petitions import immediate_actions
from tests.factories import (
    days_ago,
    make_campaign,
    make_image,
    make_petition,
    make_signature,
    make_translated_page,
    make_translation,
)

pytestmark = pytest.mark.django_db

FILM = "https://vimeo.com/1"


def test_every_state_has_one_head_with_title_ask_and_count(client):
    dates = {"closes_at": days_ago(1)}, {"opens_at": days_ago(-1)}
    closed, scheduled = (
        make_petition(title=str(index), **each) for index, each in enumerate(dates)
    )
    paused, won, opened = (make_petition(title=title) for title in ("paused", "won", "open"))
    immediate_actions.pause(paused, by=None)
    immediate_actions.declare_victory(won, by=None)
    pages = [make_campaign(each) for each in (closed, scheduled, paused, won, opened)]

    found = {}
    for page in pages:
        text = client.get(page.url).content.decode()
        head = re.split('<aside|<div class="story">', text.partition('<div class="head ')[2])[0]
        found[page.card_state] = [
            head.count(each) for each in ("<h1", page.petition.ask, 'class="count"', "<form")
        ]

    states = set(State) - {State.DRAFT, State.OPEN, State.SCHEDULED}
    others = {State.OPEN: [1, 1, 1, 1], State.SCHEDULED: [1, 1, 0, 0]}  # nobody could sign yet
    assert found == {state: [1, 1, 1, 0] for state in states} | others


def test_the_form_of_a_page_stands_once_wherever_its_petition_block_is(client):
    body = [("text", "<p>Before.</p>"), ("petition", {"petition": None}), ("text", "<p>End.</p>")]
    page = make_campaign(body=body)

    text = client.get(page.url).content.decode()

    assert [text.count(each) for each in ("<form", 'class="letter"')] == [1, 1]
    places = [text.index(each) for each in ("<form", "Before.", 'class="letter"', "End.")]
    assert places == sorted(places)


def test_the_picture_is_asked_for_before_all_others(client):
    page = make_campaign(listing_image=make_image(description="A river"))

    text = client.get(page.url).content.decode()

    head, _, body = text.partition("</head>")
    ahead = re.findall(r'as="image" type="image/avif" imagesrcset="([^"]+)"', head)
    drawn = re.findall(r'<source [^>]*srcset="([^"]+)" type="image/avif"', body)
    sizes = [[each.split()[0] for each in srcset.split(", ")] for srcset in (ahead[0], drawn[0])]
    assert sizes[0] == sizes[1]
    assert re.search(r'<img [^>]*alt="A river"[^>]*fetchpriority="high"', body) is not None


def test_a_translation_shows_the_picture_without_the_words_of_another_language(client):
    page = make_campaign(listing_image=make_image(description="A river"))
    russian = make_translated_page(page, make_translation(page.petition, "ru"))

    assert 'alt="A river"' not in client.get(russian.url).content.decode()


def test_a_film_plays_in_the_place_of_the_picture(client):
    page = make_campaign(listing_image=make_image(), film=FILM)

    text = client.get(page.url).content.decode()

    assert 'data-video="https://player.vimeo.com/video/1?dnt=1"' in text
    assert "which learns your IP address" in text


@pytest.mark.parametrize(
    ("film", "has_picture", "is_fine"),
    [
        ("", False, True),
        (FILM, True, True),
        (FILM, False, False),
        ("https://a.example", True, False),
    ],
)
def test_a_film_needs_a_known_site_and_a_picture(film, has_picture, is_fine):
    page = make_campaign()
    page.film, page.listing_image = film, make_image() if has_picture else None

    errors = {}
    try:
        page.full_clean()
    except ValidationError as error:
        errors = error.message_dict

    assert (errors == {}, set(errors) <= {"film"}) == (is_fine, True)


def test_a_won_page_has_a_full_drop_and_tells_of_handover_and_victory(client):
    petition = make_petition(goal=None, targets=[("target", {"name": "The mayor", "role": ""})])
    page = make_campaign(petition)
    immediate_actions.record_handover(petition, by=None)
    immediate_actions.declare_victory(petition, by=None, words="The dam is off.")

    text = client.get(page.url).content.decode()

    assert re.search(r'<span class="drop" aria-hidden="true"><progress max="1" value="1"', text)
    assert text.count("<p>The dam is off.</p>") == 2
    assert "The signatures were handed over to those who decide: The mayor." in text


def test_a_handover_whose_record_is_undone_is_no_longer_told(client):
    petition = make_petition()
    page = make_campaign(petition)
    texts = []
    for act in (immediate_actions.record_handover, immediate_actions.undo_handover):
        act(petition, by=None)
        cache.clear()
        texts.append(client.get(page.url).content.decode())

    assert ["The signatures were handed over" in text for text in texts] == [True, False]


def test_the_last_milestone_stands_beside_the_letter(client):
    petition = make_petition(goal=2)
    page = make_campaign(petition)
    make_signature(petition)
    make_signature(petition, email="b@example.org")
    counting.recount()
    assert Tally.objects.get().total == 2

    text = client.get(page.url).content.decode()

    assert "<b>2 signatures</b> on <time" in text


def test_the_caption_belongs_to_the_picture_of_the_page(client):
    petition = make_petition()
    page = make_campaign(petition, listing_image=make_image(), caption="Police in Kazan.")
    bare = make_campaign(make_petition(title="Bees"), title="Bees", caption="Nothing to see.")

    before = client.get(page.url).content.decode()
    immediate_actions.declare_victory(petition, by=None, picture=make_image(title="Joy"))
    cache.clear()
    after = client.get(page.url).content.decode()

    assert "<b>In the picture:</b> Police in Kazan." in before
    assert "Police in Kazan." not in after
    assert "Nothing to see." not in client.get(bare.url).content.decode()
