"""Publishing a page whose petition is a draft asks whether to publish both."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import nested_form_data, streamfield

from campaigns.models import CampaignIndexPage, CampaignPage, Petition, State
from tests.campaigns.cms.browsing import answer
from tests.campaigns.cms.pages.conftest import listed_state, said
from tests.database import taken_back
from tests.factories import days_ago, make_article, make_campaign, make_petition


def form_data(petition, **fields):
    values = {
        "title": "A story",
        "slug": "a-story",
        "published_on": "2026-11-25",
        "petition": petition.pk,
        "body": streamfield([]),
        "updates": streamfield([]),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "listing_summary": "",
    }
    return nested_form_data(values | fields)


@pytest.fixture
def page_publisher(people, page_publishers):
    """A user who may publish pages, and no petitions."""
    people.editor.groups.add(page_publishers)
    return people.editor


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def ask(page):
    return reverse("publish_page_with_petition", args=[page.pk])


def reply(client, page, choice):
    return answer(client, ask(page), publish=choice)


def state(petition):
    return Petition.objects.get(pk=petition.pk).state


def is_live(page):
    return CampaignPage.objects.get(pk=page.pk).live


def test_publishing_a_page_with_a_draft_asks_first(page, draft, people, browse):
    client = browse(people.moderator)

    response = client.post(edit(page), form_data(draft, **{"action-publish": "1"}))

    assert (response.status_code, response.url) == (302, ask(page))
    assert not is_live(page)
    question = client.get(ask(page)).content.decode()
    for choice in ("Publish both", "Publish the page only", "Keep editing", "A draft"):
        assert choice in question
    saved = CampaignPage.objects.get(pk=page.pk)
    assert saved.get_latest_revision_as_object().title == "A story"


def test_both_are_published_or_the_page_alone(page, draft, people, browse):
    client = browse(people.moderator)

    with taken_back():
        response = reply(client, page, "both")
        assert response.status_code == 302
        assert (is_live(page), state(draft)) == (True, State.OPEN)
    reply(client, page, "page")
    assert (is_live(page), state(draft)) == (True, State.DRAFT)


def test_what_a_colleague_saves_meanwhile_is_shown_before_it_is_published(
    page, draft, people, browse
):
    client = browse(people.moderator)
    asked = client.get(ask(page)).context["form"]["seen"].value()
    for subject in (page, draft):
        half = subject.get_latest_revision_as_object()
        half.title = f"Half of {subject.title}"
        half.save_revision(user=people.editor)
        with taken_back():
            again = client.post(ask(page), {"publish": "both", "seen": asked})

            told = f"“{half.title}” was changed in the meantime, and nothing was done."
            assert (again.status_code, told in again.content.decode()) == (409, True)
            assert (is_live(page), state(draft)) == (False, State.DRAFT)
    seen = again.context["form"]["seen"].value()
    client.post(ask(page), {"publish": "both", "seen": seen})
    assert (is_live(page), state(draft)) == (True, State.OPEN)


def test_a_page_that_changes_while_its_petition_is_published_is_asked_about_in_its_form(
    page, draft, people, browse
):
    client = browse(people.moderator)
    asked = client.get(ask(page)).context["form"]["seen"].value()
    draft.save_revision().publish()
    page.save_revision(user=people.editor)

    response = client.post(ask(page), {"publish": "both", "seen": asked})

    assert (response.status_code, response.url) == (302, edit(page))
    assert "You can publish the page here." in said(response)
    assert not is_live(page)


def test_a_scheduled_page_is_said_to_come_later(page, draft, people, browse):
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision()
    client = browse(people.moderator)

    question = client.get(ask(page)).content.decode()

    assert "The petition does not wait for that" in question
    for choice, told, petition in (
        ("both", "at the scheduled time. Its petition has been published", State.OPEN),
        ("page", "at the scheduled time.", State.DRAFT),
    ):
        with taken_back():
            response = reply(browse(people.moderator), page, choice)
            assert told in said(response)
            assert (is_live(page), state(draft)) == (False, petition)
            form = client.get(edit(page)).content.decode()
            assert ("until the petition is published" in form) == (petition == State.DRAFT)
            assert listed_state(client, page) == str(petition.label)


def test_a_new_page_is_not_public_before_the_answer(draft, people, browse):
    make_campaign(make_petition())
    index = CampaignIndexPage.objects.get()
    add = reverse("wagtailadmin_pages:add", args=["campaigns", "campaignpage", index.pk])

    response = browse(people.moderator).post(add, form_data(draft, **{"action-publish": "1"}))

    page = CampaignPage.objects.get(title="A story")
    assert (response.status_code, response.url) == (302, ask(page))
    assert not page.live
    reply(browse(people.moderator), page, "both")
    assert (is_live(page), state(draft)) == (True, State.OPEN)


def test_who_may_not_publish_the_petition_is_told_who_may(page, draft, page_publisher, browse):
    client = browse(page_publisher)

    question = client.get(ask(page)).content.decode()
    refused = reply(client, page, "both")

    assert "A moderator has to" in question
    assert "Publish both" not in question
    assert refused.status_code == 302
    assert (is_live(page), state(draft)) == (False, State.DRAFT)
    reply(client, page, "page")
    assert (is_live(page), state(draft)) == (True, State.DRAFT)


def test_who_may_not_publish_the_page_is_refused(page, draft, people, browse):
    for user in (people.editor, people.manager, people.river_manager):
        client = browse(user)
        for method in (client.get, client.post):
            assert method(ask(page), {"publish": "both"}).status_code == 302, user
    assert (is_live(page), state(draft)) == (False, State.DRAFT)


def test_an_incomplete_petition_says_what_is_missing(page, draft, people, browse):
    draft.salutation = ""
    draft.save_revision(clean=False)
    client = browse(people.moderator)

    question = client.get(ask(page)).content.decode()
    reply(client, page, "both")

    assert "salutation" in question
    assert "Publish both" not in question
    assert (is_live(page), state(draft)) == (False, State.DRAFT)


def test_a_closing_time_that_has_passed_is_told_before_both_are_published(
    page, draft, people, browse
):
    late = draft.get_latest_revision_as_object()
    late.closes_at = days_ago(1)
    late.save_revision()

    asked = browse(people.moderator).get(ask(page)).content.decode()

    assert "Its closing time has passed. Once it is published, nobody can sign it." in asked


def test_a_page_with_a_published_petition_is_published_without_a_question(people, browse):
    petition = make_petition()
    page = make_campaign(petition, live=False)
    page.save_revision()

    browse(people.moderator).post(edit(page), form_data(petition, **{"action-publish": "1"}))

    assert is_live(page)


def test_a_draft_is_saved_without_a_question(page, draft, people, browse):
    response = browse(people.moderator).post(edit(page), form_data(draft))

    assert response.url != ask(page)


def test_an_article_asks_for_the_petitions_in_its_story(draft, people, browse):
    article = make_article(live=False, body=[("petition", {"petition": draft})])
    article.save_revision()

    question = browse(people.moderator).get(ask(article)).content.decode()

    assert "A draft" in question


def test_a_petition_that_a_page_carries_is_not_deleted(people, browse):
    petition = make_petition()
    make_campaign(petition)
    delete = reverse("wagtailsnippets_campaigns_petition:delete", args=[petition.pk])
    client = browse(people.administrator)

    assert client.get(delete).status_code == 200
    assert client.post(delete).status_code in (302, 409)
    assert state(petition) == State.OPEN


def test_a_page_that_carries_a_petition_can_be_deleted(teams, people, browse):
    page = make_campaign(teams.ours, body=[("text", RichText("<p>A story.</p>"))])

    response = browse(people.administrator).post(
        reverse("wagtailadmin_pages:delete", args=[page.pk])
    )

    assert response.status_code == 302
    assert not CampaignPage.objects.filter(pk=page.pk).exists()
    assert state(teams.ours) == State.OPEN


def publish_many(client, *pages, **data):
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    query = "&".join(f"id={page.pk}" for page in pages)
    return said(client.post(f"{path}?{query}&next=/admin/", data))


def test_many_are_not_published_together_with_one_that_needs_an_answer(page, draft, people, browse):
    ready = make_campaign(make_petition(title="Ready"), title="Ready", live=False)
    index = page.get_parent()
    client = browse(people.moderator)

    told = publish_many(client, ready, page)
    other = browse(people.moderator)  # who has read no message yet
    told_of_what_is_below = publish_many(other, index, include_descendants="on")

    assert "Publish these pages one by one" in told
    assert page.title in told
    assert "Publish these pages one by one" in told_of_what_is_below
    assert [is_live(one) for one in (ready, page)] == [False, False]
    publish_many(client, ready)
    assert [is_live(one) for one in (ready, page)] == [True, False]


def test_a_page_without_a_petition_is_not_published_among_many(people, browse):
    page = make_campaign(make_petition(), live=False)
    CampaignPage.objects.filter(pk=page.pk).update(petition=None)

    told = publish_many(browse(people.moderator), page)

    assert "Publish these pages one by one" in told
    assert not is_live(page)


def test_a_page_is_not_published_among_many_without_what_was_saved_of_its_petition(people, browse):
    petition = make_petition()
    page = make_campaign(petition)
    page.listing_summary = petition.opening = "What was saved."
    page.save_revision()
    petition.save_revision()

    told = publish_many(browse(people.moderator), page)

    assert "Publish these pages one by one" in told
    assert CampaignPage.objects.get(pk=page.pk).listing_summary != "What was saved."
