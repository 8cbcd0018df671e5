"""Encrypt and hash the secrets of the second factor, so that a copy of the database is useless.

The keys are not in the database (`operations.encryption`).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from operations import encryption

PHONE, CODES = "staff.sealing.phone", "staff.sealing.codes"


def seal(secret: bytes) -> str:
    """Return the secret, encrypted and authenticated, as text: 64 characters for 20 bytes.

    django-otp's column for a key has 80 characters, which is too few for cryptography's Fernet.
    """
    return urlsafe_b64encode(encryption.encrypt(secret, PHONE)).decode()


def opened(sealed: str) -> bytes:
    """Return the decrypted secret. Raises `encryption.Damaged`."""
    return encryption.decrypt(urlsafe_b64decode(sealed), PHONE)


def renewed(sealed: str) -> str | None:
    """Encrypt a secret with the current SECRET_KEY; None if it is already. Raises `Damaged`."""
    new = encryption.renewed(urlsafe_b64decode(sealed), PHONE)
    return urlsafe_b64encode(new).decode() if new else None


def code_digests(code: str) -> list[str]:
    """Return the possible HMACs of a backup code, 16 characters each, the current key's first.

    A backup code has only 40 bits, so a hash without a key could be reversed by trying all codes.
    """
    keys = [
        salted_hmac(CODES, "", secret=secret, algorithm="sha256").digest()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return [
        salted_hmac("code", code, secret=key, algorithm="sha256").hexdigest()[:16] for key in keys
    ]
