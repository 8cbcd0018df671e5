"""A form of the CMS that arrives broken gets a friendly answer, and nothing is saved."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from campaigns.mailings.mailing import Mailing
from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.pages.test_publishing import form_data
from tests.factories import make_article, make_campaign, make_mailing, make_petition

pytestmark = pytest.mark.django_db

STREAMS = ("body", "updates", "own_petition-demands", "demands", "targets", "thanks")
BROKEN = {
    "empty": {},
    "cut off": {"title": "Changed", "body-count": "1"},
    "letters for numbers": {
        "own_petition-shown": "x",
        **{f"{name}-count": "many" for name in STREAMS},
    },
    "no text of the editor": {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "text",
        "body-0-value": "no JSON",
    },
}


@pytest.fixture
def administrator(client) -> Client:
    client.force_login(User.objects.create_superuser("admin", "", "-"))
    return client


@pytest.fixture
def forms(db) -> list[str]:
    """The URLs of forms with blocks, or with the rich-text editor."""
    campaign = make_campaign(make_petition())
    article, mailing = make_article(), make_mailing(campaign.petition)
    above = campaign.get_parent().pk
    return [
        reverse("wagtailadmin_pages:edit", args=[campaign.pk]),
        reverse("wagtailadmin_pages:add", args=["campaigns", "campaignpage", above]),
        reverse("wagtailadmin_pages:preview_on_edit", args=[campaign.pk]),
        reverse("wagtailadmin_pages:edit", args=[article.pk]),
        reverse("wagtailsnippets_campaigns_petition:edit", args=[campaign.petition.pk]),
        reverse("wagtailsnippets_campaigns_petition:add"),
        reverse("mailings:edit", args=[mailing.pk]),
        reverse("mailings:add"),
    ]


def stored() -> list[int]:
    return [model.objects.count() for model in (CampaignPage, Petition, Mailing, Revision)]


def test_it_is_refused_kindly_and_nothing_is_saved(administrator, forms):
    administrator.raise_request_exception = False
    before = stored()

    statuses = {
        (name, address, accept): administrator.post(
            address, fields, headers={"Accept": accept}
        ).status_code
        for name, fields in BROKEN.items()
        for address in forms
        for accept in ("text/html", "application/json")
    }

    assert {form: status for form, status in statuses.items() if status >= 500} == {}
    assert stored() == before


def test_people_are_asked_to_go_back_and_autosave_is_told(administrator, forms):
    address = forms[0]

    page = administrator.post(address)
    told = administrator.post(address, headers={"Accept": "application/json"})

    assert (page.status_code, told.status_code) == (400, 400)
    assert "Please go back and try again." in page.content.decode()
    assert told.json() == {
        "success": False,
        "error_code": "validation_error",
        "error_message": "That did not arrive in one piece",
    }


def test_a_key_that_is_no_number_is_refused_as_well(administrator, forms):
    campaign = CampaignPage.objects.get()
    data = form_data(campaign.petition, slug=campaign.slug, overwrite_revision_id="x")

    told = administrator.post(forms[0], data, headers={"Accept": "application/json"})

    assert (told.status_code, campaign.revisions.count()) == (400, 0)


def test_a_fault_of_ours_stays_one(administrator, forms, monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("campaigns.pages.campaign.CampaignPage.get_parent", broken)
    administrator.raise_request_exception = False

    assert administrator.post(forms[0], {"title": "Changed"}).status_code == 500


@pytest.mark.parametrize(
    ("model", "key"), [("signature", "1"), ("signature", "_5F"), ("petition", "x")]
)
def test_a_key_in_the_address_that_can_be_none_is_not_found(administrator, model, key):
    administrator.raise_request_exception = False
    address = reverse("wagtailadmin_editing_sessions:ping", args=["campaigns", model, key, 9])

    page = administrator.post(address)

    assert page.status_code == 404
    assert "for which your account has no permissions" in page.content.decode()
