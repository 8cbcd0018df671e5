"""The checklist, which tells editors what a page or a petition still lacks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import CampaignPage
from home.checklist import CHECKS, Checklist, answers
from tests.factories import make_article, make_campaign, make_image, make_petition

pytestmark = pytest.mark.django_db


def story(image, *, alt_text):
    block = CampaignPage._meta.get_field("body").stream_block.child_blocks["image"]
    picture = {"image": image.pk, "alt_text": alt_text, "decorative": False}
    return [("image", block.to_python({"image": picture, "caption": "", "credit": ""}))]


def test_a_bare_campaign_lacks_everything():
    petition = make_petition(targets=[], opening="")
    page = make_campaign(petition, listing_summary="", body=story(make_image(), alt_text=" "))

    found = answers(page, privacy_url="")
    page.listing_image = make_image(description="A river.")

    asked = CHECKS.keys() - {"head"}
    assert found == {**dict.fromkeys(asked, False), "ended": True, "story": True, "link": True}
    assert answers(page, privacy_url="")["head"] is False


def test_an_empty_story_is_told():
    assert not answers(make_campaign(make_petition(), body=[]), privacy_url="")["story"]


def test_a_draft_that_would_close_a_petition_by_a_time_in_the_past_is_told():
    petition = make_petition()
    page = make_campaign(petition)
    petition.closes_at = timezone.now() - timedelta(days=1)

    draft = answers(petition, privacy_url="")["ended"]
    petition.save()
    closed = answers(page, privacy_url="")["ended"]

    assert (draft, closed) == (False, True)


def test_a_campaign_that_has_all_lacks_nothing():
    image = make_image(description="A river.", credit="Name/Agency")
    petition = make_petition(
        targets=[("target", {"name": "The mayor", "role": ""})],
        goal=1000,
        closes_at=timezone.now(),
        thanks_text="We hand it over in May.",
    )
    page = make_campaign(petition, listing_image=image, body=story(image, alt_text="A river."))

    found = answers(page, privacy_url="/privacy/")

    assert found == dict.fromkeys(CHECKS, True)


def test_an_article_is_asked_for_no_petition_and_a_petition_for_no_picture():
    article, petition = make_article(), make_petition()

    assert set(answers(article, privacy_url="")) == {
        "alternative",
        "credit",
        "link",
        "story",
        "summary",
        "social",
    }
    assert set(answers(petition, privacy_url="")) == {
        "letter",
        "target",
        "goal",
        "closing",
        "ended",
        "thanks",
        "privacy",
    }


def test_only_a_preview_carries_the_answers(client):
    page = make_campaign(make_petition(targets=[]))

    preview = page.make_preview_request().content.decode()
    public = client.get(page.url).content.decode()

    assert '<data data-check="target" value=""></data>' in preview
    assert '<data data-check="summary" value="yes"></data>' in preview
    assert "data-check" not in public


def test_a_bold_paragraph_is_minded_in_what_editors_wrote_only():
    rules = {rule["id"]: rule["selector"] for rule in Checklist.axe_custom_rules}

    assert rules["p-as-heading"] == ".prose p"
