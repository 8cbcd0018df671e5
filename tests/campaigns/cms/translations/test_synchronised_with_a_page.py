"""“Sync translated pages” brings the translations of the page's petition up to date, too."""

import pytest
from wagtail_localize.models import Translation

from campaigns.models import Petition
from tests.campaigns.cms.translations.test_submitting import begin_page, type_all
from tests.campaigns.cms.translations.test_translating import localize, said
from tests.campaigns.cms.translations.test_translating_markup import put
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db
IMMEDIATELY = {"publish_translations": "on"}


@pytest.fixture
def translation(teams, russian, people, browse, django_capture_on_commit_callbacks):
    """A page that is public in two languages with its petition, of which one text has changed."""
    petition = make_petition(title="Free the river", slug="river", collection=teams.river)
    translation = begin_page(make_campaign(petition), russian)
    client = browse(people.moderator)
    type_all(client)
    of_petition = petition_of(translation)
    with django_capture_on_commit_callbacks(execute=True):
        for each in (of_petition, translation):
            client.post(localize("update_translations", each.source_id), IMMEDIATELY)
    assert translation.get_target_instance().live
    petition.close = "Now."
    petition.save_revision().publish()
    return translation


def petition_of(translation):
    key = translation.get_target_instance().petition.translation_key
    return Translation.objects.get(source__object=key)


def texts(translation):
    rows = translation.source.stringsegment_set.order_by("order")
    return [text for text in rows.values_list("string__data", flat=True) if text == "Now."]


def test_what_is_new_in_the_petition_waits_to_be_translated(
    translation, people, browse, django_capture_on_commit_callbacks
):
    client = browse(people.moderator)
    url = localize("update_translations", translation.source_id)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url, IMMEDIATELY, follow=True)

    assert texts(petition_of(translation)) == ["Now."]
    assert "“[ru] Free the river” is not published in Russian. Still to be translated: close." in (
        said(response)
    )


def test_once_it_is_translated_both_are_published(
    translation, people, browse, django_capture_on_commit_callbacks
):
    client = browse(people.moderator)
    url = localize("update_translations", translation.source_id)
    client.post(url)
    of_petition = petition_of(translation)
    segment = of_petition.source.stringsegment_set.get(string__data="Now.")
    put(client, "edit_string_translation", of_petition, segment, "[ru] Now.")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, IMMEDIATELY)

    assert Petition.objects.get(locale__language_code="ru").close == "[ru] Now."


def test_the_petition_of_another_team_stays_as_it_was_sent(translation, translator, teams, browse):
    Petition.objects.update(collection=teams.forest)

    browse(translator).post(localize("update_translations", translation.source_id))

    assert texts(petition_of(translation)) == []
