"""A petition is published in its first language before its translations."""

import pytest
from django.urls import reverse
from wagtail_localize.models import Translation

from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.browsing import answer
from tests.campaigns.cms.translations.begun import begin_page, type_all
from tests.campaigns.cms.translations.test_submitting import SUBMIT, fresh, states
from tests.campaigns.cms.translations.test_translating import (
    edit_url,
    localize,
    page_edit_url,
    said,
)
from tests.database import taken_back
from tests.factories import make_campaign, make_petition, make_translation

pytestmark = pytest.mark.django_db
PUBLISH = {"action": "publish"}
FIRST = (
    "“Keep the river free” is not published in Russian yet: the original has to be published first."
)


@pytest.fixture
def page(russian, people, browse):
    """A page and its petition, both translated, whose originals are drafts."""
    page = make_campaign(make_petition(live=False), live=False)
    copy = begin_page(page, russian).get_target_instance()
    type_all(browse(people.moderator))
    return copy


def test_a_petition_is_published_after_its_original_and_only_submitted_before(
    page, people, browse, django_capture_on_commit_callbacks
):
    client = browse(people.moderator)
    others = browse(people.moderator), browse(people.moderator)
    both = reverse("publish_page_with_petition", args=[page.pk])
    source = Translation.objects.get(source__object=page.petition.translation_key).source_id
    sync = localize("update_translations", source)

    with django_capture_on_commit_callbacks(execute=True):
        alone = said(others[0].post(edit_url(page.petition), PUBLISH))
        synchronised = said(others[1].post(sync, {"publish_translations": "on"}))
        asked = client.post(page_edit_url(page), PUBLISH, follow=True)
        refused = answer(client, both, publish="both")

    assert (alone, synchronised[-1]) == ([FIRST], FIRST)
    assert "the original has to be published first" in asked.content.decode()
    assert refused.status_code == 422
    assert (fresh(page).live, fresh(page.petition).live) == (False, False)
    with taken_back():
        browse(people.editor).post(page_edit_url(page), SUBMIT)
        assert states(page, page.petition) == [["in_progress"], ["in_progress"]]

    page.petition.original.get_latest_revision_as_object().save_revision().publish()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit_url(page.petition), PUBLISH)
    assert fresh(page.petition).live


def test_no_list_leads_to_a_page_whose_petition_is_no_longer_published_in_its_first_language():
    english = make_petition()
    page = make_campaign(make_translation(english, "ru"))
    before = [*CampaignPage.public()]

    Petition.objects.filter(pk=english.pk).update(live=False)

    assert (before, [*CampaignPage.public()]) == ([page], [])
