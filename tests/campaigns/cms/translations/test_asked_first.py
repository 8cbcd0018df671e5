"""“Publish immediately” asks the same questions as publishing a translation in its editor."""

import pytest
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail_localize.models import Translation

from campaigns.cms.petitions.changes import explain_url
from campaigns.petitions import publishing
from tests.campaigns.cms.translations.test_submitting import fresh
from tests.campaigns.cms.translations.test_translating import page_edit_url
from tests.campaigns.cms.translations.test_translating_markup import put
from tests.database import taken_back
from tests.factories import make_signature

pytestmark = pytest.mark.django_db


def test_a_page_waits_for_the_question_about_its_petition_and_is_published_once_that_is_public(
    teams, russian_page, russian_words, people, browse, synchronise
):
    translation = russian_page
    page = translation.get_target_instance()
    client, colleague = browse(people.moderator), browse(people.editor)
    of_petition = Translation.objects.get(source__object=teams.ours.translation_key)

    said, links = synchronise(people.moderator, translation)

    assert "“Free the river” is not published in Russian yet. Please answer a question" in said
    assert links == [reverse("publish_page_with_petition", args=[page.pk])]
    assert fresh(page).get_latest_revision_as_object().title == "[ru] Free the river"
    assert not fresh(page).live
    with taken_back():
        # What is translated otherwise while the question stands open is not published.
        segment = of_petition.source.stringsegment_set.get(context__path="opening")
        path = client.post(page_edit_url(page), {"action": "publish"}).url
        seen = client.get(path).context["form"]["seen"].value()
        put(colleague, "edit_string_translation", of_petition, segment, "Иначе")
        response = client.post(path, {"publish": "both", "seen": seen})
        assert response.status_code == 409
        assert "was changed in the meantime, and nothing was done." in response.content.decode()
        assert (fresh(page).live, fresh(page.petition).live) == (False, False)

    for each in (of_petition, translation):
        synchronise(people.moderator, each)
    page = translation.get_target_instance()
    assert (page.live, page.petition.live, page.title) == (True, True, "[ru] Free the river")
    published = registry.get_logs_for_instance(page).get(action="wagtail.publish")
    assert published.user == people.moderator


def test_a_change_of_what_people_have_signed_waits_for_its_reason(
    teams, russian_petition, russian_words, people, browse, synchronise
):
    translation = russian_petition
    petition = translation.get_target_instance()
    client = browse(people.moderator)
    publishing.publish(petition, by=people.moderator)
    make_signature(fresh(petition), email="boris@example.org")
    segment = translation.source.stringsegment_set.get(context__path="opening")
    put(client, "edit_string_translation", translation, segment, "Иначе")

    said, links = synchronise(people.moderator, translation)

    assert "“[ru] Free the river” is not published in Russian yet. Please answer a" in said
    assert links == [explain_url(petition)]
    assert fresh(petition).opening == f"[ru] {teams.ours.opening}"
    assert fresh(petition).get_latest_revision_as_object().opening == "Иначе"
