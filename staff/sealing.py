"""What the database has of the secrets of the second factor: nothing that opens a door.

The keys are not in the database (`operations.encryption`).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.conf import settings
from django.utils.crypto import salted_hmac

from operations import encryption

PHONE, CODES = "staff.sealing.phone", "staff.sealing.codes"


def seal(secret: bytes) -> str:
    """The secret, encrypted and authenticated, as text: 64 characters for a secret of 20 bytes.

    django-otp has 80 characters for a key, which is too little for cryptography's Fernet.
    """
    return urlsafe_b64encode(encryption.encrypt(secret, PHONE)).decode()


def opened(sealed: str) -> bytes:
    """The secret again. Raises `encryption.Damaged`."""
    return encryption.decrypt(urlsafe_b64decode(sealed), PHONE)


def code_digests(code: str) -> list[str]:
    """The HMACs that may be stored of a backup code: 16 characters each, the current key's first.

    A backup code has only 40 bits, so that a hash without a key could be reversed by trying.
    """
    keys = [
        salted_hmac(CODES, "", secret=secret, algorithm="sha256").digest()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return [
        salted_hmac("code", code, secret=key, algorithm="sha256").hexdigest()[:16] for key in keys
    ]
