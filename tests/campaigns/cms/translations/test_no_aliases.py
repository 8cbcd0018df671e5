"""A translated page is not converted into an alias, which would publish the original's texts."""

import json

import pytest

from tests.campaigns.cms.translations.begun import begin_page, type_all
from tests.campaigns.cms.translations.test_submitting import fresh
from tests.campaigns.cms.translations.test_translating import localize, page_edit_url, said
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def translation(russian):
    return begin_page(make_article(), russian)


def test_a_translated_page_keeps_its_texts(translation, people, browse):
    page = translation.get_target_instance()
    client = browse(people.editor)
    type_all(client)

    asked = client.get(localize("convert_to_alias", page.pk))
    response = browse(people.editor).post(localize("convert_to_alias", page.pk))

    assert asked.status_code == 302
    assert said(response)[0].startswith("“Snow in January” stays a page with texts of its own.")
    assert (fresh(page).live, fresh(page).alias_of_id) == (False, None)


def test_no_editor_offers_to_convert_it(translation, people, browse):
    page = translation.get_target_instance()
    client = browse(people.moderator)

    editor = client.get(page_edit_url(page))
    translation.enabled = False
    translation.save()
    ordinary = client.get(page_edit_url(page)).content.decode()

    props = json.loads(editor.context["props"])
    assert props["links"]["convertToAliasUrl"]
    assert f"/page/{page.pk}/convert_to_alias/" not in editor.content.decode()
    assert "localize-convert-to-alias" not in ordinary
