import pytest
from wagtail.models import Locale, ModelLogEntry

from campaigns.models import Petition, State, Tally
from campaigns.petitions import publishing
from campaigns.privacy import retention
from tests.campaigns.cms.browsing import HOME, form_data, url
from tests.campaigns.cms.conftest import MANAGER, make_team
from tests.factories import days_ago, make_petition, make_signature


def state(petition):
    return Petition.objects.get(pk=petition.pk).state


def test_asking_changes_nothing_and_answering_does(teams, people, browse):
    client = browse(people.river_manager)
    for verb, name in [
        ("pause", State.PAUSED),
        ("resume", State.OPEN),
        ("deliver", State.OPEN),
        ("undeliver", State.OPEN),
        ("close", State.CLOSED),
    ]:
        before = state(teams.ours)

        asked = client.get(url("control", teams.ours.pk, verb))
        assert (asked.status_code, state(teams.ours)) == (200, before)
        client.post(url("control", teams.ours.pk, verb))

        assert state(teams.ours) == name
    client.post(url("control", teams.ours.pk, "win"))
    assert state(teams.ours) == State.WON
    client.post(url("control", teams.ours.pk, "unwin"))
    assert state(teams.ours) == State.CLOSED
    actions = ModelLogEntry.objects.filter(
        action__startswith="petition.", user=people.river_manager
    )
    assert [entry.action for entry in actions.order_by("pk")] == [
        f"petition.{verb}"
        for verb in ("pause", "resume", "deliver", "undeliver", "close", "win", "unwin")
    ]


def test_a_hold_is_set_with_a_reason_and_lifted(teams, people, browse):
    client = browse(people.river_manager)
    path = url("control", teams.ours.pk, "hold")

    assert client.post(path, {"reason": " "}).status_code == 422
    client.post(path, {"reason": "A court asks."})
    held = Tally.objects.get(petition=teams.ours)
    shown = client.get(url("inspect", teams.ours.pk)).content.decode()
    client.post(url("control", teams.ours.pk, "unhold"))

    lifted = Tally.objects.get(petition=teams.ours)
    assert held.held_at is not None
    assert (held.held_reason, lifted.held_at, lifted.held_reason) == ("A court asks.", None, "")
    assert "not anonymised, held since" in shown
    entries = ModelLogEntry.objects.filter(action__contains="hold").order_by("pk")
    assert [(entry.action, entry.data, entry.user) for entry in entries] == [
        ("petition.hold", {"reason": "A court asks."}, people.river_manager),
        ("petition.unhold", {}, people.river_manager),
    ]


@pytest.mark.parametrize("name", ["editor", "moderator"])
def test_holding_data_is_for_campaign_managers(name, teams, people, browse):
    client = browse(getattr(people, name))
    path = url("control", teams.ours.pk, "hold")

    for response in (client.get(path), client.post(path, {"reason": "A court asks."})):
        assert (response.status_code, response.url) == HOME
    assert Tally.objects.get(petition=teams.ours).held_at is None
    assert path not in client.get(url("edit", teams.ours.pk)).content.decode()
    assert path in browse(people.manager).get(url("inspect", teams.ours.pk)).content.decode()


@pytest.mark.parametrize(
    ("closed", "anonymised", "said"),
    [
        (None, False, "anonymised 90 days after the end"),
        (days_ago(-1), False, "that of 0 signers is anonymised on"),
        (days_ago(10), False, "that of 0 signers is anonymised on"),
        (days_ago(100), False, "anonymised within the hour"),
        (days_ago(100), True, "there is none left"),
    ],
)
def test_the_clock_of_signers_data_is_shown(
    closed, anonymised, said, teams, people, browse, settings
):
    settings.TIME_ZONE = "Europe/Vienna"
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=closed)
    if anonymised:
        retention.run()

    pages = [
        browse(people.editor).get(url("edit", teams.ours.pk)).content.decode(),
        browse(people.manager).get(url("inspect", teams.ours.pk)).content.decode(),
    ]

    for page in pages:
        assert said in page
        assert ("(Europe/Vienna)" in page) == (closed is not None)


@pytest.mark.parametrize("verb", ["pause", "close", "win", "move"])
def test_controlling_needs_its_own_right(verb, teams, editor, browse):
    client = browse(editor)

    for method in (client.get, client.post):
        response = method(url("control", teams.ours.pk, verb))
        assert (response.status_code, response.url) == HOME
    assert state(teams.ours) == State.OPEN
    assert url("control", teams.ours.pk, verb) not in (
        client.get(url("edit", teams.ours.pk)).content.decode()
    )


