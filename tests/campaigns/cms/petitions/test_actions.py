"""Actions on a petition: when and to whom they are offered, their effect, and the history."""

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.cms.permissions import SEE
from campaigns.models import Petition, State, Tally
from campaigns.petitions import immediate_actions, panels
from campaigns.petitions.actions import ACTIONS, Action
from tests.campaigns.cms.browsing import HOME, url
from tests.campaigns.cms.conftest import MANAGER, make_team, make_user
from tests.campaigns.cms.petitions.states import put_in

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
        given=lambda petition: Petition.objects.filter(pk=petition.pk).update(forwards="each"),
        answer=lambda: {"hourly": 20, "together": 10},
    ),
    "pause_forwarding": Case(
        PUBLISHED,
        lambda tally: tally.forwarding_at is None,
        "Emails to the targets paused",
        given=lambda petition: Tally.objects.filter(petition=petition).update(
            forwarding_at=timezone.now()
        ),
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
# The actions that need something done before, each group in one petition.
FIRST = ("undo_handover", "record_reply", "start_forwarding", "drop_proof", "end_hold")
LATER = ("undo_reply", "pause_forwarding")


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


def in_three_ways(name: State, **fields: Any) -> dict[str, Petition]:
    """Three petitions in a state: for each action, the one in which it has something to do."""
    bare, first, later = (put_in(name, **fields) for _ in range(3))
    chosen = {**dict.fromkeys(FIRST, first), **dict.fromkeys(LATER, later)}
    for verb, petition in chosen.items():
        if verb != "undo_handover":  # as record_reply
            CASES[verb].given(petition)
    return {action.verb: chosen.get(action.verb, bare) for action in ACTIONS}


def test_an_action_is_offered_in_its_states_alone(teams, people, browse):
    client = browse(people.administrator)
    offered: dict[str, set[State]] = {action.verb: set() for action in ACTIONS}
    answers: dict[tuple[str, bool], int] = {}

    for name in State:
        petitions = in_three_ways(name, collection=teams.river)
        boxes = {each: offered_to(each, people.administrator) for each in {*petitions.values()}}
        for action in ACTIONS:
            petition = Petition.objects.get(pk=petitions[action.verb].pk)
            path = url(action.verb, petition.pk)
            shown = path in boxes[petition]
            offered[action.verb] |= {name} if shown else set()
            assert action.is_possible(petition) == shown, f"{action.verb}, of what is {name}"
            # Once for each answer: the view asks the action, too.
            if (key := (action.verb, shown)) not in answers:
                answers[key] = client.get(path).status_code
        if name == State.OPEN:  # the box is on the overview
            for petition, box in boxes.items():
                page = client.get(url("inspect", petition.pk)).content.decode()
                assert [path for path in box if path not in page] == []

    assert offered == {verb: case.states for verb, case in CASES.items()}
    assert answers == {
        (verb, shown): 200 if shown else 302
        for verb, case in CASES.items()
        for shown in ((True, False) if case.states != EVERY else (True,))
    }


def test_an_action_needs_its_right_and_no_other(teams, browse):
    all_needed = {case.permissions for case in CASES.values()}
    for right in {right for needed in all_needed for right in needed}:
        make_user(right, make_team(f"With {right}", teams.river, right).name)
    for needed in all_needed:
        others = [right for right in SEE if right not in needed]
        make_user(f"no {needed}", make_team(f"Without {needed}", teams.river, *others).name)
    users = {user.username: user for user in User.objects.all()}
    clients = {name: browse(user) for name, user in users.items()}

    for action in ACTIONS:
        petition, _ = ready_for(action, teams)
        needed = CASES[action.verb].permissions
        path, other = url(action.verb, petition.pk), f"no {needed}"

        allowed = [clients[right].get(path).status_code for right in needed]
        refused = [clients[other].get(path), clients[other].post(path)]

        assert set(allowed) == {200}, action.verb
        assert [(each.status_code, each.url) for each in refused] == [HOME, HOME], action.verb
        # The box that the form and the overview show offers it to the same people.
        led = {name: path in offered_to(petition, users[name]) for name in (*needed, other)}
        assert led == dict.fromkeys(needed, True) | {other: False}, action.verb
    # The form itself shows no others: proof is asked for, and can be dropped.
    petition = in_three_ways(State.OPEN, collection=teams.river)["drop_proof"]
    form = clients[f"no {CASES['drop_proof'].permissions}"].get(url("edit", petition.pk))
    paths = [url(verb, petition.pk) for verb in ("pause", "set_limits", "drop_proof")]
    assert [path in form.content.decode() for path in paths] == [True, False, False]


def offered_to(petition: Petition, user: User) -> set[str]:
    """The addresses that the box with the petition's state offers to a user."""
    now = Petition.objects.get(pk=petition.pk)
    return {path for _label, path in panels.status(now, user)["controls"]}


def test_asking_changes_nothing_and_answering_acts_once(teams, people, browse):
    client = browse(people.administrator)
    for action in ACTIONS:
        petition, answer = ready_for(action, teams)
        data = {name: getattr(value, "pk", value) or "" for name, value in answer.items()}
        path = url(action.verb, petition.pk)

        question = client.get(path)
        assert (question.status_code, is_done(action, petition)) == (200, False), action.verb
        button = f"{action.button or action.label}</button>"
        assert button in unescape(question.content.decode()), action.verb
        done, again = client.post(path, data), client.post(path, data)
        action.act(petition, by=people.administrator, **answer)

        assert (done.status_code, again.status_code) == (302, 302), action.verb
        assert is_done(action, petition), action.verb
        entry = ModelLogEntry.objects.get(action__startswith="petition.")
        assert (entry.action, entry.user) == (f"petition.{action.verb}", people.administrator)
        assert CASES[action.verb].entry in str(entry.message), action.verb

    history = client.get(url("history", petition.pk)).content.decode()
    assert CASES[action.verb].entry in history


def test_what_opens_later_is_not_said_to_be_open_once_it_is_resumed(teams, people, browse):
    client, petition = browse(people.administrator), put_in(State.SCHEDULED, collection=teams.river)
    immediate_actions.pause(petition, by=None)
    path = url("resume", petition.pk)

    overview = client.get(url("inspect", petition.pk)).content.decode()
    asked = client.get(path).content.decode()
    told = client.post(path, follow=True).content.decode()

    assert Petition.objects.get(pk=petition.pk).state == State.SCHEDULED
    assert "<dt>Opens</dt>" in overview
    assert "or from its opening time on, if that is still to come." in asked
    assert f"“{petition.title}” is no longer paused." in unescape(told)


def test_moving_needs_the_right_in_both_collections(teams, people, browse):
    client = browse(people.river_manager)
    path = url("move", teams.ours.pk)

    refused = client.post(path, {"collection": teams.forest.pk})
    assert refused.status_code == 422
    assert "Forest" not in client.get(path).content.decode()
    people.river_manager.groups.add(make_team("Forest too", teams.forest, *MANAGER))
    client.post(path, {"collection": teams.forest.pk})

    assert Petition.objects.get(pk=teams.ours.pk).collection == teams.forest
