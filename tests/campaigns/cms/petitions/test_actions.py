"""Actions on a petition: when and to whom they are offered, their effect, and the history."""

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.cms.permissions import SEE
from campaigns.counting import counting
from campaigns.models import Petition, State, Tally
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions import ACTIONS, Action
from campaigns.privacy import retention
from tests.campaigns.cms.browsing import HOME, url
from tests.campaigns.cms.conftest import MANAGER, make_team, make_user
from tests.campaigns.cms.petitions.states import put_in
from tests.factories import days_ago

EVERY = set(State)
PUBLISHED = EVERY - {State.DRAFT}


@dataclass(frozen=True)
class Case:
    """What is expected of an action."""

    states: set[State]
    is_done: Callable[[Tally], bool]
    entry: str
    permissions: tuple[str, ...] = ("control",)
    # Called before, so that the action has something to do.
    given: Callable[[Petition], None] = lambda petition: None
    answer: Callable[[], dict[str, Any]] = dict


CASES = {
    "pause": Case(
        {State.OPEN, State.SCHEDULED}, lambda tally: tally.paused_at is not None, "Paused"
    ),
    "resume": Case({State.PAUSED}, lambda tally: tally.paused_at is None, "Resumed"),
    "close": Case(
        {State.OPEN, State.PAUSED}, lambda tally: tally.petition.closes_at is not None, "Closed"
    ),
    "declare_victory": Case(
        PUBLISHED - {State.WON},
        lambda tally: (tally.won_at is not None, tally.won_words) == (True, "The dam is off."),
        "Victory declared",
        answer=lambda: {"words": "The dam is off.", "day": timezone.localdate()},
    ),
    "undo_victory": Case(
        {State.WON}, lambda tally: tally.won_at is None, "Declaration of victory undone"
    ),
    "record_handover": Case(
        PUBLISHED - {State.SCHEDULED},
        lambda tally: tally.handed_over_at is not None,
        "Handover recorded",
        answer=lambda: {"receiver": "The minister", "day": timezone.localdate()},
    ),
    "undo_handover": Case(
        PUBLISHED,
        lambda tally: tally.handed_over_at is None,
        "Record of the handover undone",
        given=lambda petition: immediate_actions.record_handover(petition, by=None),
    ),
    "record_reply": Case(
        PUBLISHED,
        lambda tally: tally.reply_words == "We shall see.",
        "Reply recorded",
        given=lambda petition: immediate_actions.record_handover(petition, by=None),
        answer=lambda: {"words": "We shall see.", "day": timezone.localdate()},
    ),
    "undo_reply": Case(
        PUBLISHED,
        lambda tally: (tally.replied_at, tally.reply_words) == (None, ""),
        "Record of the reply undone",
        given=lambda petition: (
            immediate_actions.record_handover(petition, by=None)
            or immediate_actions.record_reply(petition, words="No.", by=None)
        ),
    ),
    "start_forwarding": Case(
        PUBLISHED,
        lambda tally: (tally.forwarding_at is not None, tally.forwards_hourly) == (True, 20),
        "Emails to the targets started: 20 an hour",
        given=lambda petition: Petition.objects.update(forwards="each"),
        answer=lambda: {"hourly": 20, "together": 10},
    ),
    "pause_forwarding": Case(
        PUBLISHED,
        lambda tally: tally.forwarding_at is None,
        "Emails to the targets paused",
        given=lambda petition: Tally.objects.update(forwarding_at=timezone.now()),
    ),
    "set_limits": Case(
        {State.DRAFT, State.SCHEDULED, State.OPEN, State.PAUSED},
        lambda tally: (tally.burst_limit, tally.sustained_limit) == (40, None),
        "Limits of a network: 40 signatures in ten minutes, 100 in a day",
        permissions=("moderate_signatures", "publish"),
        answer=lambda: {"burst": 40, "sustained": None},
    ),
    "ask_for_proof": Case(
        {State.DRAFT, State.SCHEDULED, State.OPEN, State.PAUSED},
        lambda tally: tally.proof_at is not None,
        "Proof of work asked for",
        permissions=("moderate_signatures", "publish"),
    ),
    "drop_proof": Case(
        {State.DRAFT, State.SCHEDULED, State.OPEN, State.PAUSED},
        lambda tally: tally.proof_at is None,
        "Proof of work no longer asked for",
        permissions=("moderate_signatures", "publish"),
        given=lambda petition: immediate_actions.ask_for_proof(petition, by=None),
    ),
    "hold": Case(
        PUBLISHED,
        lambda tally: tally.held_reason == "A court asks.",
        "Signers’ data held: A court asks.",
        permissions=("hold_signatures",),
        answer=lambda: {"reason": "A court asks."},
    ),
    "end_hold": Case(
        EVERY,
        lambda tally: tally.held_at is None,
        "Hold ended",
        permissions=("hold_signatures",),
        given=lambda petition: immediate_actions.hold(petition, reason="A court asks.", by=None),
    ),
    "move": Case(
        EVERY,
        lambda tally: tally.petition.collection.name == "Forest",
        "Moved from “River” to “Forest”",
        answer=lambda: {"collection": "Forest"},
    ),
}
every_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.verb)


