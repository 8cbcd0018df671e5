"""Register the second factor in the account menu, in the list of users and in the log."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry

from staff import views
from staff.account import may_change
from staff.users import activating, changes, deleting


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("users/<int:pk>/second-factor/", views.reset, name="reset_second_factor"),
        path("users/<int:pk>/let-in/", views.end_lockout, name="end_lockout"),
    ]


@hooks.register("insert_global_admin_js")
def sent_once() -> str:
    """Render the script that sends a form once, on the pages where staff sign in."""
    return format_html('<script src="{}" type="module"></script>', static("js/once.js"))


@hooks.register("register_account_menu_item")
def account_item(request: HttpRequest) -> dict[str, str | Promise]:
    if not settings.SECOND_FACTOR:
        return {
            "url": reverse("sign_out_everywhere"),
            "label": _("Sign out everywhere"),
            "help_text": _(
                "If somebody else may be signed in to your account, sign out on all devices, "
                "including this one."
            ),
        }
    return {
        "url": reverse("second_factor"),
        "label": _("Second step of signing in"),
        "help_text": _(
            "Set up a phone or a passkey, remove one, create new backup codes, sign out everywhere."
        ),
    }


@hooks.register("register_user_listing_buttons")
def buttons(user: User, request_user: User) -> Iterator[Button]:
    if user == request_user or not may_change(request_user, user):
        return
    if settings.SECOND_FACTOR:
        url = reverse("reset_second_factor", args=[user.pk])
        yield Button(_("Reset second step"), url, icon_name="key", priority=40)
    url = reverse("end_lockout", args=[user.pk])
    yield Button(_("Let in at once"), url, icon_name="lock-open", priority=41)


@hooks.register("before_bulk_action")
def fence(request: HttpRequest, kind: str, chosen: list[Any], action: BulkAction) -> None:
    """Let only superusers change superusers, also in bulk actions.

    Raises PermissionDenied.
    """
    for user in chosen:
        if isinstance(user, User) and user.is_superuser and not request.user.is_superuser:
            raise PermissionDenied


hooks.register("before_bulk_action", changes.keep_groups)
hooks.register("after_bulk_action", changes.follow_bulk)
hooks.register("before_delete_user", deleting.refuse)
hooks.register("before_bulk_action", deleting.refuse_bulk)
hooks.register("before_bulk_action", activating.refuse_bulk)


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    for what, label, message in (
        ("second_factor_set_up", _("Set up the second step"), _("Second step set up")),
        ("second_factor_reset", _("Reset the second step"), _("Second step reset")),
        ("lockout_ended", _("Let in at once"), _("Let in at once, after too many attempts")),
        ("passkey_added", _("Add a passkey"), _("Passkey added")),
        ("passkey_removed", _("Remove a passkey"), _("Passkey removed")),
        ("backup_codes_replaced", _("Create new backup codes"), _("New backup codes created")),
        ("phone_removed", _("Remove the phone"), _("Phone removed")),
        (
            "sso_created",
            _("Create an account through the provider"),
            _("Account created through the provider"),
        ),
        ("sso_linked", _("Link to the provider"), _("Linked to the provider")),
        ("sso_unlinked", _("Unlink from the provider"), _("Unlinked from the provider")),
    ):
        actions.register_action(f"staff.{what}", label, message)
    for what, text in changes.LOGGED.items():
        actions.register_action(f"staff.{what}", text, text)
