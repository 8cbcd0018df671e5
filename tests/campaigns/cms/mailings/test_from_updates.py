"""An update of a campaign page becomes the draft of a mailing."""

import json

import pytest
from django.urls import reverse

from campaigns.mailings import composing
from campaigns.mailings.mailing import Mailing, Recipient
from tests.factories import make_campaign, make_image, make_translated_page, make_translation

pytestmark = pytest.mark.django_db


def updates(*headings: str, image: int | None = None) -> str:
    """The updates of a page, each with the picture if one is given."""
    shown = {"image": image, "alt_text": "A bend of the river", "decorative": False}
    pictures = [{"type": "item", "id": "1", "value": {"image": shown, "caption": "At noon"}}]
    text = {"day": "2026-01-31", "text": "<p>He <b>waits</b>.</p>"}
    return json.dumps(
        [
            {
                "type": "update",
                "value": text | {"heading": heading, "pictures": pictures if image else []},
                "id": f"{place}2345678-1234-4234-8234-123456789abc",
            }
            for place, heading in enumerate(headings, 1)
        ]
    )


def test_the_text_of_an_update_becomes_a_draft_with_a_link_to_it(browse, people, teams):
    told = updates("The minister answers", "The dam is off", image=make_image().pk)
    page = make_campaign(teams.ours, updates=told)
    url = reverse("mail_update")
    client = browse(people.river_manager)

    asked = client.get(url).content.decode()
    unanswered = client.post(url, {})
    answer = client.post(url, {"update": f"{page.pk}-22345678"})

    mailing = Mailing.objects.get()
    mail = composing.compose(mailing, teams.ada, Recipient(pk=1))
    assert "The minister answers" in asked
    assert unanswered.status_code == 422
    assert answer["Location"] == reverse("mailings:edit", args=[mailing.pk])
    assert client.get(answer["Location"]).status_code == 200
    assert (mailing.subject, mailing.preheader, mailing.language) == (
        "The dam is off",
        "He waits.",
        "en",
    )
    assert list(mailing.tallies.all()) == [teams.ours.tally]
    assert list(mailing.writers.all()) == [people.river_manager]
    assert [block.block_type for block in mailing.body] == ["text", "image", "call_to_action"]
    for words in (f"{page.canonical_url}updates/22345678/", "[A bend of the river]", "At noon"):
        assert words in mail.body


def test_the_draft_is_in_the_language_of_its_page(browse, people, teams):
    page = make_campaign(teams.ours)
    german = make_translation(teams.ours, "de")
    told = updates("Der Minister antwortet")
    translated = make_translated_page(page, german, updates=told)

    browse(people.river_manager).post(
        reverse("mail_update"), {"update": f"{translated.pk}-12345678"}
    )

    mailing = Mailing.objects.get()
    assert (mailing.language, mailing.fallback) == ("de", "alle zusammen")
    assert mailing.body[-1].value["label"] == "Auf unserer Seite lesen"


def test_a_button_that_is_pressed_twice_makes_one_draft(browse, people, teams):
    page = make_campaign(teams.ours, updates=updates("The minister answers", "The dam is off"))
    client, token = browse(people.river_manager), {"csrfmiddlewaretoken": "a" * 64}

    first, again, other = (
        client.post(reverse("mail_update"), {"update": f"{page.pk}-{update}2345678", **token})
        for update in (1, 1, 2)
    )

    assert first["Location"] == again["Location"] != other["Location"]
    assert Mailing.objects.count() == 2


def test_only_who_may_write_to_its_signers_is_offered_it(browse, people, teams):
    theirs = make_campaign(teams.theirs, updates=updates("The minister answers"))
    ours = make_campaign(teams.ours, title="Ours", updates=updates("The dam is off"))
    draft = make_campaign(teams.ours, title="Draft", updates=updates("Not yet"), live=False)
    url = reverse("mail_update")
    client = browse(people.river_manager)

    offered = client.get(url).content.decode()
    foreign = client.post(url, {"update": f"{theirs.pk}-12345678"})
    nothing = client.get(url, {"page": draft.pk}, follow=True).content.decode()
    editor = browse(people.editor)
    edit = reverse("wagtailadmin_pages:edit", args=[ours.pk])
    admin = browse(people.administrator)

    assert "The dam is off" in offered
    assert "The minister answers" not in offered
    assert "Not yet" not in offered
    assert foreign.status_code == 422
    assert "No published page has an update." in nothing
    assert editor.get(url).status_code == 302
    assert url not in editor.get(edit).content.decode()
    assert f"{url}?page={ours.pk}" in admin.get(edit).content.decode()
    assert not Mailing.objects.exists()
