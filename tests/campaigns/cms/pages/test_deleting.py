"""Deleting pages: what becomes of their petitions, and which pages cannot be deleted."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from campaigns.models import State
from tests.campaigns.cms.pages.conftest import said as told
from tests.campaigns.cms.pages.test_approval import submit
from tests.campaigns.cms.pages.test_composing import composed, fresh
from tests.campaigns.cms.pages.test_publishing import edit
from tests.database import taken_back
from tests.factories import make_campaign, make_petition


def delete(client, page):
    return client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def delete_in_bulk(client, *pages):
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    ids = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{path}?{ids}&next=/admin/")


def is_there(page):
    return Page.objects.filter(pk=page.pk).exists()


def test_a_scheduled_petition_does_not_go_public_without_its_page(page, draft, people, browse):
    client = browse(people.moderator)
    moment = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    client.post(edit(page), composed(draft, go_live_at=moment) | {"action-publish": "1"})
    assert fresh(draft).scheduled_revision is not None

    with taken_back():
        delete(client, page)
        assert (is_there(page), fresh(draft).scheduled_revision) == (False, None)
    # In bulk, the page above it is deleted.
    delete_in_bulk(browse(people.administrator), page.get_parent())
    assert (is_there(page), fresh(draft).scheduled_revision) == (False, None)


def test_a_petition_that_stays_open_is_named(people, browse):
    petition = make_petition(title="Keep the lake")
    page = make_campaign(petition, title="A story")
    client = browse(people.moderator)
    said = "People can still sign the petition “Keep the lake” at its own web address."

    asked = client.get(reverse("wagtailadmin_pages:delete", args=[page.pk])).content.decode()
    unpublished = told(client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])))

    assert (said in asked, said in unpublished) == (True, True)
    assert fresh(petition).state == State.OPEN


def test_a_petition_that_will_open_is_named(people, browse):
    petition = make_petition(title="Keep the lake", opens_at=timezone.now() + timedelta(days=1))
    page = make_campaign(petition, title="A story")
    client = browse(people.moderator)
    said = "The petition “Keep the lake” will still open at its own web address."

    unpublished = told(client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])))
    deleted = told(delete(browse(people.moderator), page))

    assert (said in unpublished, said in deleted) == (True, True)
    assert fresh(petition).state == State.SCHEDULED


def test_petitions_that_stay_open_are_named_once_where_several_pages_go(people, browse):
    petition = make_petition(title="Keep the lake")
    page = make_campaign(petition, title="A story")
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    said = "People can still sign the petition “Keep the lake” at its own web address."

    for chosen in (page, page.get_parent()):
        client, data = browse(people.administrator), {"include_descendants": chosen != page}
        with taken_back():
            unpublished = told(client.post(f"{path}?id={chosen.pk}&next=/admin/", data)).count(said)
            deleted = told(delete_in_bulk(browse(people.administrator), chosen)).count(said)

            assert (fresh(petition).state, is_there(page)) == (State.OPEN, False), chosen
            assert (unpublished, deleted) == (1, 1), chosen


def test_a_page_and_the_one_above_it_are_deleted_together(people, browse):
    """A search finds both, and both are ticked."""
    page = make_campaign(make_petition(title="Keep the lake"))
    client, above = browse(people.administrator), page.get_parent()

    said = told(delete_in_bulk(client, page, above))

    assert (is_there(page), is_there(above)) == (False, False)
    assert said.count("People can still sign the petition “Keep the lake”") == 1


def test_a_page_that_waits_for_approval_is_deleted_by_moderators_alone(page, draft, people, browse):
    submit(page, people.editor)
    refused = [told(way(browse(people.editor), page)) for way in (delete, delete_in_bulk)]
    kept = is_there(page)

    delete(browse(people.moderator), page)

    assert (kept, is_there(page), fresh(draft).workflow_in_progress) == (True, False, False)
    for text in refused:
        assert "only moderators can delete what waits for approval: A draft." in text
