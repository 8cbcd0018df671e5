"""What the public reads about a victory: its text, its day, its picture, and the goal reached."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file

from campaigns.counting.progress import Progress, last_rung
from campaigns.models import CustomImage, Petition, Tally
from campaigns.petitions import immediate_actions
from campaigns.petitions.settings import PetitionSettings
from tests.factories import make_campaign, make_petition, make_translation

pytestmark = pytest.mark.django_db

WORDS = "The dam is off.\n\nThank you."


@pytest.fixture
def picture():
    file = get_test_image_file(filename="dam.png")
    return CustomImage.objects.create(
        title="The dam", description="The empty valley.", credit="© Ada", file=file
    )


def test_the_page_shows_what_was_filled_in(client, picture):
    petition = make_petition()
    make_campaign(petition)
    day = timezone.localdate() - timedelta(days=3)
    immediate_actions.declare_victory(petition, by=None, words=WORDS, day=day, picture=picture)

    pages = [client.get(petition.url_path()), client.get("/campaigns/keep-the-river-free/")]

    for page in (each.content.decode() for each in pages):
        assert "<p>The dam is off.</p>" in page
        assert 'alt="The empty valley."' in page
        assert "© Ada" in page
        assert f'datetime="{day.isoformat()}"' in page


def test_another_language_shows_its_own_words(client):
    petition = make_petition()
    french = make_translation(petition, "fr", won_notice="Gagné, le barrage est abandonné.")
    immediate_actions.declare_victory(petition, by=None, words=WORDS)

    page = client.get(french.url_path()).content.decode()

    assert "Gagné, le barrage" in page
    assert "The dam is off." not in page


def test_undoing_the_victory_takes_its_words_away(picture):
    petition = make_petition()
    today = timezone.localdate()
    immediate_actions.declare_victory(petition, by=None, words=WORDS, day=today, picture=picture)

    immediate_actions.undo_victory(petition, by=None)

    tally = Tally.objects.get()
    shown = (tally.won_at, tally.won_words, tally.won_on, tally.won_image)
    assert shown == (None, "", None, None)


@pytest.mark.parametrize(
    ("total", "rung"), [(99, 0), (100, 100), (199, 100), (3412, 2000), (5000, 5000)]
)
def test_the_last_round_number(total, rung):
    assert last_rung(total) == rung


@pytest.mark.parametrize(
    ("total", "rises", "goal"),
    [(299, True, None), (300, True, 300), (3412, True, 2000), (3412, False, 300)],
)
def test_a_won_page_shows_the_goal_that_was_reached(total, rises, goal):
    petition = Petition(collection_id=1, goal=300, goal_rises=rises)

    assert PetitionSettings.shown_at(petition, total, is_won=True) == Progress(total, goal)


def test_the_goal_no_longer_rises_after_the_victory(client):
    petition = make_petition(goal=1000)
    Tally.objects.update(total=3412)
    before = client.get(petition.url_path()).content.decode()

    immediate_actions.declare_victory(petition, by=None)

    after = client.get(petition.url_path()).content.decode()
    rising = "of <span data-goal>5,000</span>" in before, "<b data-left>1,588</b> to go" in before
    assert (*rising, "Goal reached: 2,000" in after) == (True, True, True)
