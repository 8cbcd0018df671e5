"""Encryption of what the database must not reveal: orders and files of jobs, and secrets.

All keys are derived from SECRET_KEY, a different one for each purpose; keys derived from
SECRET_KEY_FALLBACKS decrypt older content. The key of a file is also derived from random bytes,
which are deleted with the file. So a copy of the database alone cannot be decrypted, and remains of
a deleted file that are found later cannot be decrypted at all.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE = 12  # bytes, as NIST SP 800-38D recommends for AES-GCM
LAST, NOT_LAST = b"last", b""
# Each encrypts with the current key what must stay readable for long; it returns how much of that
# it has encrypted, and how much it cannot read. Registered in the modules `restore_hooks`.
RENEWING: list[Callable[[], tuple[int, int]]] = []
ORDER, FILE = "operations.jobs.order", "operations.jobs.file"


class Damaged(Exception):
    """The content is incomplete, or was encrypted with a key that the settings no longer have."""


def ciphers(purpose: str, salt: bytes = b"") -> Iterator[AESGCM]:
    """Yield a cipher for each secret key of the site, the current key first."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield AESGCM(salted_hmac(purpose, salt, secret=secret, algorithm="sha256").digest())


def encrypt(content: bytes, purpose: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + next(ciphers(purpose)).encrypt(nonce, content, None)


def decrypt(sealed: bytes, purpose: str) -> bytes:
    """Return the decrypted content. Raise Damaged."""
    return first_fitting(purpose, b"", sealed[NONCE:], sealed[:NONCE])


def renewed(sealed: bytes, purpose: str) -> bytes | None:
    """Encrypt the content with the current key; return None if it already is. Raise Damaged."""
    try:
        next(ciphers(purpose)).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except InvalidTag:
        return encrypt(decrypt(sealed, purpose), purpose)
    return None


def seal(order: dict[str, Any], purpose: str = ORDER) -> bytes:
    return encrypt(json.dumps(order).encode(), purpose)


def opened(sealed: bytes, purpose: str = ORDER) -> dict[str, Any]:
    """Return the decrypted order. Raise Damaged."""
    found: dict[str, Any] = json.loads(decrypt(sealed, purpose))
    return found


def seal_piece(cipher: AESGCM, number: int, content: bytes, *, is_last: bool) -> bytes:
    """Encrypt one piece of a file. Its number is the nonce, since each file has its own key."""
    return cipher.encrypt(number.to_bytes(NONCE), content, LAST if is_last else NOT_LAST)


def open_piece(salt: bytes, number: int, sealed: bytes, *, is_last: bool) -> bytes:
    """Decrypt a piece. Raise Damaged, also if it is a different piece of the file."""
    mark = LAST if is_last else NOT_LAST
    return first_fitting(FILE, salt, sealed, number.to_bytes(NONCE), mark)


def first_fitting(
    purpose: str, salt: bytes, sealed: bytes, nonce: bytes, mark: bytes | None = None
) -> bytes:
    for cipher in ciphers(purpose, salt):
        try:
            return cipher.decrypt(nonce, sealed, mark)
        except InvalidTag:
            continue
    raise Damaged