@pytest.mark.parametrize("verb", ["resume", "unwin"])
def test_what_has_nothing_to_do_says_so(verb, teams, people, browse):
    response = browse(people.editor).post(url("control", teams.ours.pk, verb), follow=True)

    assert "There is nothing to do" in response.content.decode()
    assert not ModelLogEntry.objects.filter(action=f"petition.{verb}").exists()


def test_an_unknown_verb_is_not_found(teams, people, browse):
    client = browse(people.administrator)

    for verb in ("publish", "mark", "nonsense"):
        assert client.post(url("control", teams.ours.pk, verb)).status_code == 404


def test_moving_needs_the_right_in_both_collections(teams, people, browse):
    client = browse(people.river_manager)
    path = url("control", teams.ours.pk, "move")

    refused = client.post(path, {"collection": teams.forest.pk})
    assert refused.status_code == 422
    assert "Forest" not in client.get(path).content.decode()
    people.river_manager.groups.add(make_team("Forest too", teams.forest, *MANAGER))
    client.post(path, {"collection": teams.forest.pk})

    assert Petition.objects.get(pk=teams.ours.pk).collection == teams.forest


def test_the_history_tells_what_was_done(teams, people, browse):
    publishing.pause(teams.ours, by=people.editor)
    publishing.move(teams.ours, teams.forest, by=people.editor)

    page = browse(people.editor).get(url("history", teams.ours.pk)).content.decode()

    assert "Paused" in page
    assert "Moved from “River” to “Forest”" in page


def test_a_manager_reads_the_history_and_is_led_to_no_draft(teams, people, browse):
    teams.ours.save_revision(user=people.editor, log_action=True)
    client = browse(people.manager)
    history = url("history", teams.ours.pk)

    overview = client.get(url("inspect", teams.ours.pk)).content.decode()
    page = client.get(history)

    assert history in overview
    assert page.status_code == 200
    assert "/revisions/" not in page.content.decode()
    assert url("edit", teams.ours.pk) not in page.content.decode()
    assert "/revisions/" in browse(people.editor).get(history).content.decode()


def test_a_form_that_was_open_at_the_closing_does_not_reopen_unseen(teams, people, browse):
    client = browse(people.moderator)
    row = Petition.objects.get(pk=teams.ours.pk)
    loaded = {
        "loaded_revision_id": row.latest_revision_id,
        "loaded_revision_created_at": row.latest_revision.created_at.isoformat(),
        "action-publish": "1",
    }
    publishing.close(row, by=people.editor)

    response = client.post(url("edit", teams.ours.pk), form_data(**loaded))

    assert "closed while you were editing" in response.content.decode()
    assert state(teams.ours) == State.CLOSED


@pytest.mark.parametrize("view", ["delete", "unpublish"])
def test_a_signed_petition_stays_and_the_cms_says_what_to_do(view, teams, people, browse):
    client = browse(people.administrator)

    asked = client.get(url(view, teams.ours.pk))
    done = client.post(url(view, teams.ours.pk))

    assert (asked.status_code, done.status_code) == (200, 409)
    assert "close it" in asked.content.decode()
    assert state(teams.ours) == State.OPEN


@pytest.mark.parametrize(("view", "left"), [("delete", None), ("unpublish", State.DRAFT)])
def test_an_unsigned_petition_goes(view, left, people, browse):
    petition = make_petition(title="Nobody signed")
    client = browse(people.administrator)

    assert client.get(url(view, petition.pk)).status_code == 200
    assert client.post(url(view, petition.pk)).status_code == 302

    row = Petition.objects.filter(pk=petition.pk).first()
    assert (row and row.state) == left


def test_an_original_with_translations_stays(people, browse):
    petition = make_petition()
    french = petition.copy_for_translation(Locale.objects.create(language_code="fr"))
    french.save()

    response = browse(people.administrator).post(url("delete", petition.pk))

    assert response.status_code == 409
    assert Petition.objects.filter(pk__in=[petition.pk, french.pk]).count() == 2
    assert not ModelLogEntry.objects.filter(action="wagtail.delete").exists()


def test_deleting_is_not_offered_to_those_who_may_not(teams, people, browse):
    client = browse(people.moderator)

    assert client.get(url("delete", teams.ours.pk)).status_code == 302
    assert url("delete", teams.ours.pk) not in client.get(url("list")).content.decode()


def test_unpublishing_is_offered_only_while_nobody_has_signed(people, browse):
    petition = make_petition()
    client = browse(people.moderator)

    before = client.get(url("edit", petition.pk)).content.decode()
    make_signature(petition)
    after = client.get(url("edit", petition.pk)).content.decode()

    assert url("unpublish", petition.pk) in before
    assert url("unpublish", petition.pk) not in after
