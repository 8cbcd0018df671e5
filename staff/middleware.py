"""Who must enter with a second factor, and has not, is nobody."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from staff import second_factor

# What of the CMS is open to whoever has given a password alone.
DOORS = {
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
    """`request.account` is whose password was given; `request.user` only who may go further.

    Both are looked up when somebody asks: a public page asks for neither. OTPMiddleware, which
    stands before it, says whether a second factor was shown.
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
        """Lead those who stand at the door to where the second factor is set up."""
        if not request.path_info.startswith("/admin/"):
            return None
        if request.resolver_match.view_name in DOORS or request.user.is_authenticated:
            return None
        if request.account.is_authenticated and request.method in ("GET", "HEAD"):
            return redirect("set_up_second_factor")
        return None
