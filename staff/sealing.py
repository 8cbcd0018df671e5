"""Seals the secrets of the second factor, with keys that are not in the database.

The keys are derived from SECRET_KEY and, for what was sealed before it was changed, from
SECRET_KEY_FALLBACKS. A stolen copy of the database is of no use without them.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE = 12  # bytes, as NIST SP 800-38D recommends for AES-GCM


class OtherKey(Exception):
    """The secret was sealed with a key that the settings no longer name, or was damaged."""


def keys(purpose: str) -> list[bytes]:
    """A key of 32 bytes for each secret key of the site, the current one first."""
    return [
        salted_hmac(f"staff.sealing.{purpose}", "", secret=secret, algorithm="sha256").digest()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def seal(secret: bytes) -> str:
    """The secret, encrypted and authenticated, as text: 64 characters for a secret of 20 bytes.

    django-otp has 80 characters for a key, which is too little for cryptography's Fernet.
    """
    nonce = secrets.token_bytes(NONCE)
    key, *_ = keys("phone")
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, secret, None)).decode()


def opened(sealed: str) -> bytes:
    """The secret again. Raises OtherKey."""
    whole = urlsafe_b64decode(sealed)
    for key in keys("phone"):
        try:
            return AESGCM(key).decrypt(whole[:NONCE], whole[NONCE:], None)
        except InvalidTag:
            continue
    raise OtherKey


def code_digests(code: str) -> list[str]:
    """The HMACs that may be stored of a backup code: 16 characters each, the current key's first.

    A backup code has only 40 bits, so that a hash without a key could be reversed by trying.
    """
    return [
        salted_hmac("code", code, secret=key, algorithm="sha256").hexdigest()[:16]
        for key in keys("codes")
    ]
