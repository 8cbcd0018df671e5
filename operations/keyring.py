"""The keys of digests: SIGNATURE_KEY, and those of SIGNATURE_KEY_FALLBACKS that it replaces.

A digest is made with one key, and looked for with all of them. Which one makes them stands in the
database, so that all processes change at one moment (`campaigns.rekeying.switching`), whenever each
was started with the new settings. Without a fallback, the database is not asked.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from operations import locks

# Whoever stores digests shares it, and whoever changes the key that makes them takes it alone.
LOCK = "the key that makes digests"


class Stored(NamedTuple):
    """The fingerprint of the key that makes digests, and since when; None for ever."""

    fingerprint: str
    since: datetime | None


# Asks the database; None where it knows no key yet. The app that has the table registers it.
ASK: list[Callable[[], Stored | None]] = []


def known() -> list[str]:
    """The keys of the settings, the newest first."""
    return [settings.SIGNATURE_KEY, *settings.SIGNATURE_KEY_FALLBACKS]


def fingerprint(key: str) -> str:
    """What the database stores of a key (16 hexadecimal digits)."""
    return hashlib.sha256(b"fingerprint:" + key.encode()).hexdigest()[:16]


def is_rotating() -> bool:
    return bool(settings.SIGNATURE_KEY_FALLBACKS)


def stored() -> Stored | None:
    return next((found for ask in ASK if (found := ask())), None)


def every() -> list[str]:
    """All keys, the one that makes digests first; the others as in the settings.

    In a transaction it stays the first until the end.
    """
    keys = known()
    if is_rotating() and connection.in_atomic_block:
        locks.share(LOCK)
    if is_rotating() and (found := stored()):
        keys.sort(key=lambda each: fingerprint(each) != found.fingerprint)
    return keys


def of_day(day: date) -> str:
    """The key that made digests when a day began, in UTC: what lasts a day keeps it."""
    keys = every()
    found = stored() if is_rotating() else None
    if found and found.since and found.fingerprint == fingerprint(settings.SIGNATURE_KEY):
        return keys[found.since.astimezone(UTC).date() >= day]
    return keys[0]


def digest(message: bytes) -> bytes:
    """HMAC-SHA-256 with the key that makes digests (32 bytes)."""
    return made(every()[0], message)


def digests(message: bytes, keys: list[str] | None = None) -> list[bytes]:
    """The same with all keys, to look for what may be stored with any of them.

    `keys` come from `every`, which is asked only once for many messages.
    """
    return [made(key, message) for key in keys or every()]


def made(key: str, message: bytes) -> bytes:
    return hmac.digest(key.encode(), message, "sha256")
