"""Request passkeys from browsers, and verify the responses (W3C Web Authentication, level 3).

The request is part of a page and the response comes with its form, so a passkey is subject to all
checks that apply to a code. django-otp-webauthn stores passkeys as devices of django-otp.
"""

import json
from collections.abc import Callable
from ipaddress import ip_address
from itertools import chain, count
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

# The last challenge is in the session. The first response removes it, so that none is valid twice.
ASKED, ASKED_FOR_NEW = "passkey_asked", "new_passkey_asked"
# The exceptions of the libraries for a wrong response, or for one that no browser has written.
WRONG = (WebAuthnException, OTPWebAuthnApiError)
UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Refused(Exception):
    """The response is for another challenge, site or user, or it is forged or unreadable."""


class Helper(WebAuthnHelper):
    """Passkeys for the host of BASE_URL, which verify the user by a PIN or a fingerprint."""

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

    def create_attestation(self, *args: Any) -> None:  # type: ignore[override]  # creates none
        """Store nothing about the make of a device: the browser is not asked for an attestation."""


def host() -> str:
    """Return the host of all passkeys. No browser offers them on another host."""
    return urlsplit(settings.BASE_URL).hostname or ""


def are_possible(request: HttpRequest) -> bool:
    """Return whether passkeys work on the host of this request; they never do on an IP address."""
    domain, _ = split_domain_port(request.get_host())
    try:
        ip_address(domain.strip("[]"))
    except ValueError:
        return domain == host()
    return False


def question(request: HttpRequest, user: User) -> str:
    """Return the options for one of the user's passkeys as JSON; empty if the user has none."""
    if not are_possible(request) or not second_factor.passkeys(user).exists():
        return ""
    helper = Helper(request)
    options, asked = helper.authenticate_begin(user, require_user_verification=True)
    request.session[ASKED] = asked
    return json.dumps(options)


def question_for_new(request: HttpRequest, user: User) -> str:
    """Return the options for a new passkey as JSON; the device must have none of this user yet."""
    options, asked = Helper(request).register_begin(user)
    request.session[ASKED_FOR_NEW] = asked
    return json.dumps(options)


def verify(request: HttpRequest, user: User, answer: str) -> WebAuthnCredential:
    """Return the passkey that responded to the challenge. Raises Refused."""
    asked = request.session.pop(ASKED, None)
    return read(Helper(request).authenticate_complete, user, asked, answer)


def store(
    request: HttpRequest, user: User, answer: str, *, name: str
) -> tuple[WebAuthnCredential, list[str]]:
    """Store the new passkey in the response; return it, and backup codes if they are new.

    Raises Refused.
    """
    asked = request.session.pop(ASKED_FOR_NEW, None)
    try:
        with transaction.atomic():
            passkey = read(Helper(request).register_complete, user, asked, answer)
            passkey.name = free_name(user, name)
            passkey.save(update_fields=["name"])
            return passkey, second_factor.note_new_passkey(user)
    except IntegrityError:  # the passkey is registered already
        raise Refused from None


def free_name(user: User, name: str) -> str:
    """Return the name, with a number if another passkey of the user has it already.

    Who loses a device would otherwise not know which of two passkeys to remove.
    """
    taken = set(second_factor.passkeys(user).values_list("name", flat=True))
    names = chain([name], (f"{name[:58]} ({number})" for number in count(2)))
    return next(each for each in names if each not in taken)


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
