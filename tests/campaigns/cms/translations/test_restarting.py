"""A translation that was stopped, written by hand, and started again."""

import pytest
from wagtail.models import Page

from campaigns.models import ArticlePage
from tests.campaigns.cms.translations.test_translating import (
    begin,
    localize,
    page_edit_url,
    said,
    translate_above,
    type_words,
)
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_what_was_written_by_hand_is_replaced_and_the_cms_warns_of_it(
    people, russian, browse, django_capture_on_commit_callbacks
):
    article = make_article(title="Snow")
    translate_above(article, russian, live=True)
    translation = begin(article, russian)
    Page.objects.filter(locale=russian).update(live=True)
    client = browse(people.moderator)
    type_words(client, translation, in_editor=True)
    url = page_edit_url(translation.get_target_instance())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"action": "publish"})
    client.post(localize("stop_translation", translation.pk))
    page = translation.get_target_instance()
    page.title = "Снег"
    page.save_revision().publish()

    started = client.post(url, {"localize-restart-translation": "1"}, follow=True)
    still = ArticlePage.objects.get(pk=page.pk).title
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"action": "publish"})

    assert said(started)[-2] == (
        "The translation “Снег” is made from the sentences below again. What was written by hand "
        "after the translation was stopped is not among them, and publishing replaces it. To keep "
        "it, type it into the sentences, or press “Stop Synced translation”."
    )
    assert (still, ArticlePage.objects.get(pk=page.pk).title) == ("Снег", "[ru] Snow")


def test_of_a_translation_that_was_never_stopped_nothing_is_said(people, russian, browse):
    article = make_article()
    translate_above(article, russian)
    translation = begin(article, russian)
    url = page_edit_url(translation.get_target_instance())

    client = browse(people.moderator)
    response = client.post(url, {"localize-restart-translation": "1"}, follow=True)

    assert said(response) == []
