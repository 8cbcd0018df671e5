"""A closing time in the past must be confirmed, on saving and on publishing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Petition
from tests.campaigns.cms.browsing import form_data, url
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

PAST = "2013-11-30 18:00"


def send(client, petition, **fields):
    fields = {"slug": petition.slug, "closes_at": PAST} | fields
    return client.post(url("edit", petition.pk), form_data(**fields))


@pytest.mark.parametrize("button", ["action-publish", "no-button"])
def test_a_closing_time_that_has_passed_is_a_question(button, teams, publisher, browse):
    petition = make_petition(live=False, collection=teams.river)
    client = browse(publisher)

    asked = send(client, petition, **{button: "yes"})
    answered = send(client, petition, **{button: "yes", "has_ended": "on"})

    assert list(asked.context["form"].errors) == ["closes_at"]
    assert "Yes, the closing time has passed" in asked.content.decode()
    assert answered.status_code == 302
    draft = Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()
    assert draft.closes_at.year == 2013


def test_a_draft_with_that_time_can_be_previewed_and_saved_and_asks_when_it_is_submitted(
    teams, publisher, browse
):
    """The preview feeds the checks beside the form, one of which is about the closing time."""
    petition = make_petition(live=False, collection=teams.river)
    client = browse(publisher)
    send(client, petition, has_ended="on")

    data = form_data(slug=petition.slug, closes_at=PAST)
    seen = client.post(url("preview_on_edit", petition.pk), data)
    saved = send(client, petition)
    submitted = send(client, petition, **{"action-submit": "yes"})

    assert seen.json()["is_valid"]
    assert saved.status_code == 302
    assert list(submitted.context["form"].errors) == ["closes_at"]


def test_of_a_closed_petition_nobody_is_asked_again(teams, publisher, browse):
    closed = timezone.now().replace(second=0, microsecond=0) - timedelta(days=1)
    petition = make_petition(collection=teams.river, closes_at=closed)
    typed = timezone.localtime(closed).strftime("%Y-%m-%d %H:%M")

    page = browse(publisher).get(url("edit", petition.pk))
    answer = send(browse(publisher), petition, closes_at=typed)

    assert "Yes, the closing time has passed" not in page.content.decode()
    assert answer.status_code == 302


def test_what_is_no_date_is_refused_and_what_is_one_is_understood(teams, publisher, browse):
    petition = make_petition(live=False, collection=teams.river)
    client = browse(publisher)

    refused = send(client, petition, closes_at="next spring")
    taken = send(client, petition, closes_at="31 March 2099 18:00")

    assert list(refused.context["form"].errors) == ["closes_at"]
    assert taken.status_code == 302
    draft = Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()
    assert timezone.localtime(draft.closes_at).strftime("%d.%m.%Y %H:%M") == "31.03.2099 18:00"
