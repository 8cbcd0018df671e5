"""Treats accounts that still owe their second factor as not logged in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from staff import second_factor

# The views of the CMS that are open to people who have given only a password.
OPEN_VIEWS = {
    "leave",
    "second_factor",
    "set_up_second_factor",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_sprite",
}


class SecondFactorMiddleware:
    """Divides `request.user` in two.

    `request.account` is the account whose password was given. `request.user` is that account if no
    second factor is missing, and otherwise an AnonymousUser. Both are lazy, since public pages
    need neither. Must come after OTPMiddleware, which finds out whether a second factor was shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.account = request.user
        request.user = SimpleLazyObject(
            lambda: account if second_factor.is_admitted(account) else AnonymousUser()
        )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Redirect accounts whose second factor is missing to the view that sets it up."""
        if not request.path_info.startswith("/admin/"):
            return None
        if request.resolver_match.view_name in OPEN_VIEWS or request.user.is_authenticated:
            return None
        if request.account.is_authenticated and request.method in ("GET", "HEAD"):
            return redirect("set_up_second_factor")
        return None
