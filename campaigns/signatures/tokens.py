"""The tokens in signers' links: signed with a salt for each purpose, and never stored."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.core import signing


class BadToken(ValueError):
    """The token is incomplete, forged, or was made for another purpose."""


def make(purpose: str, signature: UUID) -> str:
    """A token of 66 characters, safe in a path: the signature's id, a dot, an HMAC-SHA-256."""
    return _signer(purpose).sign(urlsafe_b64encode(signature.bytes).decode().rstrip("="))


def read(purpose: str, token: str) -> UUID:
    """The id of the signature. Raises BadToken."""
    try:
        return UUID(bytes=urlsafe_b64decode(_signer(purpose).unsign(token) + "=="))
    except (signing.BadSignature, ValueError):
        raise BadToken from None


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"lastdrop.{purpose}", sep=".")
