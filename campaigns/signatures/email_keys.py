"""The key of an email for one petition, which finds duplicates and reveals nothing else."""

import contextlib
import hashlib
import hmac
import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class Provider:
    """How a provider of mailboxes reads the part of an email before the @."""

    domain: str
    ignored: str = ""
    tag: str = "+"


# The spellings of one mailbox, as the help pages of each provider describe them. At other domains
# only case and the part after a plus sign are ignored: a.b@ and ab@ may be two people there.
GMAIL = Provider("gmail.com", ignored=".")
PROTON = Provider("proton.me", ignored=".-_")
ICLOUD = Provider("icloud.com")
YANDEX = Provider("yandex.ru")
PROVIDERS = {
    "gmail.com": GMAIL,
    "googlemail.com": GMAIL,
    "proton.me": PROTON,
    "protonmail.com": PROTON,
    "pm.me": PROTON,
    "icloud.com": ICLOUD,
    "me.com": ICLOUD,
    "mac.com": ICLOUD,
    "yandex.ru": YANDEX,
    "yandex.com": YANDEX,
    "ya.ru": YANDEX,
    "yahoo.com": Provider("yahoo.com", tag="-"),
}


def normalise(email: str) -> str:
    """The mailbox behind an email, in the one spelling that all its spellings share."""
    local, _, domain = email.strip().casefold().rpartition("@")
    if re.fullmatch('".+"', local):
        # In quotes any character may follow a backslash (RFC 5321, 4.1.2): "a\b"@ is ab@.
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    provider = provider_of(domain)
    # A part that would become empty stays: "+tag@" is a mailbox of its own.
    local = local.partition(provider.tag)[0] or local
    local = local.translate(dict.fromkeys(map(ord, provider.ignored))) or local
    return f"{local}@{provider.domain}"


def provider_of(domain: str) -> Provider:
    """The provider of a domain, or a new one with the domain in the form of IDNA."""
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return PROVIDERS.get(domain, Provider(domain))


def email_key(tally: UUID | int, email: str) -> bytes:
    """HMAC-SHA-256 over tally and mailbox (32 bytes).

    The tally is part of it, so that keys of two petitions cannot be compared.
    """
    return mailbox_key(tally, normalise(email))


def mailbox_key(tally: UUID | int, mailbox: str) -> bytes:
    """The email key for a mailbox that has already gone through `normalise`."""
    message = f"{tally}:{mailbox}".encode()
    return hmac.new(settings.SIGNATURE_KEY.encode(), message, hashlib.sha256).digest()


def fingerprint() -> str:
    """The fingerprint of SIGNATURE_KEY, which the database stores (16 hexadecimal digits)."""
    return hashlib.sha256(b"fingerprint:" + settings.SIGNATURE_KEY.encode()).hexdigest()[:16]
