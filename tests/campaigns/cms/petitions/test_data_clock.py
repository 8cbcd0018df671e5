"""When the data of signers is anonymised, who may hold it, and of how many there is any."""

from django.db import transaction
from wagtail.models import ModelLogEntry

from campaigns.counting import counting, surveying
from campaigns.models import Petition, Tally
from campaigns.privacy import deleting, kept_for_mailings, retention
from tests.campaigns.cms.browsing import HOME, url
from tests.campaigns.cms.petitions.test_actions import offered_to
from tests.factories import days_ago, make_signature


def test_a_day_after_closing_nobody_awaits_a_confirmation_any_more(teams, people, browse):
    client = browse(people.editor)
    petitions = Petition.objects.filter(pk=teams.ours.pk)

    pages = []
    for closes_at in (None, days_ago(0.9), days_ago(1.1)):
        petitions.update(closes_at=closes_at)
        pages.append(client.get(url("inspect", teams.ours.pk)).content.decode())

    waits, late = "<dt>Awaiting confirmation</dt>", "<dt>Not confirmed in time</dt>"
    assert [(waits in page, late in page) for page in pages] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_the_clock_counts_nobody_whose_data_is_gone(teams, people, browse):
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=days_ago(10))
    others = [make_signature(teams.ours, email=f"{each}@example.org") for each in range(3)]
    with transaction.atomic():
        deleting.anonymise([others[0].pk])
        kept_for_mailings.leave([others[1].pk])
    counting.recount()
    surveying.survey()

    page = browse(people.editor).get(url("inspect", teams.ours.pk)).content.decode()

    assert "the data of 2 signers will be anonymised on" in page


def test_the_clock_of_signers_data_is_shown(teams, people, browse, settings):
    settings.TIME_ZONE = "Europe/Vienna"
    manager = browse(people.manager)
    cases = [
        (None, "anonymised 90 days after the end"),
        (days_ago(-1), "\n    will be anonymised on"),
        (days_ago(10), "\n    will be anonymised on"),
        (
            days_ago(100),
            "within the hour, or a day later if the server was off for more than a day",
        ),
        ("anonymised", "there is none left"),
    ]

    for closed, said in cases:
        if closed == "anonymised":
            retention.run()
        else:
            Petition.objects.filter(pk=teams.ours.pk).update(closes_at=closed)
        page = manager.get(url("inspect", teams.ours.pk)).content.decode()
        assert said in page, closed
        assert ("(Europe/Vienna)" in page) == (closed is not None), closed


def test_the_clock_counts_signers_only_where_somebody_has_signed(teams, people, browse):
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=days_ago(10))

    counting.recount()

    page = browse(people.editor).get(url("inspect", teams.ours.pk)).content.decode()
    assert "the data of 1 signer will be anonymised on" in page


def test_whoever_undoes_a_victory_reads_whose_data_is_gone(teams, people, browse):
    """The petition closes later, so that its clock shows a day again after the undoing."""
    client, undo = browse(people.manager), url("undo_victory", teams.ours.pk)
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=days_ago(-10))
    counting.recount()
    surveying.survey()
    Tally.objects.filter(petition=teams.ours).update(won_at=days_ago(100))

    before = client.get(undo).content.decode()
    retention.run()
    asked = client.get(undo).content.decode()
    client.post(undo)

    page = client.get(url("inspect", teams.ours.pk)).content.decode()
    said = "The data of 1 signer has been anonymised since the victory was declared"
    assert [said in each for each in (before, asked)] == [False, True]
    assert "the data of 1 signer will be" not in page
    assert "\n    will be anonymised on" in page


def test_a_hold_is_set_with_a_reason_and_lifted(teams, people, browse):
    client = browse(people.river_manager)
    path = url("hold", teams.ours.pk)

    assert client.post(path, {"reason": " "}).status_code == 422
    client.post(path, {"reason": "A court asks."})
    held = Tally.objects.get(petition=teams.ours)
    shown = client.get(url("inspect", teams.ours.pk)).content.decode()
    client.post(url("end_hold", teams.ours.pk))

    lifted = Tally.objects.get(petition=teams.ours)
    assert held.held_at is not None
    assert (held.held_reason, lifted.held_at, lifted.held_reason) == ("A court asks.", None, "")
    assert "not anonymised, held since" in shown
    entries = ModelLogEntry.objects.filter(action__contains="hold").order_by("pk")
    assert [(entry.action, entry.data, entry.user) for entry in entries] == [
        ("petition.hold", {"reason": "A court asks."}, people.river_manager),
        ("petition.end_hold", {}, people.river_manager),
    ]


def test_holding_data_is_for_campaign_managers(teams, people, browse):
    path = url("hold", teams.ours.pk)

    for person in (people.editor, people.moderator):
        client = browse(person)
        for response in (client.get(path), client.post(path, {"reason": "A court asks."})):
            assert (response.status_code, response.url) == HOME, person
        assert Tally.objects.get(petition=teams.ours).held_at is None, person
        assert path not in offered_to(teams.ours, person), person
    assert path in browse(people.manager).get(url("inspect", teams.ours.pk)).content.decode()
