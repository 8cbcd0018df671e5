"""What somebody has locked is neither published, nor approved, nor deleted by others."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.models import ArticlePage, Petition
from tests.campaigns.cms.browsing import answer
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.pages.conftest import said
from tests.campaigns.cms.pages.test_approval import act, offered, submit
from tests.campaigns.cms.pages.test_publishing import ask, publish_many
from tests.database import taken_back
from tests.factories import make_article, make_campaign, make_petition


def lock(page, user):
    page.locked, page.locked_by, page.locked_at = True, user, timezone.now()
    page.save(update_fields=["locked", "locked_by", "locked_at"])
    return page


def is_live(page):
    return ArticlePage.objects.get(pk=page.pk).live


@pytest.fixture
def page(db):
    page = make_article(title="Locked", live=False)
    page.save_revision()
    return page


@pytest.fixture
def locked(page, people):
    return lock(page, people.administrator)


def test_it_is_not_published_among_many(locked, people, browse):
    told = publish_many(browse(people.moderator), locked)

    assert "Publish these pages one by one" in told
    assert not is_live(locked)
    publish_many(browse(people.administrator), locked)
    assert is_live(locked)


def test_it_is_not_published_by_the_question_about_its_petition(locked, people, browse):
    response = answer(browse(people.moderator), ask(locked), publish="page")

    assert (response.status_code, is_live(locked)) == (302, False)


def test_it_is_not_approved_from_the_dashboard(page, people, browse):
    lock(submit(page, people.editor), people.administrator)

    act(browse(people.moderator), page, "approve")

    assert not is_live(page)
    assert offered(page, people.moderator) == []
    assert "Approve" in offered(page, people.administrator)


def test_neither_it_nor_a_page_above_it_is_deleted(locked, people, browse):
    many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    chief = make_user("chief", is_superuser=True)

    for user, page in ((people.moderator, locked), (chief, locked.get_parent())):
        one = reverse("wagtailadmin_pages:delete", args=[page.pk])
        for path in (one, f"{many}?id={page.pk}&next=/admin/"):
            told = said(browse(user).post(path))
            assert "Nothing was deleted, because somebody else has locked: Locked." in told

    # Wagtail's way for programs would ask nobody.
    action = reverse("wagtailadmin_api:pages:action", args=[locked.pk, "delete"])
    assert browse(people.moderator).post(action).status_code == 404
    assert ArticlePage.objects.filter(pk=locked.pk).exists()
    browse(people.administrator).post(reverse("wagtailadmin_pages:delete", args=[locked.pk]))
    assert not ArticlePage.objects.filter(pk=locked.pk).exists()


def test_a_petition_that_somebody_has_locked_is_not_published_with_its_page(people, browse):
    petition = make_petition(title="A draft", live=False)
    page = make_campaign(petition, live=False)
    submit(page, people.editor)
    lock(petition, people.administrator)
    told = "Somebody else has locked it, so it is not published with the page."

    def question(user):
        client = browse(user)
        shown = client.get(ask(page)).content.decode()
        answer(client, ask(page), publish="both")
        return told in shown, "Publish both" in shown

    def approval(user):
        is_offered = "Approve the page and publish its petition" in offered(page, user)
        act(browse(user), page, WITH_PETITION)
        return not is_offered, is_offered

    for way in (question, approval):
        asked = []
        with taken_back():
            for user in (people.moderator, people.administrator):
                asked += [way(user), Petition.objects.get(pk=petition.pk).live]
        assert asked == [(True, False), False, (False, True), True], way
