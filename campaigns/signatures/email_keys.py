"""The key that a petition keeps of an email: it finds duplicates and tells nothing else."""

import contextlib
import hashlib
import hmac
import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True)
class Provider:
    """How one provider reads what stands before the @."""

    domain: str
    ignored: str = ""
    tag: str = "+"


# Spellings of one mailbox, as each provider's own help pages describe them. At all other domains
# only case and what follows a plus sign are ignored: a.b@ and ab@ may be two people.
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
    """The mailbox behind an email as typed: many spellings, one key."""
    local, _, domain = email.strip().casefold().rpartition("@")
    if re.fullmatch('".+"', local):
        # In quotes any letter may have a backslash before it (RFC 5321, 4.1.2): "a\b"@ is ab@.
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    provider = provider_of(domain)
    # Not to nothing: "+tag@" alone is a mailbox of its own.
    local = local.partition(provider.tag)[0] or local
    local = local.translate(dict.fromkeys(map(ord, provider.ignored))) or local
    return f"{local}@{provider.domain}"


def provider_of(domain: str) -> Provider:
    """Whose mailboxes a domain's are, by the name that mail servers know it by (IDNA)."""
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return PROVIDERS.get(domain, Provider(domain))


def email_key(tally: UUID | int, email: str) -> bytes:
    """HMAC-SHA-256 over tally and mailbox (32 bytes): keys of two petitions cannot be compared."""
    return mailbox_key(tally, normalise(email))


def mailbox_key(tally: UUID | int, mailbox: str) -> bytes:
    """The same of a mailbox, as `normalise` gives it."""
    message = f"{tally}:{mailbox}".encode()
    return hmac.new(settings.SIGNATURE_KEY.encode(), message, hashlib.sha256).digest()


def fingerprint() -> str:
    """What a database keeps of the key that its signatures were made with (16 hexadecimals)."""
    return hashlib.sha256(b"fingerprint:" + settings.SIGNATURE_KEY.encode()).hexdigest()[:16]
