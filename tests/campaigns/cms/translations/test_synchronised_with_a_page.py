"""“Sync translated pages” brings the translations of the page's petition up to date, too."""

import pytest
from wagtail_localize.models import Translation

from campaigns.models import Petition
from campaigns.petitions import publishing, translating
from tests.campaigns.cms.translations.test_translating import edit_url, localize, said
from tests.campaigns.cms.translations.test_translating_markup import put

pytestmark = pytest.mark.django_db
IMMEDIATELY = {"publish_translations": "on"}


@pytest.fixture
def translation(teams, russian_page, russian_words, people):
    """A page that is public in two languages with its petition, of which one text has changed."""
    page = russian_page.get_target_instance()
    publishing.publish(page.petition, by=people.moderator)
    translating.take_over(page, by=people.moderator)
    publishing.publish_page(russian_page.get_target_instance(), by=people.moderator)
    assert russian_page.get_target_instance().live
    teams.ada.delete()  # who has signed other words
    teams.ours.close = "Now."
    teams.ours.save_revision().publish()
    return russian_page


def petition_of(translation):
    key = translation.get_target_instance().petition.translation_key
    return Translation.objects.get(source__object=key)


def texts(translation):
    rows = translation.source.stringsegment_set.order_by("order")
    return [text for text in rows.values_list("string__data", flat=True) if text == "Now."]


def test_what_is_new_in_the_petition_is_translated_and_both_are_published(
    translation, teams, people, translator, browse, django_capture_on_commit_callbacks
):
    client = browse(people.moderator)
    url = localize("update_translations", translation.source_id)

    # The petition of another team stays as it was sent.
    Petition.objects.update(collection=teams.forest)
    browse(translator).post(url)
    assert texts(petition_of(translation)) == []

    Petition.objects.update(collection=teams.river)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url, IMMEDIATELY)

    assert texts(petition_of(translation)) == ["Now."]
    [refused] = [text for text in said(response) if "is not published" in text]
    assert refused.startswith(
        "The petition “[ru] Free the river” is not published in Russian. Still to be translated: "
        "close."
    )
    petition = petition_of(translation).get_target_instance()
    assert f'href="{edit_url(petition)}"' in refused
    assert Petition.objects.get(locale__language_code="ru").close == "[ru] Let it run."
    of_petition = petition_of(translation)
    segment = of_petition.source.stringsegment_set.get(string__data="Now.")
    put(client, "edit_string_translation", of_petition, segment, "[ru] Now.")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, IMMEDIATELY)
    assert Petition.objects.get(locale__language_code="ru").close == "[ru] Now."
