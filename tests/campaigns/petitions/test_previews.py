"""Editors can preview each state of a petition before it comes."""

import pytest
from django.utils import translation

from campaigns.models import CampaignPage, Petition
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db

SEEN = {
    "open": "petition-form",
    "closed": "no longer takes signatures",
    "paused": "not collecting signatures at the moment",
    "scheduled": "not open yet",
    "won": "We won.",
    "check_your_email": "One click left",
    "thanks": "Your name is on the letter",
}


def test_every_mode_is_known():
    assert [mode for mode, _ in Petition.preview_modes] == list(SEEN)


@pytest.mark.parametrize("live", [True, False], ids=["published", "draft"])
def test_a_petition_is_previewed_in_every_state(live):
    made = make_petition(live=live)

    for mode, seen in SEEN.items():
        petition = Petition.objects.get(pk=made.pk)  # a preview changes the object
        response = petition.make_preview_request(preview_mode=mode)

        assert response.status_code == 200, mode
        assert seen in response.content.decode(), mode
        assert "no-store" in response["Cache-Control"], mode


def test_a_campaign_page_is_previewed_in_every_state():
    made = make_campaign()

    for mode in ["", *SEEN]:
        page = CampaignPage.objects.get(pk=made.pk)  # a preview changes the object
        response = page.make_preview_request(preview_mode=mode)

        assert response.status_code == 200, mode
        assert SEEN[mode or "open"] in response.content.decode(), mode
        assert response["Cache-Control"] == "private, no-store", mode


def test_a_page_without_a_petition_is_previewed_all_the_same():
    page = make_campaign()
    page.petition = None

    assert page.make_preview_request(preview_mode="closed").status_code == 200


def test_a_draft_says_to_editors_that_the_public_sees_no_form():
    page = make_campaign(make_petition(live=False))

    text = page.make_preview_request(preview_mode="now").content.decode()

    assert "The public sees neither the letter nor a form" in text
    assert "petition-form" not in text


def test_a_petition_of_another_language_is_previewed_in_it():
    petition = make_petition(locale="ar", title="أنقذوا النهر")

    with translation.override("en"):
        text = petition.make_preview_request(preview_mode="open").content.decode()

    assert '<html lang="ar" dir="rtl">' in text
    assert "أنقذوا النهر" in text
