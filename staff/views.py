"""The views in which staff set up a second factor, and administrators reset a lost one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import axes.utils
import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.admin.auth import reject_request
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from campaigns.cms.permissions import StaffRequest
from staff import recent_second_factor, second_factor, sessions
from staff.account import may_change
from staff.forms import AgainForm, SetUpForm
from staff.middleware import AccountRequest
from staff.models import Phone
from staff.passkeys import verifying

View = Callable[..., HttpResponse]


def for_account(view: View) -> View:
    """Restrict a view to users who have given their password, and activate their language."""

    @never_cache
    @wraps(view)
    def wrapper(request: AccountRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = request.account
        if not account.is_authenticated:
            return reject_request(request)
        if not second_factor.is_admitted(account) and django_otp.user_has_device(account):
            # The second factor was set up meanwhile, in another browser or by somebody else, so
            # this session has to show it.
            logout(request)
            messages.info(request, _("Please sign in again, with your second step."))
            return redirect("wagtailadmin_login")
        profile = UserProfile.get_for_user(account)
        with translation.override(profile.get_preferred_language()):
            return view(request, *args, **kwargs)

    return wrapper


def for_second_factor(view: View) -> View:
    """Restrict a view as `for_account` does. Raises Http404 if SECOND_FACTOR is off."""
    restricted = for_account(view)

    @wraps(view)
    def wrapper(request: AccountRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SECOND_FACTOR:
            raise Http404
        return restricted(request, *args, **kwargs)

    return wrapper


@for_second_factor
def overview(request: AccountRequest) -> HttpResponse:
    """Show the state of the second factor on GET; create new backup codes on POST."""
    if not second_factor.is_verified(request.account):
        return redirect("set_up_second_factor")
    if request.method == "POST":
        codes = second_factor.replace_backup_codes(request.account)
        if isinstance(request.user.otp_device, StaticDevice):  # type: ignore[union-attr]
            # The session has shown one of the old codes, and would end with them.
            django_otp.login(request, StaticDevice.objects.get(user=request.account))
        return show_codes(request, codes)
    context = {
        "phone": second_factor.phones(request.account).first(),
        "passkeys": second_factor.passkeys(request.account),
        "left": second_factor.backup_codes_left(request.account),
        "takes_passkeys": verifying.are_possible(request),
        "host": verifying.host(),
    }
    return render(request, "staff/second_factor.html", context)


@for_second_factor
def set_up(request: AccountRequest) -> HttpResponse:
    """Show the key on GET; verify on POST that the phone has it."""
    session = str(request.session.session_key)
    device = second_factor.begin(request.account, session=session)
    form = SetUpForm(device, request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.finish(device)
        if not codes:  # `for_account` says what is to be done now.
            return redirect("set_up_second_factor")
        let_in(request, device)
        return show_codes(request, codes)
    context = {
        "form": form,
        "key": second_factor.readable_key(device),
        "picture": second_factor.picture(device),
        "takes_passkeys": verifying.are_possible(request),
    }
    return render(request, "staff/set_up.html", context)


def let_in(request: AccountRequest, device: Device) -> None:
    """Record in the session that it has shown this device just now."""
    request.user = request.account
    request.session.cycle_key()
    django_otp.login(request, device)
    recent_second_factor.remember(request)


@for_second_factor
def remove_phone(request: AccountRequest) -> HttpResponse:
    """Ask for confirmation on GET; on POST remove the phone, if passkeys replace it."""
    phone = second_factor.phones(request.account).first()
    return remove(request, phone, "staff/remove_phone.html")


def remove(
    request: AccountRequest, device: Phone | WebAuthnCredential | None, template: str
) -> HttpResponse:
    """Ask for confirmation on GET; remove a device of the user on POST, unless it is gone."""
    if device and request.method != "POST":
        return render(request, template, {"device": device})
    try:
        if device:
            second_factor.remove(device)
    except second_factor.LastFactor:
        text = _("This is your only second step. Set up another one first, then remove this one.")
        messages.error(request, text)
    return redirect("second_factor")


@for_second_factor
def again(request: AccountRequest) -> HttpResponse:
    """Ask for the second factor again, where a password and a cookie are not enough.

    Then redirect to the URL in `next`.
    """
    if not second_factor.is_verified(request.account):
        return redirect("set_up_second_factor")
    form = AgainForm(request, request.account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        recent_second_factor.remember(request)
        messages.success(request, _("Thank you. You will not be asked again for ten minutes."))
        if "undone" in request.GET:
            text = _("What you asked for has not been done yet. Please do it once more.")
            messages.warning(request, text)
        after = request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
        return redirect(after if is_ours else "wagtailadmin_home")
    if recent_second_factor.is_guessed(request):
        logout(request)
        messages.error(request, _("There were five wrong attempts. Please sign in again."))
        return redirect("wagtailadmin_login")
    return render(request, "staff/again.html", {"form": form})


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show the backup codes. This is the only time that they are shown."""
    return render(request, "staff/backup_codes.html", {"codes": codes})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out before the second factor was shown: Wagtail's own view requires a full sign-in."""
    logout(request)
    return redirect("wagtailadmin_login")


@for_account
def sign_out_everywhere(request: AccountRequest) -> HttpResponse:
    """Ask for confirmation on GET; on POST end all sessions of the user, and this one too."""
    if request.method != "POST":
        return render(request, "staff/sign_out_everywhere.html")
    sessions.end_all(request.account)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("wagtailadmin_login")


def other_user(request: StaffRequest, pk: int) -> User:
    """Return another user whom this one may change. Raises PermissionDenied or Http404."""
    if not request.user.has_perm("auth.change_user"):
        raise PermissionDenied
    user = get_object_or_404(User, pk=pk)
    if user == request.user or not may_change(request.user, user):
        raise PermissionDenied
    return user


def reset(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for confirmation on GET; reset the second factor of another user on POST.

    Resetting one's own is not possible, since a thief of the session would do it. An administrator
    who is alone can use `manage.py reset_second_factor`.
    """
    user = other_user(request, pk)
    without = ""
    if not second_factor.is_needed(user):
        without = _("%(name)s needs no second step, and can sign in without one.")
    name = {"name": user.get_username()}
    if request.method != "POST":
        return render(request, "staff/reset.html", {"subject": user, "without": without % name})
    second_factor.reset(user, by=request.user)
    text = without or _("%(name)s will set up a new second step at the next sign-in.")
    messages.success(request, text % name)
    return redirect("wagtailusers_users:index")


def end_lockout(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask for confirmation on GET; on POST let another user try to sign in again at once."""
    user = other_user(request, pk)
    if request.method != "POST":
        return render(request, "staff/end_lockout.html", {"subject": user})
    axes.utils.reset(username=user.get_username())
    log(user, "staff.lockout_ended", user=request.user)
    text = _("%(name)s can try to sign in again at once.")
    messages.success(request, text % {"name": user.get_username()})
    return redirect("wagtailusers_users:index")
