"""The keys of digests: SIGNATURE_KEY, and the keys in SIGNATURE_KEY_FALLBACKS that it replaces.

A digest is made with one key, and looked up with all of them. The database stores which key makes
digests, so that all processes switch at the same moment (`campaigns.rekeying.switching`), whenever
each was started with the new settings. Without a fallback, the database is not queried.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from operations import locks

# Transactions that store digests share this lock; one that changes the key takes it exclusively.
LOCK = "the key that makes digests"


class Stored(NamedTuple):
    """The fingerprint of the key that makes digests, and since when; None means always."""

    fingerprint: str
    since: datetime | None


# Queries the database; None if no key is stored yet. Registered by the app that has the table.
ASK: list[Callable[[], Stored | None]] = []


def known() -> list[str]:
    """Return the keys of the settings, the newest first."""
    return [settings.SIGNATURE_KEY, *settings.SIGNATURE_KEY_FALLBACKS]


def fingerprint(key: str) -> str:
    """Return what the database stores of a key (16 hexadecimal digits)."""
    return hashlib.sha256(b"fingerprint:" + key.encode()).hexdigest()[:16]


def is_rotating() -> bool:
    return bool(settings.SIGNATURE_KEY_FALLBACKS)


def stored() -> Stored | None:
    return next((found for ask in ASK if (found := ask())), None)


def every() -> list[str]:
    """Return all keys: first the one that makes digests, then the others as in the settings.

    Within a transaction, the same key stays first until the end.
    """
    keys = known()
    if is_rotating() and connection.in_atomic_block:
        locks.share(LOCK)
    if is_rotating() and (found := stored()):
        keys.sort(key=lambda each: fingerprint(each) != found.fingerprint)
    return keys


def of_day(day: date) -> str:
    """Return the key that made digests when a day began (UTC): data of one day use only that."""
    keys = every()
    found = stored() if is_rotating() else None
    if found and found.since and found.fingerprint == fingerprint(settings.SIGNATURE_KEY):
        return keys[found.since.astimezone(UTC).date() >= day]
    return keys[0]


def digest(message: bytes) -> bytes:
    """HMAC-SHA-256 with the key that makes digests (32 bytes)."""
    return made(every()[0], message)


def digests(message: bytes, keys: list[str] | None = None) -> list[bytes]:
    """Return the digest with each key, to look up what may be stored with any of them.

    For many messages, pass the `keys` from one call of `every`.
    """
    return [made(key, message) for key in keys or every()]


def made(key: str, message: bytes) -> bytes:
    return hmac.digest(key.encode(), message, "sha256")
