"""The return path of our mails: an address that says which mail came back, and nobody's email.

It reads bounces+TOKEN@example.org. The token is in small letters and digits, since some mail
servers change the case of an address, and the part before the @ has at most 64 characters. A
provider that reports by a web hook gets the same token in a header of its own.
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
# No UUID of version 7 is as small as a number of ours.
FIRST_SIGNATURE = 1 << 64
NUMBER, PROOF = 4, 8  # bytes of the number of a mailing, and of the HMAC
LENGTH = 45  # of a token
# The header in which each provider takes what it then says with each of its reports.
NAME = "lastdrop"
HEADERS = {
    "brevo": "X-Mailin-custom",
    "mailgun": "X-Mailgun-Variables",
    "mailjet": "X-MJ-EventPayload",
    "postmark": f"X-PM-Metadata-{NAME}",
    "sparkpost": "X-MSYS-API",
}
# Around it, where that is more than the name and the token.
AROUND = {"sparkpost": "metadata"}


class Returned(NamedTuple):
    """The mail to which a return path belongs."""

    signature: UUID
    mailing: int  # 0 for the mails about a signature

    @property
    def forwarded(self) -> int:
        """The number of a mail to a target, which stands in the place of a signature; or 0."""
        return self.signature.int if self.signature.int < FIRST_SIGNATURE else 0


def put(mail: EmailMessage, signature: UUID, *, mailing: int = 0) -> None:
    """Give a mail its own return path, and its token to the provider, as far as both are set up.

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
    """The same for a mail to a target."""
    put(mail, UUID(int=number))


def make(signature: UUID, *, mailing: int = 0) -> str:
    content = signature.bytes + mailing.to_bytes(NUMBER)
    return b32encode(content + proof(content, settings.SECRET_KEY)).decode().rstrip("=").lower()


def of(token: str) -> str:
    local, _, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{local}+{token}@{domain}"


def told(provider: str, token: str) -> str:
    """The value of the provider's header."""
    if provider == "postmark":
        return token
    named = {NAME: token}
    return json.dumps({AROUND[provider]: named} if provider in AROUND else named)


def find(raw: bytes) -> Returned | None:
    """The mail that a message is about: by the first return path of ours anywhere in it.

    It is the recipient of a bounce. In a complaint it stands in the report or in the copy.
    """
    local, _, domain = settings.BOUNCE_ADDRESS.encode().partition(b"@")
    if not domain:
        return None
    pattern = rb"%s\+([a-z2-7]{%d})@%s" % (re.escape(local), LENGTH, re.escape(domain))
    tokens = (match[1] for match in re.finditer(pattern, raw, re.IGNORECASE))
    return next(filter(None, map(read, tokens)), None)


def read(token: bytes) -> Returned | None:
    """What a token says; None if it is not one of ours."""
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
