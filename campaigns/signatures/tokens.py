"""The tokens in signers' links: signed with a salt for each purpose, and never stored."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse


class BadToken(ValueError):
    """The token is incomplete, forged, or was made for another purpose."""


def make(purpose: str, signature: UUID, typed: bytes = b"") -> str:
    """Return a token of at most 98 characters, safe in a path: content, a dot, an HMAC-SHA-256.

    The content is the signature's id (16 bytes), and in links to confirm also the digest of the
    typed input (8 bytes, `Signature.typed_digest`).
    """
    content = signature.bytes + typed
    return _signer(purpose).sign(urlsafe_b64encode(content).decode().rstrip("="))


def read(purpose: str, token: str) -> tuple[UUID, bytes]:
    """Return the signature's id and the digest of the typed input, or b"". Raises BadToken."""
    try:
        content = urlsafe_b64decode(_signer(purpose).unsign(token) + "==")
        return UUID(bytes=content[:16]), content[16:]
    except (signing.BadSignature, ValueError):
        raise BadToken from None


def link(purpose: str, token: str) -> str:
    """Return the full URL of a link in an email."""
    begin, end = _around(purpose)
    return f"{settings.BASE_URL}{begin}{token}{end}"


@cache
def _around(purpose: str) -> tuple[str, str]:
    """Return the path before and after the token; cached, since `reverse` searches all URLs."""
    begin, _token, end = reverse(purpose, args=["TOKEN"]).partition("TOKEN")
    return begin, end


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"lastdrop.{purpose}", sep=".")
