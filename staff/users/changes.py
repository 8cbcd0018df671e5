"""What follows when a user is changed: the log, an email to the user, and the end of sessions."""

from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.log_actions import log

from staff import security_mails, sessions

LOGGED: dict[str, str | Promise] = {
    "activated": _("Account activated"),
    "deactivated": _("Account deactivated"),
    "made_administrator": _("Made an administrator"),
    "no_administrator": _("No longer an administrator"),
    "groups_changed": _("Groups changed"),
    "renamed": _("User name changed"),
    "email_changed": _("Email address changed"),
    "password_changed": _("Password changed"),
}
# The emails to the user about what is logged, as keys of `security_mails.SAID`.
TOLD = {
    "made_administrator": "rights_changed",
    "no_administrator": "rights_changed",
    "groups_changed": "rights_changed",
    "renamed": "renamed",
    "email_changed": "email_changed",
    "password_changed": "password_changed",
}


def follow(user: User, changed: Collection[str], *, by: User, email_before: str = "") -> None:
    """Log and notify that these form fields of a user were changed, but not their values.

    The sessions of a user who was deactivated end, instead of being usable again if the user is
    active again. Activating ends them too, in case one began while the user was deactivated.
    """
    # The user may be a lazy object, or may have been changed by a query.
    user = User.objects.get(pk=user.pk)
    if "is_active" in changed:
        sessions.end_all(user)
    words = list(to_log(user, changed))
    for word in words:
        log(user, f"staff.{word}", user=by)
    for what in dict.fromkeys(TOLD[word] for word in words if word in TOLD):
        security_mails.tell(user, what, before=email_before if what == "email_changed" else "")


def to_log(user: User, changed: Collection[str]) -> Iterator[str]:
    """Yield the keys of LOGGED for the changed form fields of a user."""
    if "is_active" in changed:
        yield "activated" if user.is_active else "deactivated"
    if "is_superuser" in changed:
        yield "made_administrator" if user.is_superuser else "no_administrator"
    if "groups" in changed:
        yield "groups_changed"
    if "username" in changed:
        yield "renamed"
    if "email" in changed:
        yield "email_changed"
    if "password1" in changed or "new_password1" in changed:
        yield "password_changed"


def keep_groups(request: HttpRequest, kind: str, chosen: list[Any], action: BulkAction) -> None:
    """Load the groups of the users before a bulk action assigns another one to them."""
    if action.model is User and kind == "assign_role":
        prefetch_related_objects(chosen, "groups")


def follow_bulk(request: HttpRequest, kind: str, chosen: list[Any], action: BulkAction) -> None:
    """Do the same after a bulk action on users; `chosen` are the users as they were before."""
    if action.model is not User or action.cleaned_form is None:
        return
    by = request.user
    assert isinstance(by, User)  # only users of the CMS get here
    data = action.cleaned_form.cleaned_data
    for user in chosen:
        if kind == "set_active_state" and user.is_active != data["mark_as_active"]:
            follow(user, ["is_active"], by=by)
        elif kind == "assign_role" and data["role"] not in user.groups.all():
            follow(user, ["groups"], by=by)
        elif kind == "delete":
            log(user, "wagtail.delete", user=by, deleted=True)