def ready_for(action: Action, teams) -> tuple[Petition, dict[str, Any]]:
    """A petition of River for which the action is offered, and the data of the action's form."""
    case = CASES[action.verb]
    petition = put_in(sorted(case.states)[0], collection=teams.river)
    case.given(petition)
    ModelLogEntry.objects.all().delete()
    asks = {"collection": teams.forest}
    return petition, {name: asks.get(name, text) for name, text in case.answer().items()}


def is_done(action: Action, petition: Petition) -> bool:
    return CASES[action.verb].is_done(Tally.objects.get(petition=petition))


@every_action
def test_an_action_is_offered_in_its_states_alone(action, teams, people, browse):
    case = CASES[action.verb]
    client = browse(people.administrator)
    offered = set()

    for name in State:
        petition = put_in(name, collection=teams.river)
        case.given(petition)
        path = url(action.verb, petition.pk)
        asked = client.get(path)
        shown = path in client.get(url("inspect", petition.pk)).content.decode()
        assert (asked.status_code, shown) in [(200, True), (302, False)]
        offered |= {name} if shown else set()

    assert offered == case.states


@every_action
def test_an_action_needs_its_right_and_no_other(action, teams, browse):
    petition, _ = ready_for(action, teams)
    needed = CASES[action.verb].permissions
    for right in needed:
        make_team(f"With {right}", teams.river, right)
    make_team("With all others", teams.river, *(right for right in SEE if right not in needed))
    path = url(action.verb, petition.pk)

    allowed = [browse(make_user(right, f"With {right}")).get(path) for right in needed]
    refused = browse(make_user("without", "With all others"))

    assert {response.status_code for response in allowed} == {200}
    for response in (refused.get(path), refused.post(path)):
        assert (response.status_code, response.url) == HOME
    assert path not in refused.get(url("edit", petition.pk)).content.decode()


@every_action
def test_asking_changes_nothing_and_answering_acts_once(action, teams, people, browse):
    petition, answer = ready_for(action, teams)
    data = {name: getattr(value, "pk", value) or "" for name, value in answer.items()}
    client = browse(people.administrator)
    path = url(action.verb, petition.pk)

    question = client.get(path)
    assert (question.status_code, is_done(action, petition)) == (200, False)
    assert f"{action.button or action.label}</button>" in unescape(question.content.decode())
    done, again = client.post(path, data), client.post(path, data)
    action.act(petition, by=people.administrator, **answer)

    assert (done.status_code, again.status_code) == (302, 302)
    assert is_done(action, petition)
    entry = ModelLogEntry.objects.get(action__startswith="petition.")
    assert (entry.action, entry.user) == (f"petition.{action.verb}", people.administrator)
    history = client.get(url("history", petition.pk)).content.decode()
    assert CASES[action.verb].entry in history


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


@pytest.mark.parametrize("name", ["editor", "moderator"])
def test_holding_data_is_for_campaign_managers(name, teams, people, browse):
    client = browse(getattr(people, name))
    path = url("hold", teams.ours.pk)

    for response in (client.get(path), client.post(path, {"reason": "A court asks."})):
        assert (response.status_code, response.url) == HOME
    assert Tally.objects.get(petition=teams.ours).held_at is None
    assert path not in client.get(url("edit", teams.ours.pk)).content.decode()
    assert path in browse(people.manager).get(url("inspect", teams.ours.pk)).content.decode()


@pytest.mark.parametrize(
    ("closed", "anonymised", "said"),
    [
        (None, False, "anonymised 90 days after the end"),
        (days_ago(-1), False, "signers’ data will be anonymised on"),
        (days_ago(10), False, "signers’ data will be anonymised on"),
        (days_ago(100), False, "will be anonymised within the hour"),
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


def test_the_clock_counts_signers_only_where_somebody_has_signed(teams, people, browse):
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=days_ago(10))

    counting.recount()

    page = browse(people.editor).get(url("edit", teams.ours.pk)).content.decode()
    assert "the data of 1 signer will be anonymised on" in page


def test_moving_needs_the_right_in_both_collections(teams, people, browse):
    client = browse(people.river_manager)
    path = url("move", teams.ours.pk)

    refused = client.post(path, {"collection": teams.forest.pk})
    assert refused.status_code == 422
    assert "Forest" not in client.get(path).content.decode()
    people.river_manager.groups.add(make_team("Forest too", teams.forest, *MANAGER))
    client.post(path, {"collection": teams.forest.pk})

    assert Petition.objects.get(pk=teams.ours.pk).collection == teams.forest
