"""The digest of what was typed, to which the link that confirms it is bound.

Whoever knows an email can sign again with it, and so replace what an unconfirmed signature says.
The link in an earlier mail must not confirm the words of somebody else.
"""

import hmac
import json
from typing import Any

from django.conf import settings

from campaigns.signatures.columns import COLUMNS

# All that the signer reads before confirming, and the mailbox and version that belong to it.
BOUND = (
    *(field.name for field, column in COLUMNS if column.form_field),
    "replies",
    "shown_as",
    "comment_as",
    "version",
)
LENGTH = 8  # bytes


def digest(values: dict[str, Any]) -> bytes:
    """A short HMAC-SHA-256 of the values that `signing.sign` stores (8 bytes).

    Signing again with the same answers gives the same digest, so that links in earlier mails still
    work. The email key is part of it: digests of two petitions cannot be compared.
    """
    answers = [values["email_key"].hex(), *(values[name] for name in BOUND)]
    message = b"typed:" + json.dumps(answers).encode()
    return hmac.digest(settings.SIGNATURE_KEY.encode(), message, "sha256")[:LENGTH]
