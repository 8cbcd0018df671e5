"""The secrets that sign web hooks: encrypted in the database, and changed by staff.

https://www.standardwebhooks.com describes the signatures of web hooks and the format of secrets.
"""

import contextlib
import secrets
from base64 import b64encode
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from standardwebhooks import Webhook

from campaigns.sync.receiver import Receiver
from operations import encryption

PREFIX = "whsec_"
LENGTH = 32  # bytes; the standard asks for 24 to 64
PURPOSE = "campaigns.sync.receiver"


def make() -> bytes:
    """Return a new secret, encrypted."""
    return sealed(PREFIX + b64encode(secrets.token_bytes(LENGTH)).decode())


def sealed(text: str) -> bytes:
    return encryption.seal({"secret": text}, PURPOSE)


def read(sealed_text: bytes | memoryview) -> str:
    """Return a secret in the form that the receiver needs. Raises `encryption.Damaged`."""
    secret: str = encryption.opened(bytes(sealed_text), PURPOSE)["secret"]
    return secret


def is_readable(sealed_text: bytes | memoryview) -> bool:
    try:
        read(sealed_text)
    except encryption.Damaged:
        return False
    return True


def renewed(sealed_text: bytes | memoryview) -> bytes | None:
    """Encrypt a secret with the current SECRET_KEY; None if it is already. Raises `Damaged`."""
    return encryption.renewed(bytes(sealed_text), PURPOSE)


def valid(receiver: Receiver, now: datetime) -> list[str]:
    """Return a receiver's secret, and for a day the previous one. Raises `encryption.Damaged`.

    A previous secret that can no longer be decrypted is skipped.
    """
    found = [read(receiver.secret)]
    if receiver.old_secret is not None and receiver.signs_with_old(now):
        with contextlib.suppress(encryption.Damaged):
            found.append(read(receiver.old_secret))
    return found


def rotate(receiver: Receiver) -> None:
    """Give the receiver a new secret; for a day, the previous secret signs events, too.

    The previous secret of a feed ends at once: it reads signers' data, and may have been stolen. So
    does one that cannot be read any more, which may be the reason for the new one.
    """
    is_over = receiver.is_feed or not is_readable(receiver.secret)
    receiver.old_secret = None if is_over else receiver.secret
    receiver.secret = make()
    receiver.rotated_at = timezone.now()
    receiver.save(update_fields=["old_secret", "secret", "rotated_at"])


def headers(receiver: Receiver, key: UUID, body: str, now: datetime) -> dict[str, str]:
    """Return the headers that sign an event. Raises `encryption.Damaged`."""
    message = f"msg_{key.hex}"
    signatures = [Webhook(each).sign(message, now, body) for each in valid(receiver, now)]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
