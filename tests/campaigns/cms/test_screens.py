"""Confirmation screens of the CMS: GET asks, POST acts, and nothing to do is no error."""

import pytest
from django.urls import reverse
from wagtail.models import Collection, ModelLogEntry

from campaigns.cms.screens import QuestionView
from campaigns.models import Decision, Petition
from campaigns.petitions import immediate_actions
from tests.campaigns.cms.browsing import said, url
from tests.campaigns.cms.mailings.test_mailings import press
from tests.factories import days_ago, make_campaign, make_mailing, make_petition, make_signature

SIGNATURES = reverse("signatures_modeladmin_index")


@pytest.fixture
def screens(teams) -> dict[str, str]:
    """The URL of each screen that needs more than a press of the button."""
    draft = make_petition(title="A draft", live=False)
    page = make_campaign(draft, live=False)
    page.save_revision()
    make_signature(teams.ours, email="third@example.org")
    teams.ours.opening = "The river is the last one that runs wild."
    teams.ours.save_revision()
    return {
        "hold": url("hold", teams.ours.pk),
        "move": url("move", teams.ours.pk),
        "explain": url("explain", teams.ours.pk),
        "mails": url("mails", teams.ours.pk),
        "moderate": reverse("moderate_signatures"),
        "publish": reverse("publish_page_with_petition", args=[page.pk]),
    }


def test_what_is_not_answered_is_asked_again(screens, admin_client):
    ModelLogEntry.objects.all().delete()

    for name, path in screens.items():
        asked = admin_client.get(path)
        unanswered = admin_client.post(path, {"reason": "x" * 2000})

        assert isinstance(asked.context["view"], QuestionView), name
        assert (asked.status_code, unanswered.status_code) == (200, 422), name
        keeps = name in ("hold", "explain", "moderate")
        assert ("x" * 2000 in unanswered.content.decode()) == keeps, name
        assert admin_client.put(path).status_code == 405, name
        assert not ModelLogEntry.objects.exists(), name


def test_where_there_is_nothing_to_do_it_says_so_and_leads_back(teams, admin_user, client):
    client.force_login(admin_user)
    page = make_campaign(teams.ours)
    edit_page = reverse("wagtailadmin_pages:edit", args=[page.pk])
    make_signature(teams.ours, email="fake@fake.example", moderation="quarantined")
    client.post(
        f"{reverse('moderate_signatures')}?state=quarantined",
        {"moderation": "release", "reason": "Fine"},
    )
    undo = reverse("undo_decision", args=[Decision.objects.get().pk])
    client.post(undo)
    expected = {
        undo: (SIGNATURES, "undone already"),
        f"{reverse('moderate_signatures')}?state=anonymised": (
            f"{SIGNATURES}?state=anonymised",
            "There are no signat",
        ),
        url("resume", teams.ours.pk): (url("edit", teams.ours.pk), "Nothing was changed"),
        url("explain", teams.ours.pk): (url("edit", teams.ours.pk), "No reason is needed"),
        reverse("publish_page_with_petition", args=[page.pk]): (edit_page, "no longer a draft"),
    }

    found = {}
    for address, (_back, text) in expected.items():
        client.cookies.pop("messages", None)  # as the page does that shows them
        response = client.get(address)
        found[address] = (response["Location"], text if text in said(client) else "")

    assert found == expected


def test_where_nobody_can_answer_no_button_is_offered(teams, people, browse):
    page = browse(people.river_manager).get(url("move", teams.ours.pk)).content.decode()

    assert "There is no other collection" in page
    assert "Move the petition</button>" not in page


def test_the_first_collection_is_not_called_root(teams, people, browse):
    client, root = browse(people.administrator), Collection.get_first_root_node()

    form = client.get(url("move", teams.ours.pk)).content.decode()
    client.post(url("move", teams.ours.pk), {"collection": root.pk})
    history = client.get(url("history", teams.ours.pk)).content.decode()

    name = "None: only for colleagues who see all collections"
    assert f'<option value="{root.pk}">{name}</option>' in form
    assert f"Moved from “River” to “{name}”" in history
    assert Petition.objects.get(pk=teams.ours.pk).collection == root


def test_only_what_ends_something_has_a_red_button(teams, people, browse):
    client = browse(people.administrator)
    immediate_actions.hold(teams.ours, reason="A court asks.", by=people.administrator)
    verbs = ["pause", "close", "declare_victory", "record_handover", "end_hold", "move"]

    red = [
        verb
        for verb in verbs
        if 'class="button serious"' in client.get(url(verb, teams.ours.pk)).content.decode()
    ]

    assert red == ["close", "declare_victory", "end_hold"]


def test_tests_are_in_the_history_and_an_account_sends_few_within_an_hour(
    browse, people, teams, mailoutbox, monkeypatch
):
    monkeypatch.setattr("campaigns.cms.screens.MOST_TESTS", 3)
    user = people.administrator
    mailing, client = make_mailing(teams.ours, teams.theirs), browse(user)
    mails = url("mails", teams.ours.pk)
    entries = ModelLogEntry.objects.filter(action="petition.mailing_test")

    told = []
    for kind in ("confirm", "thanks"):
        press(client, mailing, "test", seen=kind)
        client.post(mails, {"kind": kind})
        told.append(said(client))
    petitions = set(entries.values_list("object_id", "user"))
    ModelLogEntry.objects.update(timestamp=days_ago(1 / 24))
    client.post(mails, {"kind": "already"})

    assert len(mailoutbox) == 4
    refused = "You have sent 3 test emails within an hour."
    assert [refused in text for text in told] == [False, True]
    assert petitions == {(str(each.pk), user.pk) for each in (teams.ours, teams.theirs)}
    assert entries.count() == 4
