"""A handover and its reply are recorded, shown on the page, and can start a mailing."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from campaigns.mailings.mailing import Mailing
from campaigns.models import Petition, Tally
from campaigns.pages.timeline import milestone_entries
from campaigns.petitions.actions.forms import HandoverForm
from tests.campaigns.cms.browsing import url
from tests.campaigns.pages.test_victory import picture
from tests.factories import day, days_ago, make_campaign, make_translation

__all__ = ["picture"]

HANDOVER = {
    "receiver": "Jane Doe, Minister",
    "place": "Bern, on the steps",
    "words": "Forty people carried it.\n\nIt rained <hard>.",
}
REPLY = {"words": "We shall think about it."}


def handover(days: int = -3, **changed) -> dict:
    return {"day": day(days).isoformat()} | HANDOVER | changed


def reply(days: int = 0, **changed) -> dict:
    return {"day": day(days).isoformat()} | REPLY | changed


def test_what_is_recorded_is_told_on_the_page_and_begins_a_mailing(
    teams, people, picture, browse, client
):
    Petition.objects.update(first_published_at=days_ago(30))
    page = make_campaign(teams.ours)
    french = make_translation(teams.ours, "fr")
    manager = browse(people.administrator)
    record = url("record_handover", teams.ours.pk)

    question = manager.get(record).content.decode()
    done = manager.post(record, handover(picture=picture.pk), follow=True).content.decode()
    manager.post(url("record_reply", teams.ours.pk), reply())
    shown = BeautifulSoup(client.get(page.url).content, "html.parser")
    offered = manager.get(reverse("mail_update")).content.decode()
    manager.post(reverse("mail_update"), {"update": f"{page.pk}-delivered"})

    assert "Their names and offices" in question
    assert reverse("mail_update") in done
    told = shown.find("li", class_="happened-delivered")
    for words in ("Jane Doe, Minister.", "Bern, on the steps", "Forty people", "rained <hard>."):
        assert words in told.text
    assert told.find("img")["alt"] == picture.description
    assert told.find("time")["datetime"] == day(-3).isoformat()
    assert "We shall think about it." in shown.find("li", class_="happened-replied").text
    assert "Handed over" in offered
    mailing = Mailing.objects.get()
    assert mailing.subject == "Handed over"
    assert [block.block_type for block in mailing.body] == ["text", "image", "call_to_action"]
    assert "It rained &lt;hard&gt;." in mailing.body[0].value.source
    words = [entry.words for entry in milestone_entries(french)]
    assert not [text for text in words if "Bern" in text or "think" in text]


def test_a_handing_over_is_undone_with_its_reply(teams, people, picture, browse):
    manager = browse(people.administrator)
    manager.post(url("record_handover", teams.ours.pk), handover(days=0))
    manager.post(url("record_reply", teams.ours.pk), reply())
    before = Tally.objects.values().get(petition=teams.ours)

    manager.post(url("undo_handover", teams.ours.pk))

    after = Tally.objects.values().get(petition=teams.ours)
    names = [name for name in after if name.startswith(("handed", "handover", "repl"))]
    assert any(before[name] for name in names)
    assert not any(after[name] for name in names)


@pytest.mark.parametrize(
    ("verb", "typed", "told"),
    [
        ("record_handover", {"days": 1}, "in the future"),
        ("record_handover", {"day": "2001-01-01"}, "was not public yet"),
        ("record_handover", {"receiver": ""}, "This field is required."),
        ("record_reply", {"days": -9}, "after this day"),
        ("record_reply", {"words": " "}, "This field is required."),
    ],
)
def test_days_and_texts_that_cannot_be_are_refused(verb, typed, told, teams, people, browse):
    Petition.objects.update(first_published_at=days_ago(30))
    manager, data = browse(people.administrator), handover
    if verb == "record_reply":
        manager.post(url("record_handover", teams.ours.pk), handover())
        data = reply

    answer = manager.post(url(verb, teams.ours.pk), data(**typed))

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert data(**typed)["words"].split("\n")[0] in answer.content.decode()


def test_the_addressees_are_proposed_in_the_language_of_the_original(teams, people):
    targets = [("target", {"name": name, "role": ""}) for name in ("Ada", "Bea", "Cleo")]
    Petition.objects.filter(pk=teams.ours.pk).update(targets=targets)
    petition = Petition.objects.get(pk=teams.ours.pk)

    with translation.override("de"):
        form = HandoverForm(petition=petition, user=people.administrator)

    assert form.fields["receiver"].initial == "Ada, Bea and Cleo"
