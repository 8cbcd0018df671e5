"""The digest of a signature's typed values, to which the link that confirms it is bound.

Anybody who knows an email address can sign again with it, and so replace what an unconfirmed
signature says. The link in an earlier email must not confirm somebody else's words.
"""

import json
from collections.abc import Mapping
from typing import Any

from campaigns.prepared_statements import Statement
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.signature import Signature
from operations import keyring

# Everything that the signer reads before confirming, and the version that belongs to it. `with_key`
# adds the mailbox.
BOUND = (
    *(field.name for field, column in COLUMNS if column.form_field),
    "replies",
    "shown_as",
    "comment_as",
    "version",
)
LENGTH = 8  # bytes
TYPED = Statement("""
    SELECT typed_digest FROM campaigns_signature
    WHERE tally_id = %(tally)s AND email_key = %(email_key)s
      AND typed_digest = ANY(%(digests)s::bytea[])
""")


def digest(values: dict[str, Any], email_keys: Mapping[str, bytes]) -> bytes:
    """Return a short HMAC-SHA-256 of the values that `signing.sign` stores (8 bytes).

    Signing again with the same answers gives the same digest, so that links in earlier emails still
    work, even if the digest was made with an old key. The email key is part of it: digests of two
    petitions cannot be compared. `email_keys` come from `rekeying.mailboxes.held`.
    """
    digests = [with_key(key, values, email_key) for key, email_key in email_keys.items()]
    if len(digests) == 1:
        return digests[0]
    found = TYPED.run(tally=values["tally"], email_key=values["email_key"], digests=digests)
    return bytes(found[0]) if found else digests[0]


def of(signature: Signature) -> str:
    """Return a digest of what a signature says now (16 digits), for a form that shows it."""
    values = [str(signature.pk), *(str(signature.serializable_value(name)) for name in BOUND)]
    return keyring.digest(b"says:" + json.dumps(values).encode())[:LENGTH].hex()


def with_key(key: str, values: dict[str, Any], email_key: bytes) -> bytes:
    answers = [email_key.hex(), *(values[name] for name in BOUND)]
    return keyring.made(key, b"typed:" + json.dumps(answers).encode())[:LENGTH]
