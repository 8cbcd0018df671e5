"""Readers can send the proposed message of an appeal unchanged: its text, subject and names."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campaigns.models import Appeal, Message
from tests.campaigns.appeals.test_messages import link, post, send
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_appeal

pytestmark = pytest.mark.django_db

PASTED = (
    "Dear {representative},\x0b\uf0b7 stop the dam\u2028\uf0a7 repair\x0c"
    "See https://river.example/\u200b first.\u2029Thank you"
)


def sent_unchanged(client, appeal: Appeal, **query: str):
    """The response to a reader who sends the form unchanged."""
    form = client.get(appeal.get_absolute_url(), query).context["form"]
    to = appeal.representatives.first()
    return post(client, appeal, **{**form.initial, "to": to.pk, "area": to.area})


def test_what_was_pasted_from_a_word_processor_can_be_sent_as_it_is(client):
    appeal = make_appeal(text=PASTED, subject="The\u2028 last\u200b river", areas=1)
    appeal.clean()
    appeal.save()

    answer = sent_unchanged(client, appeal)

    assert answer.status_code == 303
    assert appeal.subject == "The last river"
    assert Message.objects.get().text == (
        "Dear Member 1,\n• stop the dam\n▪ repair\nSee https://river.example/ first.\nThank you"
    )


def test_an_editor_is_told_of_what_nobody_could_send(client):
    client.force_login(make_user("moderator", "Moderators"))
    appeal = make_appeal()
    url = reverse("wagtailsnippets_campaigns_appeal:edit", args=[appeal.pk])
    fields = {"title": "T", "slug": "t", "language": appeal.language_id, "subject": "S"}

    response = client.post(url, fields | {"text": "Dear\ue000 {representative}"})

    assert set(response.context["form"].errors) == {"text"}
    with pytest.raises(ValidationError):
        make_appeal(slug="other", subject="\u202e").clean()


def test_a_name_in_the_list_may_look_like_a_web_address(client):
    appeal = make_appeal(areas=1)
    appeal.representatives.update(name="Verkehr.de")

    assert sent_unchanged(client, appeal).status_code == 303
    assert post(client, appeal, text="Dear Verkehr.de, see shop.de").status_code == 422


def test_the_name_stands_in_the_subject_too(client):
    appeal = make_appeal(subject="A question to {representative}", areas=1)

    page = client.get(appeal.get_absolute_url())
    assert sent_unchanged(client, appeal).status_code == 303
    client.post(link(send()[0]))
    (sent,) = send()

    (program,) = re.findall(r'href="(mailto:[^"]+)"', page.content.decode())
    query = parse_qs(urlsplit(html.unescape(program)).query)
    assert page.context["form"].initial["subject"] == "A question to Member 1"
    assert "<dd>A question to Member 1</dd>" in page.content.decode()
    assert query["subject"] == ["A question to Member 1"]
    assert sent.subject == "A question to Member 1"


def test_of_several_the_chosen_name_stands_in_the_subject_and_the_longest_fits(client):
    appeal = make_appeal(subject="A question about the river to {representative}", text="Stop.")
    appeal.representatives.update(area="Area 1", name="N" * 120)

    page = client.get(appeal.get_absolute_url())
    answer = sent_unchanged(client, appeal)

    assert answer.status_code == 303
    assert "{representative} will be replaced" in page.content.decode()
    assert Message.objects.get().subject == f"A question about the river to {'N' * 90}"
