"""What was saved of a page and its petition is loaded without looking up what it does not use."""

import pytest
from django.contrib.auth.models import User

from campaigns.models import CampaignPage, Petition
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


def test_what_is_replaced_by_todays_is_not_read(django_assert_num_queries):
    admin = User.objects.create_superuser("admin")
    page = make_campaign(make_petition(), owner=admin, locked_by=admin)
    pages = page.save_revision()
    Petition.objects.update(locked_by=admin)
    petitions = Petition.objects.get().save_revision()
    joined = ("collection", "latest_revision", "locale", "locked_by")
    petition = Petition.objects.select_related(*joined).get()
    page = CampaignPage.objects.get()
    assert page.get_parent()

    with django_assert_num_queries(1):  # the published revision
        draft = petition.with_content_json(petitions.content)
    with django_assert_num_queries(2):  # whether the petition exists, and comments
        story = page.with_content_json(pages.content)

    for name in joined:
        assert getattr(draft, name) == getattr(petition, name), name
    assert (draft.pk, draft.live_revision_id) == (petition.pk, petition.live_revision_id)
    for name in ("content_type", "latest_revision", "locale", "locked_by", "owner", "petition"):
        assert getattr(story, name) == getattr(page, name), name
