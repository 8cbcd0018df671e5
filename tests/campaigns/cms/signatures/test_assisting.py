"""The screens for assistance: staff do for one signer what that signer asked for."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.models import Signature
from campaigns.privacy import access_report, access_report_in_words, retention
from campaigns.signing import assisting
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import grant
from tests.campaigns.cms.signatures.test_history import of_petition, of_signature
from tests.factories import make_ended, make_mail, make_signature

pytestmark = pytest.mark.django_db

REASON = {"reason": "A phone call"}
# Each screen with its form data, and the entries in the histories of the signature and petition.
SCREENS = {
    "resend_confirmation": ({}, "Confirmation email sent again", "Confirmation email sent again"),
    "confirm_by_hand": (REASON, "Confirmed by hand: A phone call", "Confirmed by hand"),
    "correct_name": (
        {**REASON, "name": "Augusta King"},
        "Name corrected: A phone call",
        "Name corrected",
    ),
    "stop_mail": (REASON, "All emails stopped: A phone call", "All emails stopped"),
}


@pytest.fixture
def pending(teams) -> Signature:
    return make_signature(teams.ours, name="Ida", email="ida@example.org", confirmed_at=None)


def state(signature: Signature) -> tuple:
    found = Signature.objects.get(pk=signature.pk)
    return (found.name, found.state, found.mails.count(), assisting.is_stopped(found))


@pytest.mark.parametrize("verb", SCREENS)
def test_it_asks_on_get_acts_on_post_and_is_in_both_histories(verb, pending, people, browse):
    client, (answer, of_one, of_all) = browse(people.moderator), SCREENS[verb]
    address = reverse(verb, args=[pending.pk])
    before = state(pending)

    asked = client.get(address)
    unchanged = state(pending)
    done = client.post(address, answer)

    assert (asked.status_code, unchanged) == (200, before)
    assert done["Location"] == reverse("signatures_modeladmin_inspect", args=[pending.pk])
    assert state(pending) != before
    assert of_signature(client, pending) == [of_one]
    assert of_petition(client, pending.tally.petition)[0] == of_all


def test_without_a_reason_nothing_is_done(pending, people, browse):
    before, client = state(pending), browse(people.moderator)

    for verb in ("confirm_by_hand", "correct_name", "stop_mail"):
        refused = client.post(reverse(verb, args=[pending.pk]), {"name": "Eve"})
        assert (refused.status_code, state(pending)) == (422, before), verb


def test_it_needs_the_right_to_moderate_this_petition(teams, pending, people, browse):
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    strangers = make_signature(teams.theirs, email="x@example.org", confirmed_at=None)
    editor, river_manager = browse(people.editor), browse(people.river_manager)

    for verb in (*SCREENS, "allow_mail"):
        answers = {
            "editor": editor.post(reverse(verb, args=[pending.pk]), REASON),
            "theirs": river_manager.post(reverse(verb, args=[strangers.pk]), REASON),
            "ours": river_manager.get(reverse(verb, args=[pending.pk])),
        }

        expected = {"editor": 404, "theirs": 404, "ours": 302 if verb == "allow_mail" else 200}
        assert {who: answer.status_code for who, answer in answers.items()} == expected, verb
        logged = ModelLogEntry.objects.filter(action__startswith="signature.")
        assert not logged.exists(), verb


def test_the_page_of_a_signature_offers_what_is_possible(teams, pending, people, browse):
    stopped = make_signature(teams.ours, email="stopped@example.org")
    assisting.stop_mail(stopped)
    client = browse(people.moderator)
    verbs = [*SCREENS, "allow_mail"]

    def offered(signature: Signature) -> list[str]:
        address = reverse("signatures_modeladmin_inspect", args=[signature.pk])
        page = client.get(address).content.decode()
        return [verb for verb in verbs if reverse(verb, args=[signature.pk]) in page]

    assert offered(pending) == list(SCREENS)
    assert offered(teams.ada) == ["correct_name", "stop_mail"]
    assert offered(stopped) == ["correct_name", "allow_mail"]


def test_what_is_not_possible_says_why(teams, pending, people, browse):
    stopped = make_signature(teams.ours, email="s@example.org", confirmed_at=None)
    fake = make_signature(
        teams.ours, email="f@example.org", confirmed_at=None, moderation="quarantined"
    )
    make_signature(make_ended(), email="old@example.org")
    retention.run()
    gone = Signature.objects.get(anonymised_at__isnull=False)
    assisting.stop_mail(stopped)

    def told(verb: str, signature: Signature) -> str:
        client = browse(people.administrator)
        answer = client.get(reverse(verb, args=[signature.pk]))
        assert answer["Location"] == reverse("signatures_modeladmin_inspect", args=[signature.pk])
        return said(client)

    assert "This signature is confirmed already." in told("confirm_by_hand", teams.ada)
    assert "This signature is quarantined or invalidated." in told("confirm_by_hand", fake)
    assert "This person asked for no more emails." in told("resend_confirmation", stopped)
    page = reverse("signatures_modeladmin_inspect", args=[stopped.pk])
    again = browse(people.administrator).get(page).context["timeline"]
    assert "All emails to this mailbox about the petition were stopped" in [
        str(entry.message) for entry in again
    ]
    assert "All emails to this person are already stopped." in told("stop_mail", stopped)
    assert "Emails to this person are not stopped." in told("allow_mail", pending)
    assert "The data of this signer is no longer stored." in told("correct_name", gone)


def test_the_page_of_a_signature_says_that_it_was_confirmed_by_hand(pending, people, browse):
    assisting.confirm_by_hand(pending, reason="Letter of 3 May", by=people.moderator)
    address = reverse("signatures_modeladmin_inspect", args=[pending.pk])

    page = browse(people.moderator).get(address).content.decode()

    assert "Confirmed by hand" in page
    assert "Letter of 3 May" in page


def test_when_three_mails_have_gone_it_says_so(pending, people, browse):
    for _ in range(3):
        make_mail(pending)

    # The page that follows shows it.
    answer = browse(people.moderator).get(
        reverse("resend_confirmation", args=[pending.pk]), follow=True
    )

    shown = "A mailbox gets at most 3 emails about one petition, and at most 5 emails a day."
    assert shown in answer.content.decode()


def test_what_was_typed_is_handed_out_and_goes_from_the_log_with_the_signature(
    pending, people, browse
):
    client = browse(people.administrator)
    client.post(reverse("correct_name", args=[pending.pk]), {"name": "Eve", **REASON})
    told = access_report.export(pending.email)

    client.post(reverse("signatures_modeladmin_delete", args=[pending.pk]))

    (act,) = told["signatures"][0]["acts"]
    assert (act["act"], act["reason"]) == ("signature.correct_name", REASON["reason"])
    assert "Action: Correct the name" in str(access_report_in_words.tree(told))
    logged = ModelLogEntry.objects.filter(action="signature.correct_name")
    assert [entry.data for entry in logged] == [{}]
    assert "Eve" not in str(ModelLogEntry.objects.values_list("label", "data"))
