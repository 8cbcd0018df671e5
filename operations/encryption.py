"""Encrypts what the database must not show: orders and files of jobs, and secrets.

All keys are made from SECRET_KEY, another one for each purpose, and from SECRET_KEY_FALLBACKS for
what was encrypted before it was changed; that of a file also from random bytes, which are deleted
with the file. So a copy of the database alone opens nothing, nor does anything that is found later.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

NONCE = 12  # bytes, as NIST SP 800-38D recommends for AES-GCM
LAST, NOT_LAST = b"last", b""
ORDER, FILE = "operations.jobs.order", "operations.jobs.file"


class Damaged(Exception):
    """It was encrypted with a key that the settings no longer name, or is not whole."""


def ciphers(purpose: str, salt: bytes = b"") -> Iterator[AESGCM]:
    """One for each secret key of the site, the current one first."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield AESGCM(salted_hmac(purpose, salt, secret=secret, algorithm="sha256").digest())


def encrypt(content: bytes, purpose: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + next(ciphers(purpose)).encrypt(nonce, content, None)


def decrypt(sealed: bytes, purpose: str) -> bytes:
    """The content again. Raises Damaged."""
    return first_fitting(purpose, b"", sealed[NONCE:], sealed[:NONCE])


def renewed(sealed: bytes, purpose: str) -> bytes | None:
    """The same, encrypted with the key of now; None where it already is. Raises Damaged."""
    try:
        next(ciphers(purpose)).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except InvalidTag:
        return encrypt(decrypt(sealed, purpose), purpose)
    return None


def seal(order: dict[str, Any], purpose: str = ORDER) -> bytes:
    return encrypt(json.dumps(order).encode(), purpose)


def opened(sealed: bytes, purpose: str = ORDER) -> dict[str, Any]:
    """The order again. Raises Damaged."""
    found: dict[str, Any] = json.loads(decrypt(sealed, purpose))
    return found


def seal_piece(cipher: AESGCM, number: int, content: bytes, *, is_last: bool) -> bytes:
    """One piece of a file. Its number is the nonce: the key of a file seals nothing else."""
    return cipher.encrypt(number.to_bytes(NONCE), content, LAST if is_last else NOT_LAST)


def open_piece(salt: bytes, number: int, sealed: bytes, *, is_last: bool) -> bytes:
    """A piece again. Raises Damaged, also where another piece stands in its place."""
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
