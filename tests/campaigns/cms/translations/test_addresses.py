"""The slug of a translated page: that of its original if it is free, and stable."""

import pytest
from django.urls import reverse

from campaigns.models import CampaignPage
from tests.campaigns.cms.browsing import answer
from tests.campaigns.cms.translations.begun import begin_page, type_all
from tests.campaigns.cms.translations.test_submitting import SUBMIT, fresh, states
from tests.campaigns.cms.translations.test_translating import (
    begin,
    page_edit_url,
    said,
    translate_above,
)
from tests.factories import make_article, make_campaign, make_home, make_petition

pytestmark = pytest.mark.django_db
PUBLISH = {"action": "publish"}


def test_the_home_page_is_submitted(people, russian, browse):
    page = begin(make_home(), russian).get_target_instance()
    client = browse(people.editor)
    type_all(client)

    response = client.post(page_edit_url(page), SUBMIT)

    assert said(response) == ["The translation “Home” has been submitted for moderation."]
    assert states(page) == [["in_progress"]]


@pytest.fixture
def taken(teams, russian):
    """A translated page whose slug another page in its language has."""
    page = make_campaign(teams.ours)
    translate_above(page, russian)
    index = page.get_parent().get_translation(russian)
    index.add_child(
        instance=CampaignPage(
            title="Born",
            slug=page.slug,
            locale=russian,
            petition=make_petition(title="Other", locale="ru", slug="other"),
        )
    )
    return begin(page, russian).get_target_instance()


def test_a_page_whose_address_is_taken_is_published_with_the_question(
    taken, people, browse, django_capture_on_commit_callbacks
):
    client = browse(people.moderator)
    type_all(client)

    asked = client.post(page_edit_url(taken), PUBLISH, follow=True)
    with django_capture_on_commit_callbacks(execute=True):
        answer(client, reverse("publish_page_with_petition", args=[taken.pk]), publish="both")

    assert asked.resolver_match.view_name == "publish_page_with_petition"
    page = fresh(taken)
    assert (page.live, page.petition.live, page.slug) == (True, True, taken.slug)


def test_an_address_without_latin_letters_stays(
    people, russian, browse, django_capture_on_commit_callbacks
):
    page = begin_page(make_article(slug="снег"), russian).get_target_instance()
    client = browse(people.moderator)
    type_all(client)
    found = [page.slug]
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page_edit_url(page), PUBLISH)
        found.append(fresh(page).slug)

    assert fresh(page).live
    assert found == ["снег"] * 3
