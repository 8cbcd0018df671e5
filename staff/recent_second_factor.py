"""Whether a session has shown its second factor lately, and what is asked of those who have not.

A new phone, a passkey, new backup codes, another email and an export need it: they are what
somebody would do at a computer that its owner has left, or with a stolen cookie.
"""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from staff import second_factor

SECONDS = 10 * 60
# Views that give out a file about signers or let another system have their data, replace a second
# factor, or make and change accounts and their rights.
VIEWS = (
    *("wagtailusers_users:add", "wagtailusers_users:edit"),
    *("wagtailusers_groups:add", "wagtailusers_groups:edit"),
    *("set_up_second_factor", "add_passkey", "remove_passkey", "remove_phone"),
    "reset_second_factor",
    *("export_signatures", "export_columns", "export_preset", "job_file", "person_report"),
    *("receivers:add", "receivers:edit"),
)
EMAIL = "name_email-email"  # the field of Wagtail's page for one's own account
SHOWN_AT = "second_factor_shown_at"  # in the session: seconds since 1970


def remember(request: HttpRequest) -> None:
    """Note that the second factor was shown just now."""
    request.session[SHOWN_AT] = int(time.time())


@receiver(user_logged_in, dispatch_uid="staff.recent_second_factor")
def remember_signing_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """staff.forms.LoginForm has set this attribute where a second factor was asked for."""
    if getattr(user, "otp_device", None):
        remember(request)


def is_recent(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(SHOWN_AT, 0) < SECONDS)


def is_asked_again(request: HttpRequest, account: User, view: str) -> bool:
    """Whether the second factor is asked for before this view.

    Nobody is asked who has no second factor: they have nothing to replace, and see no signers.
    """
    return (
        settings.SECOND_FACTOR
        and account.is_authenticated
        and needs_it(request, account, view)
        and second_factor.is_verified(account)
        and not is_recent(request)
    )


def is_about_accounts(request: HttpRequest) -> bool:
    """Whether the request is one of Wagtail's actions on several accounts at once."""
    match = request.resolver_match
    return bool(match and match.kwargs.get("model_name") == "user")


def needs_it(request: HttpRequest, account: User, view: str) -> bool:
    """Whether the request changes the second factor, or is for data of signers.

    Another email would let somebody reset the password, and get what is told about the account.

    Wagtail's lists send a file where the query has the parameter `export`.
    """
    return (
        view in VIEWS
        or (view == "receiver" and request.method == "POST")
        or is_about_accounts(request)
        or (view == "second_factor" and request.method == "POST")
        or (view == "account" and request.POST.get(EMAIL, account.email).strip() != account.email)
        or "export" in request.GET
    )


def address(request: HttpRequest) -> str:
    """Where somebody goes on afterwards: at the same place, and for a list's file at the list.

    The browser would otherwise stay on the form while the file is loaded.
    """
    assert request.resolver_match  # no view is called without it
    query = request.GET.copy()
    if request.resolver_match.view_name not in VIEWS:
        query.pop("export", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
