"""The connection to the provider: django-allauth's OpenID Connect client, for one provider.

The provider is the one in the settings SSO_…; django-allauth's tables could contain others, but do
not.
"""

import hashlib
from typing import Any

from allauth.socialaccount import app_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

KEPT_FOR = 10 * 60  # seconds for which a process caches the provider's configuration
SILENT, SILENT_FOR = "silent", 10  # seconds without another request after a failed one


class Client(OpenIDConnectOAuth2Adapter):
    """A client for the provider, whose configuration must name the issuer of the settings."""

    def __init__(self, request: HttpRequest, provider_id: str = "") -> None:
        super().__init__(request, settings.SSO_ISSUER)

    def get_provider(self) -> "Provider":
        return Provider(self.request)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return f"{settings.BASE_URL}{reverse('sso_answer')}"

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's configuration (OpenID Connect Discovery, section 4).

        Raises RequestException if the provider does not respond, or did not a moment ago.
        """
        key = f"sso:{settings.SSO_ISSUER}"
        found: Any = cache.get(key)
        if found == SILENT:
            raise RequestException("The provider did not answer a moment ago.")
        if found is None:
            try:
                found = super().openid_config
            except RequestException:
                cache.set(key, SILENT, SILENT_FOR)
                raise
            if str(found["issuer"]).rstrip("/") != settings.SSO_ISSUER:
                raise OAuth2Error("The provider names itself otherwise than SSO_ISSUER.")
            cache.set(key, found, KEPT_FOR)
        return dict(found)


class Provider(OpenIDConnectProvider):
    """The provider of the settings. Its claims about a user are read but not stored."""

    oauth2_adapter_class = Client
    pkce_enabled_default = True

    def __init__(self, request: HttpRequest) -> None:
        app = SocialApp(
            provider=self.id,
            provider_id=settings.SSO_ISSUER,
            client_id=settings.SSO_CLIENT_ID,
            secret=settings.SSO_CLIENT_SECRET,
            settings={"server_url": settings.SSO_ISSUER},
        )
        super().__init__(request, app=app)
        self.nonce: Any = None
        self.claims: dict[str, Any] = {}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return the subject of the ID token, which must be that of the userinfo response, too.

        OpenID Connect Core, section 5.3.2. Of a subject that is longer than django-allauth stores,
        return the SHA-256 digest. Raises OAuth2Error.
        """
        subject: str = data["id_token"]["sub"]
        if data["userinfo"]["sub"] != subject:
            raise OAuth2Error("The provider has answered about two people.")
        if "\0" in subject + str(self.claims.get("email")):
            raise OAuth2Error("The provider has answered with what no database stores.")
        is_long = len(subject) > app_settings.UID_MAX_LENGTH
        return hashlib.sha256(subject.encode()).hexdigest() if is_long else subject

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}

    def sociallogin_from_response(
        self, request: HttpRequest, response: dict[str, Any]
    ) -> SocialLogin:
        """Return django-allauth's object for a response.

        Keep the nonce of its ID token, and as `claims` those of its ID token or of its userinfo
        response, whichever says that an email address is verified. The claims of one are never
        mixed with those of the other, where the email address may be another.
        """
        answers = (response["id_token"], response["userinfo"])
        self.nonce = response["id_token"].get("nonce")
        self.claims = max(
            answers, key=lambda each: (each.get("email_verified") is True, "email" in each)
        )
        login: SocialLogin = super().sociallogin_from_response(request, response)
        return login
