"""A closing time in the past must be confirmed, on saving and on publishing."""

import pytest
from django.utils import timezone
from wagtail.test.utils.form_data import streamfield

from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.browsing import form_data, said, url
from tests.campaigns.cms.pages.test_approval import act, submit
from tests.campaigns.cms.pages.test_composing import composed
from tests.campaigns.cms.pages.test_publishing import edit
from tests.campaigns.cms.pages.test_publishing import form_data as page_data
from tests.campaigns.cms.petitions.forms import filled_in
from tests.factories import days_ago, make_article, make_campaign, make_petition

pytestmark = pytest.mark.django_db

PAST = "2013-11-30 18:00"
NOT_APPROVED = "“%s” was not approved, because it would be published after its closing"


def send(client, petition, **fields):
    fields = {"slug": petition.slug, "closes_at": PAST} | fields
    return client.post(url("edit", petition.pk), form_data(**fields))


def test_a_closing_time_that_has_passed_is_a_question_unless_a_draft_is_only_saved_with_it(
    teams, publisher, browse
):
    """The preview feeds the checks beside the form, one of which is about the closing time."""
    petition = make_petition(live=False, collection=teams.river)
    client, data = browse(publisher), form_data(slug=petition.slug, closes_at=PAST)
    errors = filled_in(petition, publisher, slug=petition.slug, closes_at=PAST).errors
    saved = [send(client, petition, has_ended="on")]

    # Once it is in the draft, saving does not ask again, and every other button does.
    seen = client.post(url("preview_on_edit", petition.pk), data)
    saved.append(send(client, petition))
    submitted = send(client, petition, **{"action-submit": "yes"})
    asked = send(client, petition, **{"action-publish": "yes"})
    saved.append(send(client, petition, **{"action-publish": "yes", "has_ended": "on"}))

    assert list(errors) == ["closes_at"]
    assert seen.json()["is_valid"]
    for each in (submitted, asked):
        assert list(each.context["form"].errors) == ["closes_at"]
    assert "Yes, the closing time has passed" in asked.content.decode()
    assert [each.status_code for each in saved] == [302, 302, 302]
    published = Petition.objects.get(pk=petition.pk)
    assert (published.live, published.closes_at.year) == (True, 2013)


def test_of_a_closed_petition_nobody_is_asked_again(teams, publisher, browse):
    """“Close now” stores seconds, which the form does not show; drafts store milliseconds."""
    closed = days_ago(1).replace(second=27, microsecond=123456)
    petition = make_petition(collection=teams.river, closes_at=closed)
    typed = timezone.localtime(closed).strftime("%Y-%m-%d %H:%M")
    client = browse(publisher)

    page = client.get(url("edit", petition.pk))
    saved = send(client, petition, closes_at=typed)
    published = send(client, petition, **{"closes_at": typed, "action-publish": "yes"})

    assert "Yes, the closing time has passed" not in page.content.decode()
    assert (saved.status_code, published.status_code) == (302, 302)
    draft = Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()
    assert draft.closes_at == closed.replace(microsecond=123000)


def test_what_is_no_date_is_refused_and_what_is_one_is_understood(teams, publisher):
    petition = make_petition(live=False, collection=teams.river)

    refused, taken = (
        filled_in(petition, publisher, slug=petition.slug, closes_at=typed)
        for typed in ("next spring", "31 March 2099 18:00")
    )

    assert list(refused.errors) == ["closes_at"]
    assert taken.is_valid()
    closes_at = timezone.localtime(taken.cleaned_data["closes_at"])
    assert closes_at.strftime("%d.%m.%Y %H:%M") == "31.03.2099 18:00"


def test_publishing_after_the_closing_time_is_a_question(people, browse):
    petition = make_petition(title="A story", live=False)
    page = make_campaign(petition, title="A story", live=False)
    days = {"closes_at": days_ago(-2), "go_live_at": days_ago(-3)}
    typed = {name: day.strftime("%Y-%m-%d %H:%M") for name, day in days.items()}
    data = composed(petition, letter={"closes_at": typed["closes_at"]}, slug=page.slug)
    data |= {"go_live_at": typed["go_live_at"], "action-publish": "yes"}
    client = browse(people.moderator)

    asked = client.post(edit(page), data).content.decode()
    answered = client.post(edit(page), data | {"own_petition-has_ended": "on"})

    assert "The petition is to be published after this time, so nobody could sign." in asked
    assert answered.status_code == 302
    assert Petition.objects.get(pk=petition.pk).scheduled_revision is not None


def test_a_closing_time_that_passed_while_it_waited_is_not_approved_unseen(people, browse):
    for alone in (True, False):
        petition = make_petition(title="A story", live=False, closes_at=days_ago(1))
        page = make_campaign(petition, title="A story", live=False)
        subject = submit(petition if alone else page, people.editor)
        client = browse(people.moderator)

        answer = act(client, subject, "approve" if alone else WITH_PETITION)

        assert answer.url == (url("edit", petition.pk) if alone else edit(page))
        assert NOT_APPROVED % "A story" in said(client), alone
        assert not Petition.objects.get(pk=petition.pk).live
        assert not CampaignPage.objects.get(pk=page.pk).live


def test_nor_is_it_with_an_article_whose_form_cannot_ask(people, browse):
    petition = make_petition(title="A draft", live=False, closes_at=days_ago(1))
    article = make_article(live=False, body=[("petition", {"petition": petition})])
    submit(article, people.editor)
    dashboard, form = browse(people.moderator), browse(people.moderator)

    answer = act(dashboard, article, WITH_PETITION)
    body = streamfield([("petition", {"petition": petition.pk})])
    sent = page_data(petition, title=article.title, slug=article.slug, body=body)
    sent |= {"action-workflow-action": "true", "workflow-action-name": WITH_PETITION}
    saved = form.post(edit(article), sent)

    assert answer.url == url("edit", petition.pk)
    assert saved.status_code == 302
    for client in (dashboard, form):
        assert NOT_APPROVED % "A draft" in said(client)
    assert not Petition.objects.get(pk=petition.pk).live
