"""A translated text that is too long for its field: the translator reads the reason beside it."""

import pytest
from wagtail_localize.models import StringTranslation

from campaigns.petitions import publishing
from tests.campaigns.cms.translations.begun import begin_page, type_all
from tests.campaigns.cms.translations.test_submitting import SUBMIT, fresh, states
from tests.campaigns.cms.translations.test_translating import (
    begin,
    edit_url,
    localize,
    page_edit_url,
    said,
    type_words,
)
from tests.campaigns.cms.translations.test_translating_markup import put
from tests.factories import make_article, make_petition, make_signature, make_topic

pytestmark = pytest.mark.django_db
PUBLISH = {"action": "publish"}
TOO_LONG = "Ensure this value has at most %s characters (it has %s)."


def typed(client, translation, path, text):
    """Type one text; return the error beside it."""
    segment = translation.source.stringsegment_set.get(context__path=path)
    return put(client, "edit_string_translation", translation, segment, text)


def stored(path, text):
    """A text that was stored before its length was examined."""
    StringTranslation.objects.filter(context__path=path).update(data=text)


def test_the_reason_is_shown_beside_the_text(people, russian, browse):
    topic, petition = make_topic("Rivers"), make_petition(button="Sign")
    article = begin_page(make_article(), russian)
    client = browse(people.administrator)

    errors = [
        typed(client, begin(topic, russian), "title", "Ж" * 90),
        typed(client, begin(petition, russian), "button", "Ж" * 61),
        typed(client, article, "listing_summary", "Ж" * 256),
        # The characters count as readers see them.
        typed(client, article, "listing_summary", "&amp;" * 255),
    ]

    assert errors == [TOO_LONG % (60, 90), TOO_LONG % (60, 61), TOO_LONG % (255, 256), None]


def test_a_page_with_a_text_that_is_too_long_is_not_published(
    people, russian, browse, django_capture_on_commit_callbacks
):
    translation = begin_page(make_article(), russian)
    page = translation.get_target_instance()
    moderator, editor = browse(people.moderator), browse(people.editor)
    type_all(moderator)
    stored("listing_summary", "Ж" * 300)
    sync = localize("update_translations", translation.source_id)

    with django_capture_on_commit_callbacks(execute=True):
        found = [
            *said(moderator.post(page_edit_url(page), PUBLISH)),
            *said(browse(people.moderator).post(sync, {"publish_translations": "on"}))[1:],
            *said(editor.post(page_edit_url(page), SUBMIT)),
        ]

    problem = f"To be corrected: summary: {TOO_LONG % (255, 300)}"
    assert found == [
        f"“Snow in January” is not published in Russian. {problem}",
        f"“Snow in January” is not published in Russian. {problem}",
        f"The translation of “Snow in January” into Russian is not submitted. {problem}",
    ]
    assert (fresh(page).live, states(page)) == (False, [[]])


def test_a_signed_petition_with_a_title_that_is_too_long_is_not_published(
    russian_petition, russian_words, people, browse
):
    petition = russian_petition.get_target_instance()
    publishing.publish(petition, by=people.moderator)
    make_signature(fresh(petition), email="boris@example.org")
    stored("title", "Ж" * 200)

    response = browse(people.moderator).post(edit_url(petition), PUBLISH)

    assert said(response) == [
        "“[ru] Free the river” is not published in Russian. To be corrected: title: "
        + TOO_LONG % (160, 200)
    ]


def test_who_publishes_or_submits_is_led_to_the_reasons(people, russian, browse):
    translation = begin(make_petition(button="Sign"), russian)
    petition = translation.get_target_instance()
    moderator, editor = browse(people.moderator), browse(people.editor)
    type_words(moderator, translation)
    typed(moderator, translation, "button", "Ж" * 61)

    found = [
        *said(moderator.post(edit_url(petition), PUBLISH)),
        *said(editor.post(edit_url(petition), SUBMIT)),
    ]

    reasons = "Some texts that were typed cannot be used: the reason is shown beside each."
    problem = f"Still to be translated: button. {reasons}"
    assert found == [
        f"The petition “Keep the river free” is not published in Russian. {problem}",
        f"The translation of “Keep the river free” into Russian is not submitted. {problem}",
    ]
