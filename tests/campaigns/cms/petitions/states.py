"""Petitions in each state."""

from typing import Any

from campaigns.models import Petition, State
from campaigns.petitions import immediate_actions
from tests.factories import days_ago, make_petition


def put_in(state: State, **fields: Any) -> Petition:
    """Make a petition in a state."""
    settings = {
        State.DRAFT: {"live": False},
        State.SCHEDULED: {"opens_at": days_ago(-1)},
        State.CLOSED: {"closes_at": days_ago(1)},
    }
    petition = make_petition(title=f"{state}", **settings.get(state, {}), **fields)
    if state == State.PAUSED:
        immediate_actions.pause(petition, by=None)
    if state == State.WON:
        immediate_actions.declare_victory(petition, by=None)
    assert petition.state == state
    return petition
