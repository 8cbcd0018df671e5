"""Deleting pages: what becomes of their petitions, and which pages cannot be deleted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from campaigns.models import State
from tests.campaigns.cms.pages.test_approval import submit
from tests.campaigns.cms.pages.test_composing import composed, fresh
from tests.campaigns.cms.pages.test_publishing import edit
from tests.factories import make_campaign, make_petition


def delete(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def delete_in_bulk(client, *pages):
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    ids = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{path}?{ids}&next=/admin/")


def is_there(page):
    return Page.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_scheduled_petition_does_not_go_public_without_its_page(
    page, draft, people, browse, in_bulk
):
    client = browse(people.moderator)
    moment = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    client.post(edit(page), composed(draft, go_live_at=moment) | {"action-publish": "1"})
    assert fresh(draft).scheduled_revision is not None

    # In bulk, the page above it is deleted.
    if in_bulk:
        delete_in_bulk(browse(people.administrator), page.get_parent())
    else:
        delete(client, page)

    assert (is_there(page), fresh(draft).scheduled_revision) == (False, None)


def test_a_petition_that_stays_open_is_named(people, browse):
    petition = make_petition(title="Keep the lake")
    page = make_campaign(petition, title="A story")
    client = browse(people.moderator)
    said = "People can still sign the petition “Keep the lake” at its own web address."

    asked = client.get(reverse("wagtailadmin_pages:delete", args=[page.pk])).content.decode()
    client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    unpublished = client.get("/admin/").content.decode()

    assert (said in asked, said in unpublished) == (True, True)
    assert fresh(petition).state == State.OPEN


@pytest.mark.parametrize("ticked", ["page", "above"])
def test_petitions_that_stay_open_are_named_once_where_several_pages_go(people, browse, ticked):
    petition = make_petition(title="Keep the lake")
    page = make_campaign(petition, title="A story")
    chosen = page if ticked == "page" else page.get_parent()
    client = browse(people.administrator)
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    said = "People can still sign the petition “Keep the lake” at its own web address."

    client.post(f"{path}?id={chosen.pk}&next=/admin/", {"include_descendants": ticked == "above"})
    unpublished = client.get("/admin/").content.decode().count(said)
    delete_in_bulk(client, chosen)
    deleted = client.get("/admin/").content.decode().count(said)

    assert (fresh(petition).state, is_there(page)) == (State.OPEN, False)
    assert (unpublished, deleted) == (1, 1)


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_page_that_waits_for_approval_is_deleted_by_moderators_alone(
    page, draft, people, browse, in_bulk
):
    submit(page, people.editor)
    editor = browse(people.editor)
    if in_bulk:
        delete_in_bulk(editor, page)
    else:
        delete(editor, page)
    said = editor.get("/admin/").content.decode()
    kept = is_there(page)

    delete(browse(people.moderator), page)

    assert (kept, is_there(page), fresh(draft).workflow_in_progress) == (True, False, False)
    assert "only moderators can delete what waits for approval: A draft." in said
