"""A translation that a colleague has locked is not published."""

import pytest
from django.utils import timezone
from wagtail_localize.models import Translation

from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.translations.test_submitting import fresh
from tests.campaigns.cms.translations.test_translating import (
    edit_url,
    localize,
    page_edit_url,
    said,
)

pytestmark = pytest.mark.django_db
LOCKED = (
    "“Free the river” is not published in Russian, because it is locked. Unlock it first, or ask a "
    "moderator to do so."
)


@pytest.fixture
def page(russian_page, russian_words, people):
    """A page and its petition, both translated and locked by another moderator."""
    page = russian_page.get_target_instance()
    for each in (page, page.petition):
        each.locked, each.locked_at = True, timezone.now()
        each.locked_by = make_user(f"colleague-{each.pk}-{type(each).__name__}", "Moderators")
        each.save()
    return page


def test_the_lock_of_a_colleague_holds_and_ones_own_keeps_one_from_nothing(
    page, people, browse, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        found = [
            said(browse(people.moderator).post(url, {"action": "publish"}))
            for url in (page_edit_url(page), edit_url(page.petition))
        ]

    assert [texts[-1] for texts in found] == [LOCKED, LOCKED]
    assert (fresh(page).live, fresh(page.petition).live) == (False, False)
    with django_capture_on_commit_callbacks(execute=True):
        synchronised = [
            said(browse(people.moderator).post(url, {"publish_translations": "on"}))
            for url in (
                localize("update_translations", translation.source_id)
                for translation in Translation.objects.filter(
                    source__object__in=[page.translation_key, page.petition.translation_key]
                )
            )
        ]

    assert [LOCKED in texts for texts in synchronised] == [True, True]
    assert (fresh(page).live, fresh(page.petition).live) == (False, False)
    type(page.petition).objects.filter(pk=page.petition.pk).update(locked_by=people.moderator)
    with django_capture_on_commit_callbacks(execute=True):
        browse(people.moderator).post(edit_url(page.petition), {"action": "publish"})
    assert fresh(page.petition).live
