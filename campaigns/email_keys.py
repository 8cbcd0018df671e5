"""The key that a petition keeps of an email: it finds duplicates and tells nothing else."""

import contextlib
import hashlib
import hmac
from uuid import UUID

from django.conf import settings


def normalise(email: str) -> str:
    """The mailbox behind an email as typed: case and the spelling of the domain do not matter."""
    local, _, domain = email.strip().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.casefold().encode("idna").decode("ascii")
    return f"{local.casefold()}@{domain.casefold()}"


def email_key(tally: UUID | int, email: str) -> bytes:
    """HMAC-SHA-256 over tally and mailbox (32 bytes): keys of two petitions cannot be compared."""
    message = f"{tally}:{normalise(email)}".encode()
    return hmac.new(settings.SIGNATURE_KEY.encode(), message, hashlib.sha256).digest()


def fingerprint() -> str:
    """What a database keeps of the key that its signatures were made with (16 hexadecimals)."""
    return hashlib.sha256(b"fingerprint:" + settings.SIGNATURE_KEY.encode()).hexdigest()[:16]
