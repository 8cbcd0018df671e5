"""The digest of what was typed, to which the link that confirms it is bound.

Whoever knows an email can sign again with it, and so replace what an unconfirmed signature says.
The link in an earlier mail must not confirm the words of somebody else.
"""

import json
from typing import Any

from django.conf import settings

from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.email_keys import mailbox_keys
from campaigns.signatures.signature import Signature
from operations import keyring

# All that the signer reads before confirming, and the mailbox and version that belong to it.
BOUND = (
    *(field.name for field, column in COLUMNS if column.form_field),
    "replies",
    "shown_as",
    "comment_as",
    "version",
)
LENGTH = 8  # bytes


def digest(values: dict[str, Any], mailbox: str) -> bytes:
    """A short HMAC-SHA-256 of the values that `signing.sign` stores (8 bytes).

    Signing again with the same answers gives the same digest, so that links in earlier mails still
    work, also where it was made with an old key. The email key is part of it: digests of two
    petitions cannot be compared.
    """
    if not keyring.is_rotating():
        return with_key(settings.SIGNATURE_KEY, values, values["email_key"])
    keys = keyring.every()
    pairs = zip(keys, mailbox_keys(values["tally"], mailbox, keys), strict=True)
    digests = [with_key(key, values, email_key) for key, email_key in pairs]
    rows = Signature.objects.filter(tally=values["tally"], email_key=values["email_key"])
    typed = rows.filter(typed_digest__in=digests).values_list("typed_digest", flat=True).first()
    return bytes(typed or digests[0])


def with_key(key: str, values: dict[str, Any], email_key: bytes) -> bytes:
    answers = [email_key.hex(), *(values[name] for name in BOUND)]
    return keyring.made(key, b"typed:" + json.dumps(answers).encode())[:LENGTH]
