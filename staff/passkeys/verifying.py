"""Asks a browser for a passkey, and verifies what it answers (W3C Web Authentication, level 3).

The question stands in a page and the answer comes with its form, so that a passkey passes all that
a code passes. django-otp-webauthn stores passkeys as devices of django-otp.
"""

import json
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.request import split_domain_port
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import UserVerificationRequirement

from staff import second_factor

# In the session: what was asked last. The first answer takes it away, so that none serves twice.
ASKED, ASKED_FOR_NEW = "passkey_asked", "new_passkey_asked"
# What the libraries raise about an answer that is wrong, or that no browser has written.
WRONG = (WebAuthnException, OTPWebAuthnApiError)
UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Refused(Exception):
    """The answer is to another question, of another site or account, forged, or unreadable."""


class Helper(WebAuthnHelper):
    """Passkeys for the host of BASE_URL, which make sure who holds them: by a PIN, or a finger."""

    def get_relying_party_domain(self) -> str:
        return host()

    def get_relying_party_name(self) -> str:
        name: str = settings.WAGTAIL_SITE_NAME
        return name

    def get_allowed_origins(self) -> list[str]:
        site = urlsplit(settings.BASE_URL)
        return [f"{site.scheme}://{site.netloc}"]

    def get_generate_registration_options_kwargs(self, *, user: AbstractBaseUser) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"].user_verification = UserVerificationRequirement.REQUIRED
        return options

    def create_attestation(self, *args: Any) -> None:  # type: ignore[override]  # it makes none
        """Store nothing about the make of a device: the browser is asked for none of it."""


def host() -> str:
    """The host that passkeys are for. Under another one, no browser offers them."""
    return urlsplit(settings.BASE_URL).hostname or ""


def are_possible(request: HttpRequest) -> bool:
    """Whether a browser can use passkeys at the address of this request; it never can at an IP."""
    domain, _ = split_domain_port(request.get_host())
    try:
        ip_address(domain.strip("[]"))
    except ValueError:
        return domain == host()
    return False


def question(request: HttpRequest, user: User) -> str:
    """JSON that asks for one of somebody's passkeys; empty if there is none to ask for."""
    if not are_possible(request) or not second_factor.passkeys(user).exists():
        return ""
    helper = Helper(request)
    options, asked = helper.authenticate_begin(user, require_user_verification=True)
    request.session[ASKED] = asked
    return json.dumps(options)


def question_for_new(request: HttpRequest, user: User) -> str:
    """JSON that asks for a new passkey, of a device that has none of this account."""
    options, asked = Helper(request).register_begin(user)
    request.session[ASKED_FOR_NEW] = asked
    return json.dumps(options)


def verify(request: HttpRequest, user: User, answer: str) -> WebAuthnCredential:
    """The passkey that has answered the question. Raises Refused."""
    asked = request.session.pop(ASKED, None)
    return read(Helper(request).authenticate_complete, user, asked, answer)


def store(
    request: HttpRequest, user: User, answer: str, *, name: str
) -> tuple[WebAuthnCredential, list[str]]:
    """The new passkey in the answer, stored under a name, and new backup codes if there were none.

    Raises Refused.
    """
    asked = request.session.pop(ASKED_FOR_NEW, None)
    try:
        with transaction.atomic():
            passkey = read(Helper(request).register_complete, user, asked, answer)
            passkey.name = name
            passkey.save(update_fields=["name"])
            return passkey, second_factor.note_new_passkey(user)
    except IntegrityError:  # somebody has this passkey already
        raise Refused from None


def read(
    complete: Callable[..., Any], user: User, asked: dict[str, Any] | None, answer: str
) -> WebAuthnCredential:
    if asked is None:
        raise Refused
    try:
        passkey: WebAuthnCredential = complete(user, asked, json.loads(answer))
    except (*WRONG, *UNREADABLE):
        raise Refused from None
    return passkey
