"""What is not complete is not sent to be translated, and a page never goes live without its own."""

import pytest
from wagtail.models import Locale

from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.translations.test_submitting import fresh
from tests.campaigns.cms.translations.test_translating import (
    begin,
    localize,
    page_edit_url,
    said,
    submit_url,
    translate_above,
    type_words,
)
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(russian):
    """A draft whose petition has no ask yet, below pages in both languages."""
    page = make_campaign(make_petition(live=False, ask=""), live=False, title="River")
    translate_above(page, russian)
    begin(page.get_parent().get_parent().specific, Locale.objects.create(language_code="fr"))
    return page


def test_a_page_whose_petition_is_not_complete_is_not_sent(page, russian, people, browse):
    first, second, third = (browse(people.editor) for _ in range(3))
    locales = {"locales": [russian.pk]}
    french = Locale.objects.get(language_code="fr")

    answers = [
        first.post(localize("submit_page_translation", page.pk), locales, follow=True),
        second.post(submit_url(page.petition), locales),
        third.post(
            localize("submit_page_translation", page.get_parent().pk),
            {"locales": [french.pk], "include_subtree": "on"},
        ),
    ]

    assert [said(answer) for answer in answers] == [
        [
            "Complete “Keep the river free” first: it cannot be translated as it is. "
            "ask: This field cannot be blank."
        ]
    ] * 3
    assert CampaignPage.objects.count() == 1
    assert not Petition.objects.exclude(locale=page.locale).exists()


def test_a_page_with_the_petition_of_the_original_is_not_published(
    teams, russian_page, russian, people, browse, django_capture_on_commit_callbacks
):
    translation = russian_page
    page = translation.get_target_instance()
    client = browse(people.moderator)
    type_words(client, translation)
    # As it was once, when a petition could not be copied.
    CampaignPage.objects.filter(pk=page.pk).update(petition=teams.ours)
    Petition.objects.filter(locale=russian).delete()

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page_edit_url(page), {"action": "publish"})

    assert said(response) == [
        "“Free the river” is not published in Russian. Still to be translated: petition."
    ]
    assert not fresh(page).live
