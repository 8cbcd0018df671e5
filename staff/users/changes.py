"""What follows when staff change a user, in the form or for several users at once."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from wagtail.admin.views.bulk_action import BulkAction

from staff import sessions


def follow(user: User, changed: Sequence[str]) -> None:
    """Do what the change of these fields of a user requires.

    The sessions of a user who was deactivated end, instead of being usable again if the user is
    active again. Activating ends them too, in case one began while the user was deactivated.
    """
    if "is_active" in changed:
        sessions.end_all(user)


def follow_bulk(request: HttpRequest, kind: str, chosen: list[Any], action: BulkAction) -> None:
    """Do what a bulk action on users requires; `chosen` are the users as they were before."""
    if action.model is not User or action.cleaned_form is None:
        return
    if kind == "set_active_state":
        is_active = action.cleaned_form.cleaned_data["mark_as_active"]
        for user in chosen:
            if user.is_active != is_active:
                follow(user, ["is_active"])
