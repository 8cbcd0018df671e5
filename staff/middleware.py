"""Treat users whose second factor is still missing as not signed in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from staff import recent_second_factor, second_factor

# The views of the CMS for users who have given only a password, or have not signed in.
OPEN_VIEWS = {
    "add_passkey",
    "leave",
    "reset_password",
    "second_factor",
    "second_factor_again",
    "set_up_second_factor",
    "sso_answer",
    "sso_begin",
    "sso_second_step",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_sprite",
}


class AccountRequest(HttpRequest):
    """A request that has passed SecondFactorMiddleware."""

    account: User


def page_of_form(request: HttpRequest) -> str:
    """Return the URL of the page of the CMS whose form was sent; "" if the browser does not say."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = page.netloc == request.get_host() and page.path.startswith("/admin/")
    return page._replace(scheme="", netloc="").geturl() if is_ours else ""


def plain(account: User | AnonymousUser) -> User | AnonymousUser:
    """Return the user in nested lazy objects. Wagtail logs no change of the user in such a one."""
    while isinstance(account, SimpleLazyObject) and bool(account):  # bool() loads the user.
        account = account._wrapped
    return account


class SecondFactorMiddleware:
    """Middleware that splits `request.user` in two.

    `request.account` is the user whose password was given. `request.user` is the same user if no
    second factor is missing, and otherwise an AnonymousUser. Both are lazy, since public pages need
    neither. Must come after OTPMiddleware, which determines whether a second factor was shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: AccountRequest) -> HttpResponse:
        account = request.user
        # The account may be an AnonymousUser, which `for_account` rejects.
        request.account = account  # type: ignore[assignment]
        request.user = SimpleLazyObject(  # type: ignore[assignment]  # a stand-in for the user
            lambda: plain(account) if second_factor.is_admitted(account) else AnonymousUser()
        )
        return self.get_response(request)

    def process_view(
        self,
        request: AccountRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Redirect users who have to sign in, or whose second factor is missing or not recent."""
        if not request.path_info.startswith("/admin/"):
            return None
        assert request.resolver_match  # set before views are called
        view_name = request.resolver_match.view_name
        if recent_second_factor.is_asked_again(request, request.account, view_name):
            query = recent_second_factor.way_back(request)
            return redirect(reverse("second_factor_again", query=query))
        if view_name in OPEN_VIEWS or request.user.is_authenticated:
            return None
        if request.account.is_authenticated and request.method in ("GET", "HEAD"):
            return redirect("set_up_second_factor")
        is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
        if request.method == "POST" and not is_script and (page := page_of_form(request)):
            # Wagtail would lead them, once they have signed in, to the address of the form, which
            # may take no GET. On its page they also find again what they wrote (signed-out.js).
            return redirect_to_login(page, reverse("wagtailadmin_login"))
        return None
