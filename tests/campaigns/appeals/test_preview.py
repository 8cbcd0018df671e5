"""The preview of an appeal shows what a moderator approves: texts, form and representatives."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from campaigns.models import Appeal
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_appeal

pytestmark = pytest.mark.django_db


def preview(appeal: Appeal) -> str:
    """The preview of a draft that is not saved."""
    return str(appeal.make_preview_request().content.decode())


def test_the_preview_shows_the_draft_with_the_first_area_and_a_form_that_sends_nothing():
    appeal = make_appeal(live=False)
    appeal.subject, appeal.text = "A new subject", "Good day {representative}, a new text."

    shown = preview(appeal)
    appeal.sends = False
    without_form = preview(appeal)
    appeal.language = Locale.objects.get_or_create(language_code="ar")[0]
    in_arabic = preview(appeal)

    assert "Good day Member 1, a new text.</textarea>" in shown
    assert 'value="A new subject"' in shown
    assert '<button class="button" disabled>Send my message</button>' in shown
    assert "<bdi>member1@parliament.example</bdi>" in shown
    assert "member2@" not in shown
    assert "<textarea" not in without_form
    assert "<p>Good day Member 1, a new text.</p>" in without_form
    assert '<html lang="ar" dir="rtl"' in in_arabic
    assert "Email" not in in_arabic.partition("<main")[2].partition("</main>")[0]
    for each in (shown, without_form):
        assert "not here yet" not in each


def test_without_a_list_the_preview_invents_somebody(client):
    appeal = make_appeal(live=False, areas=0)
    client.force_login(make_user("editor", "Editors"))
    fields = {"title": "T", "language": appeal.language_id, "subject": "S", "slug": ""}
    fields |= {"text": "Dear {representative},", "sends": "on", "area_label": "Constituency"}
    url = reverse("wagtailsnippets_campaigns_appeal:preview_on_add")

    valid = client.post(url, fields).json()
    new = client.get(url).content.decode()

    assert valid["is_valid"] is True
    for each in (preview(appeal), new):
        assert "Dear Representative," in each
        assert "<bdi>representative@example.org</bdi>" in each
        assert "Constituency" in each
