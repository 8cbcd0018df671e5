"""“Publish immediately” never changes the default texts with which people have signed."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from campaigns.models import DefaultTexts
from tests.campaigns.cms.translations.test_submitting import fresh
from tests.campaigns.cms.translations.test_translating import begin
from tests.campaigns.cms.translations.test_translating_markup import put
from tests.factories import make_signature, make_translation

pytestmark = pytest.mark.django_db
PUBLIC = "Держите меня в курсе."


@pytest.fixture
def translation(russian, people, browse):
    """Default texts whose “keep me informed” was translated and published, and then changed."""
    english = DefaultTexts.objects.create(
        locale=Locale.get_default(), updates_label="Keep me posted."
    )
    translation = begin(english, russian)
    put_label(browse(people.moderator), translation, PUBLIC)
    translation.save_target()
    english.updates_label = "Tell me more."
    english.save()
    return translation


def put_label(client, translation, text):
    segment = translation.source.stringsegment_set.get(context__path="updates_label")
    put(client, "edit_string_translation", translation, segment, text)


def test_a_text_whose_original_has_changed_stays_until_it_is_translated(
    translation,
    people,
    synchronise,
):
    said, _links = synchronise(people.moderator, translation)

    assert said.startswith("“Default texts: Russian” is not published in Russian. Still to be")
    assert translation.get_target_instance().updates_label == PUBLIC


def test_a_text_with_which_people_have_signed_is_published_in_its_form(
    translation,
    teams,
    people,
    browse,
    synchronise,
):
    petition = make_translation(teams.ours, "ru")
    make_signature(fresh(petition), email="boris@example.org")
    translation.source.update_from_db()
    put_label(browse(people.moderator), translation, "Сообщайте мне новости.")
    target = translation.get_target_instance()
    url = reverse("wagtailsnippets_campaigns_defaulttexts:edit", args=[target.pk])

    said, links = synchronise(people.moderator, translation)
    asked = browse(people.moderator).post(url, {"action": "publish"})

    assert "because people have signed with these texts." in said
    assert links == [url]
    assert fresh(target).updates_label == PUBLIC
    assert "This text is part of petitions that people have signed" in asked.content.decode()


def test_a_text_with_which_nobody_has_signed_is_published(
    translation,
    people,
    browse,
    synchronise,
):
    translation.source.update_from_db()
    put_label(browse(people.moderator), translation, "Сообщайте мне новости.")

    synchronise(people.moderator, translation)

    assert translation.get_target_instance().updates_label == "Сообщайте мне новости."
