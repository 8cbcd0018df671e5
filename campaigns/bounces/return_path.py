"""The return path: tells which of our emails has bounced, without containing an email address.

It has the form bounces+TOKEN@example.org. The token consists of lower-case letters and digits,
since some mail servers change the case of an email address, and the part before the @ has at most
64 characters. A provider that reports by webhook gets the same token in a header of its own.
"""

import binascii
import json
import re
from base64 import b32decode, b32encode
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "lastdrop.return-path"
# Every UUID of version 7 is larger than the numbers of emails to targets.
FIRST_SIGNATURE = 1 << 64
NUMBER, PROOF = 4, 8  # bytes of the primary key of a mailing, and of the HMAC
LENGTH = 45  # length of a token
# The header of each provider whose value is repeated in each of its reports.
NAME = "lastdrop"
HEADERS = {
    "brevo": "X-Mailin-custom",
    "mailgun": "X-Mailgun-Variables",
    "mailjet": "X-MJ-EventPayload",
    "postmark": f"X-PM-Metadata-{NAME}",
    "sparkpost": "X-MSYS-API",
}
# The key around the value, for providers that expect more than name and token.
AROUND = {"sparkpost": "metadata"}


class Returned(NamedTuple):
    """The email to which a return path belongs."""

    signature: UUID
    mailing: int  # 0 for emails about a signature

    @property
    def forwarded(self) -> int:
        """The number of an email to a target, stored in place of a signature; otherwise 0."""
        return self.signature.int if self.signature.int < FIRST_SIGNATURE else 0


def put(mail: EmailMessage, signature: UUID, *, mailing: int = 0) -> None:
    """Set the return path of an email and the provider's token, as far as each is configured.

    Readers still see the usual sender.
    """
    if not (settings.BOUNCE_ADDRESS or settings.MAIL_PROVIDER):
        return
    token = make(signature, mailing=mailing)
    if settings.BOUNCE_ADDRESS:
        mail.extra_headers["From"] = mail.from_email
        mail.from_email = of(token)
    if settings.MAIL_PROVIDER:
        mail.extra_headers[HEADERS[settings.MAIL_PROVIDER]] = told(settings.MAIL_PROVIDER, token)


def put_forwarded(mail: EmailMessage, number: int) -> None:
    """Set the return path of an email to a target, as `put` does."""
    put(mail, UUID(int=number))


def make(signature: UUID, *, mailing: int = 0) -> str:
    content = signature.bytes + mailing.to_bytes(NUMBER)
    return b32encode(content + proof(content, settings.SECRET_KEY)).decode().rstrip("=").lower()


def of(token: str) -> str:
    local, _, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{local}+{token}@{domain}"


def told(provider: str, token: str) -> str:
    """Return the value of the provider's header."""
    if provider == "postmark":
        return token
    named = {NAME: token}
    return json.dumps({AROUND[provider]: named} if provider in AROUND else named)


def find(raw: bytes) -> Returned | None:
    """Return the email that a message is about, by the first valid return path anywhere in it.

    In a bounce this is the recipient. In a complaint it is in the report or in the copy of the
    email.
    """
    local, _, domain = settings.BOUNCE_ADDRESS.encode().partition(b"@")
    if not domain:
        return None
    pattern = rb"%s\+([a-z2-7]{%d})@%s" % (re.escape(local), LENGTH, re.escape(domain))
    tokens = (match[1] for match in re.finditer(pattern, raw, re.IGNORECASE))
    return next(filter(None, map(read, tokens)), None)


def read(token: bytes) -> Returned | None:
    """Decode and verify a token; return None if this site did not make it."""
    try:
        whole = b32decode(token.upper() + b"===")
    except binascii.Error:
        return None
    content, found = whole[:-PROOF], whole[-PROOF:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(found, proof(content, key)) for key in keys):
        return None
    return Returned(UUID(bytes=content[:-NUMBER]), int.from_bytes(content[-NUMBER:]))


def proof(content: bytes, key: str) -> bytes:
    return salted_hmac(SALT, content, secret=key, algorithm="sha256").digest()[:PROOF]
