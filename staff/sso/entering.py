"""Who gets in once the provider has said who they are: people who have an account here.

Their second factor is asked for as after a password, and whoever is locked out stays outside.
"""

import logging
import time
from enum import Enum
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialLogin
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_otp import user_has_device

from staff import second_factor

log = logging.getLogger(__name__)

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITING = "sso_waiting"  # in the session: who has still to show their second factor
PATIENCE = 10 * 60  # seconds, for showing it


class Why(Enum):
    """Why somebody is turned away, as they read it."""

    SILENT = _("Your organisation’s sign-in does not answer at the moment. Please try again later.")
    CANCELLED = _("You have not signed in.")
    ODD = _("This sign-in took too long, or was not begun here. Please try again.")
    UNKNOWN = _(
        "There is no active account here for the email address that your organisation has "
        "confirmed. Please ask an administrator of this site."
    )


def turn_away(request: HttpRequest, why: Why) -> HttpResponse:
    log.warning("Nobody got in through the provider: %s", why.name)
    messages.error(request, why.value)
    return redirect("wagtailadmin_login")


def admit(request: HttpRequest, answer: SocialLogin) -> HttpResponse:
    """Let somebody in, or ask for their second factor, or turn them away."""
    asked = answer.state.get("nonce")
    if not asked or answer.provider.claims.get("nonce") != asked:
        return turn_away(request, Why.ODD)
    user = account(answer)
    if user is None:
        return turn_away(request, Why.UNKNOWN)
    if is_locked_out(request, user):
        return HttpResponse(status=429)
    if settings.SECOND_FACTOR and user_has_device(user):
        waiting = {"user": user.pk, "next": answer.state.get("next", ""), "at": int(time.time())}
        request.session[WAITING] = waiting
        return redirect("sso_second_step")
    return enter(request, user, after=answer.state.get("next", ""))


@transaction.atomic
def account(answer: SocialLogin) -> User | None:
    """The active account that is linked to this person, or will be from now on; None without one.

    The email counts only where the provider has verified it, and only until the accounts are
    linked: later somebody else may have the same email there.
    """
    claims: dict[str, Any] = answer.provider.claims
    email = str(claims.get("email") or "")
    if settings.SSO_MAIL_DOMAIN and domain(email) != settings.SSO_MAIL_DOMAIN:
        return None
    if answer.is_existing:
        return User.objects.filter(pk=answer.account.user_id, is_active=True).first()
    if not email or claims.get("email_verified") is not True:
        return None
    found = list(User.objects.filter(email__iexact=email)[:2])
    if not found and settings.SSO_CREATES_ACCOUNTS:
        found = create(email)
    if len(found) != 1 or not found[0].is_active or is_linked(found[0]):
        return None
    link(found[0], answer.account)
    return found[0]


def domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def is_linked(user: User) -> bool:
    return SocialAccount.objects.filter(user=user, provider=settings.SSO_ISSUER).exists()


def create(email: str) -> list[User]:
    """An account that belongs to no group, and has no password.

    [] where the email is another account's name already, or too long for a name.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, email)
    except (IntegrityError, DataError):
        return []
    second_factor.note(user, "sso_created", by=None)
    return [user]


def link(user: User, person: SocialAccount) -> None:
    person.user = user
    person.save()
    second_factor.note(user, "sso_linked", by=user)


def unlink(user: User) -> None:
    """Forget who somebody is at the provider; the next sign-in goes by their email again."""
    with transaction.atomic():
        SocialAccount.objects.filter(user=user).delete()
        second_factor.note(user, "sso_unlinked", by=None)


def is_locked_out(request: HttpRequest, user: User) -> bool:
    """Whether too many attempts at this account have failed; axes' middleware then answers."""
    credentials = {"username": user.get_username()}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # read by axes' middleware
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return True


def waiting(request: HttpRequest) -> tuple[User, str] | None:
    """Who has still to show their second factor, and the address that they came for."""
    kept = request.session.get(WAITING)
    if not kept or time.time() - kept["at"] > PATIENCE:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return (user, kept["next"]) if user else None


def enter(request: HttpRequest, user: User, *, after: str) -> HttpResponse:
    """Sign somebody in until the browser is closed, and lead them to where they wanted to go."""
    request.session.pop(WAITING, None)
    login(request, user, backend=BACKEND)
    request.session.set_expiry(0)
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
    return redirect(after if is_ours else "wagtailadmin_home")
