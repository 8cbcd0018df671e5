"""Whether a session has shown its second factor lately, and what is asked of those who have not.

A new phone, new backup codes and an export need it: they are what somebody would do at a computer
that its owner has left, or with a stolen cookie.
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
SHOWN_AT = "second_factor_shown_at"  # in the session: seconds since 1970


def remember(request: HttpRequest) -> None:
    """Note that the second factor was shown just now."""
    request.session[SHOWN_AT] = int(time.time())


@receiver(user_logged_in, dispatch_uid="staff.recent")
def remember_signing_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The form has set this attribute where a code was asked for (staff.forms.LoginForm)."""
    if getattr(user, "otp_device", None):
        remember(request)


def is_recent(request: HttpRequest) -> bool:
    return bool(time.time() - request.session.get(SHOWN_AT, 0) < SECONDS)


def is_asked_again(request: HttpRequest, account: User, view: str) -> bool:
    """Whether the code is asked for before this view.

    Nobody is asked who has no second factor: they have nothing to replace, and see no signers.
    """
    return (
        settings.SECOND_FACTOR
        and needs_it(request, view)
        and account.is_authenticated
        and second_factor.is_verified(account)
        and not is_recent(request)
    )


def needs_it(request: HttpRequest, view: str) -> bool:
    """Whether the request is for a new phone, for new backup codes, or for an exported file.

    Wagtail's lists, and ours, send a file where the query has the parameter `export`.
    """
    return (
        view == "set_up_second_factor"
        or (view == "second_factor" and request.method == "POST")
        or "export" in request.GET
    )


def address(request: HttpRequest) -> str:
    """Where somebody goes on afterwards: for an export the list, whose button they press again.

    The browser would otherwise stay on the form while the file is loaded.
    """
    query = request.GET.copy()
    query.pop("export", None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
