"""The views in which staff sign in through the provider of their organisation."""

import secrets
from collections.abc import Callable
from functools import wraps

from allauth.core import context
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from staff.sso import entering
from staff.sso.forms import SecondStepForm
from staff.sso.provider import Client, Provider

View = Callable[[HttpRequest], HttpResponse]
# The exceptions of django-allauth for responses that violate the standard.
ODD = (
    *(OAuth2Error, ImproperlyConfigured, LookupError, TypeError, ValueError, AttributeError),
    RecursionError,  # of nested JSON
)


def through_the_provider(view: View) -> View:
    """Handle errors of the provider in a view. Raises Http404 if the settings name no provider."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if not settings.SSO_ISSUER:
            raise Http404
        with context.request_context(request):
            try:
                return view(request)
            except RequestException:
                return entering.turn_away(request, entering.Why.SILENT)
            except ODD:
                return entering.turn_away(request, entering.Why.ODD)

    return wrapper


@require_safe
@through_the_provider
def begin(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider."""
    nonce = secrets.token_urlsafe()
    response: HttpResponse = Provider(request).redirect(
        request,
        AuthProcess.LOGIN,
        next_url=request.GET.get("next", ""),
        auth_params={"nonce": nonce},
        nonce=nonce,
    )
    return response


@require_safe
@through_the_provider
def answer(request: HttpRequest) -> HttpResponse:
    """Read the response of the provider; `staff.sso.adapter` handles the result."""
    response: HttpResponse = OAuth2CallbackView.adapter_view(Client(request))(request)
    return response


@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of a user whom the provider has identified."""
    if not settings.SSO_ISSUER:
        raise Http404
    known = entering.waiting(request)
    if known is None:
        return redirect("wagtailadmin_login")
    user, subject, after = known
    if entering.is_locked_out(request, user):
        return HttpResponse(status=429)
    form = SecondStepForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        # django_otp reads this attribute when the user signs in.
        user.otp_device = form.device  # type: ignore[attr-defined]
        return entering.enter(request, user, subject=subject, after=after)
    return render(request, "staff/sso_second_step.html", {"form": form})
