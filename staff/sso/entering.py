"""Admit users whom the provider has identified, if they have an account here.

Their second factor is required as after a password, and users who are locked out are not admitted.
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
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_otp import user_has_device

from campaigns.canonical_emails import is_same
from staff import second_factor

log = logging.getLogger(__name__)

BACKEND = "django.contrib.auth.backends.ModelBackend"
WAITING = "sso_waiting"  # in the session: the user whose second factor is still missing
PATIENCE = 10 * 60  # seconds in which it must be shown


class Why(Enum):
    """The reason why somebody is turned away, as a message to them."""

    SILENT = _("Your organisation’s sign-in does not answer at the moment. Please try again later.")
    CANCELLED = _("You have not signed in.")
    ODD = _("This sign-in took too long, or was not begun here. Please try again.")
    UNKNOWN = _(
        "There is no active account here for the email address that your organisation has "
        "confirmed. Please ask an administrator of this site."
    )
    SEVERAL = _(
        "More than one account here has the email address that your organisation has confirmed. "
        "Please ask an administrator of this site."
    )


class Refused(Exception):
    """Nobody is admitted. The arguments are a Why, and the cause for the log of the operator."""


def turn_away(request: HttpRequest, why: Why, cause: str = "") -> HttpResponse:
    log.warning("Nobody got in through the provider: %s", " ".join(filter(None, (why.name, cause))))
    messages.error(request, why.value)
    return redirect("wagtailadmin_login")


def admit(request: HttpRequest, answer: SocialLogin) -> HttpResponse:
    """Sign the user in, ask for their second factor, or turn them away."""
    asked = answer.state.get("nonce")
    if not asked or answer.provider.nonce != asked:
        return turn_away(request, Why.ODD)
    try:
        user = account(answer)
    except Refused as refused:
        return turn_away(request, *refused.args)
    if is_locked_out(request, user):
        return HttpResponse(status=429)
    after, subject = answer.state.get("next", ""), answer.account.uid
    if settings.SECOND_FACTOR and user_has_device(user):
        waiting = {"user": user.pk, "subject": subject, "next": after, "at": int(time.time())}
        request.session[WAITING] = waiting
        return redirect("sso_second_step")
    return enter(request, user, subject=subject, after=after)


def account(answer: SocialLogin) -> User:
    """Return the active user who is linked to this identity, or can be linked to it.

    `enter` links them, so that nobody is linked before the second factor was shown. The email
    address counts only if the provider has verified it, and only until the accounts are linked:
    later somebody else may have the same email address there. Raises Refused.
    """
    claims: dict[str, Any] = answer.provider.claims
    email = str(claims.get("email") or "")
    if settings.SSO_MAIL_DOMAIN and domain(email) != settings.SSO_MAIL_DOMAIN:
        raise Refused(Why.UNKNOWN, "(the email address is not of SSO_MAIL_DOMAIN)")
    if answer.is_existing:
        found = list(User.objects.filter(pk=answer.account.user_id))
    elif not email or claims.get("email_verified") is not True:
        raise Refused(Why.UNKNOWN, "(the provider has verified no email address)")
    else:
        found = with_email(email)
    active = [user for user in found if user.is_active]
    named = f"account {', '.join(str(user.pk) for user in found)}"
    if len(active) > 1:
        raise Refused(Why.SEVERAL, f"({named})")
    if not active:
        raise Refused(Why.UNKNOWN, f"({named} is not active)" if found else "(no account)")
    if not answer.is_existing and is_linked(active[0]):
        raise Refused(Why.UNKNOWN, f"({named} is linked to another identity)")
    return active[0]


def with_email(email: str) -> list[User]:
    """Return all users with this email address, or the one who was created for it."""
    alike = User.objects.filter(email__iexact=email).order_by("pk")
    found = [user for user in alike if is_same(user.email, email)]
    return create(email) if not found and settings.SSO_CREATES_ACCOUNTS else found


def domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def is_linked(user: User) -> bool:
    return SocialAccount.objects.filter(user=user, provider=settings.SSO_ISSUER).exists()


def create(email: str) -> list[User]:
    """Create a user without groups and without a password; return it in a list.

    The list is empty if the email address is none, has other letters than those of ASCII, which
    Django may replace in a name, is another user's name already, or is too long for a name.
    """
    if not email.isascii():
        return []
    try:
        validate_email(email)
        with transaction.atomic():
            user = User.objects.create_user(email, email)
    except (ValidationError, IntegrityError, DataError):
        return []
    second_factor.note(user, "sso_created", by=None)
    return [user]


@transaction.atomic
def link(user: User, subject: str) -> bool:
    """Link a user to an identity, unless they are linked; return False if either has another."""
    # Without this lock, two sign-ins at the same time could link a user to two identities.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    known = SocialAccount.objects.filter(provider=settings.SSO_ISSUER)
    if found := known.filter(Q(user=user) | Q(uid=subject)).first():
        return (found.user_id, found.uid) == (user.pk, subject)
    SocialAccount.objects.create(user=user, provider=settings.SSO_ISSUER, uid=subject)
    second_factor.note(user, "sso_linked", by=user)
    return True


def unlink(user: User) -> None:
    """Remove the link to the provider; the next sign-in uses the email address again."""
    with transaction.atomic():
        SocialAccount.objects.filter(user=user).delete()
        second_factor.note(user, "sso_unlinked", by=None)


def is_locked_out(request: HttpRequest, user: User) -> bool:
    """Return whether the user has too many failed attempts; axes' middleware then responds."""
    credentials = {"username": user.get_username()}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    request.axes_locked_out = True  # type: ignore[attr-defined]  # read by axes' middleware
    request.axes_credentials = credentials  # type: ignore[attr-defined]
    return True


def waiting(request: HttpRequest) -> tuple[User, str, str] | None:
    """Return the user whose second factor is missing, their subject, and the URL they came for."""
    kept = request.session.get(WAITING)
    if not kept or time.time() - kept["at"] > PATIENCE:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return (user, kept["subject"], kept["next"]) if user else None


def enter(request: HttpRequest, user: User, *, subject: str, after: str) -> HttpResponse:
    """Link the user to the subject, sign them in, and redirect to the URL that they came for.

    They are signed in until the browser is closed.
    """
    request.session.pop(WAITING, None)
    if not link(user, subject):
        return turn_away(request, Why.UNKNOWN, f"(account {user.pk} or its identity is linked)")
    login(request, user, backend=BACKEND)
    request.session.set_expiry(0)
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
    return redirect(after if is_ours else "wagtailadmin_home")
