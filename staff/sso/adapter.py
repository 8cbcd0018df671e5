"""The django-allauth adapter: allauth identifies users, and never signs anybody in itself."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.http import HttpRequest
from requests import RequestException

from staff.sso import asking, entering


class Adapter(DefaultSocialAccountAdapter):
    """The adapter that the setting SOCIALACCOUNT_ADAPTER names."""

    def get_requests_session(self) -> asking.Session:
        return asking.Session()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Respond in our own way, once the provider has identified the user."""
        raise ImmediateHttpResponse(entering.admit(request, sociallogin))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        if isinstance(exception, RequestException):
            why = entering.Why.SILENT
        elif error == AuthError.CANCELLED:
            why = entering.Why.CANCELLED
        else:
            why = entering.Why.ODD
        raise ImmediateHttpResponse(entering.turn_away(request, why))
