"""Require a recent second factor of a session before sensitive views.

These are the views for a new phone, a passkey, new backup codes, another email address, exports,
receivers, contacts, lists of representatives, emails to targets, moves to another team, and
accounts: what an attacker would use at an unattended computer, or with a stolen cookie. Users read
this list in `templates/staff/again.html`.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from campaigns.cms.people import lookup
from campaigns.workflow.requests import ActionRequest
from staff import second_factor

SECONDS = 10 * 60
PETITION = "wagtailsnippets_campaigns_petition"  # where each act on a petition has its name
# Views that provide a file about signers, give another system, mailbox or team their data or
# messages, replace a second factor, or create, change and delete users and their permissions.
VIEWS = (
    *("wagtailusers_users:add", "wagtailusers_users:edit", "wagtailusers_users:delete"),
    *("wagtailusers_groups:add", "wagtailusers_groups:edit", "wagtailusers_groups:delete"),
    *("wagtailadmin_collections:add", "wagtailadmin_collections:edit"),
    *("set_up_second_factor", "add_passkey", "remove_passkey", "remove_phone"),
    *("reset_second_factor", "end_lockout"),
    *("export_signatures", "export_columns", "export_preset", "job_file", "person_report"),
    *("receivers:add", "receivers:edit", "receivers:delete", "new_secret"),
    *("wagtailsnippets_campaigns_contact:edit", f"{PETITION}:move"),
    f"{PETITION}:start_forwarding",
    "wagtailsnippets_campaigns_appeal:representatives",
)
EMAIL = "name_email-email"  # the field of Wagtail's account page
SHOWN_AT = "second_factor_shown_at"  # in the session: seconds since 1970
FAILURES = "second_factor_failures"  # in the session: wrong codes and passkeys since then
MOST_FAILURES = 5


def remember(request: HttpRequest) -> None:
    """Record that the second factor was shown just now."""
    request.session[SHOWN_AT] = int(time.time())
    request.session.pop(FAILURES, None)


@receiver(user_logged_in, dispatch_uid="staff.recent_second_factor")
def remember_signing_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record the second factor that was shown while signing in.

    `staff.forms.LoginForm` or `staff.sso.views` has set the attribute if one was required.
    """
    if getattr(user, "otp_device", None):
        remember(request)


def is_recent(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(SHOWN_AT, 0) < SECONDS)


def is_guessed(request: HttpRequest) -> bool:
    """Return whether there were so many failures that the session may be stolen."""
    return bool(request.session.get(FAILURES, 0) >= MOST_FAILURES)


def is_asked_again(request: HttpRequest, account: User, view: str) -> bool:
    """Return whether the second factor must be shown again before this view.

    Users without a second factor are not asked: they have none to replace, and can see no signers.
    """
    return (
        settings.SECOND_FACTOR
        and account.is_authenticated
        and needs_it(request, account, view)
        and second_factor.is_verified(account)
        and not is_recent(request)
    )


def is_about_accounts(request: HttpRequest) -> bool:
    """Return whether the request is one of Wagtail's bulk actions on users."""
    match = request.resolver_match
    return bool(match and match.kwargs.get("model_name") == "user")


def needs_it(request: HttpRequest, account: User, view: str) -> bool:
    """Return whether the request changes the second factor, or is for data of signers.

    With another email address, an attacker could reset the password, and would get the
    notifications about the account. Wagtail's lists send a file if the query has the parameter
    `export`.
    """
    return (
        view in VIEWS
        or is_asked_act(request, view)
        or (view == "receiver" and request.method == "POST")
        or is_about_accounts(request)
        or (view == "second_factor" and request.method == "POST")
        or (view == "account" and request.POST.get(EMAIL, account.email).strip() != account.email)
        or "export" in request.GET
    )


def is_asked_act(request: HttpRequest, view: str) -> bool:
    """Return whether the request grants an act for which one of VIEWS does the same."""
    if view != f"{PETITION}:answer" or not request.resolver_match:
        return False
    asked = ActionRequest.objects.filter(pk=request.resolver_match.kwargs["request_pk"])
    return any(f"{PETITION}:{verb}" in VIEWS for verb in asked.values_list("verb", flat=True))


def way_back(request: HttpRequest) -> dict[str, str]:
    """Return the query of the form's URL: `next`, and `undone` if the user has to ask once more.

    What was posted is not repeated, but a person who was looked up is found again. The URL of a
    file leads to the list with its button: the browser would otherwise stay on the form while the
    file is downloaded.
    """
    assert request.resolver_match  # set before views are called
    path, query, view = request.path, request.GET.copy(), request.resolver_match.view_name
    if view == "job_file":
        path = reverse("jobs")
    elif view == "person_report" and request.method == "POST":
        lookup.keep(request)
        path = reverse("people")
    elif view not in VIEWS:
        query.pop("export", None)
    is_undone = request.method == "POST" or path != request.path or query != request.GET
    address = f"{path}?{query.urlencode()}" if query else path
    return {"next": address, "undone": "1"} if is_undone else {"next": address}
