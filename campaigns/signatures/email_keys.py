"""The key of an email for one petition, which finds duplicates and reveals nothing else."""

import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import models

from operations import keyring


@dataclass(frozen=True)
class Provider:
    """How a provider of mailboxes reads the part of an email before the @."""

    domain: str
    ignored: str = ""
    # Each of these begins a part that does not matter.
    tags: str = "+"
    # Two characters, of which the first is read as the second.
    alike: str = ""
    # Whether all emails of the subdomain ada.example.com belong to ada@example.com.
    reads_subdomains: bool = False


# The spellings of one mailbox, as the help pages of each provider describe them. At other domains
# only case and the part after a plus sign are ignored: a.b@ and ab@ may be two people there.
GMAIL = Provider("gmail.com", ignored=".")
PROTON = Provider("proton.me", ignored=".-_")
ICLOUD = Provider("icloud.com")
YANDEX = Provider("yandex.ru", alike="-.")
# Fastmail, to which Pobox belongs, gives mailboxes at each of these domains.
FASTMAIL = """
    fastmail.com fastmail.fm fastmail.cn fastmail.co.uk fastmail.com.au fastmail.de fastmail.es
    fastmail.im fastmail.in fastmail.is fastmail.jp fastmail.la fastmail.mx fastmail.net fastmail.nl
    fastmail.org fastmail.se fastmail.to fastmail.tw fastmail.us sent.com pobox.com
""".split()  # noqa: SIM905
YANDEX_DOMAINS = """
    yandex.ru yandex.com ya.ru yandex.az yandex.by yandex.co.il yandex.com.am yandex.com.ge
    yandex.com.tr yandex.ee yandex.fr yandex.kg yandex.kz yandex.lt yandex.lv yandex.md yandex.tj
    yandex.tm yandex.ua yandex.uz narod.ru
""".split()  # noqa: SIM905
PROVIDERS = {
    "gmail.com": GMAIL,
    "googlemail.com": GMAIL,
    "proton.me": PROTON,
    "protonmail.com": PROTON,
    "pm.me": PROTON,
    "icloud.com": ICLOUD,
    "me.com": ICLOUD,
    "mac.com": ICLOUD,
    **dict.fromkeys(YANDEX_DOMAINS, YANDEX),
    **{domain: Provider(domain, alike="_-", reads_subdomains=True) for domain in FASTMAIL},
}
# The disposable emails of Yahoo are ada-news@; its names contain no hyphen.
YAHOO = re.compile(r"yahoo\.(com|[a-z]{2}|com?\.[a-z]{2})|ymail\.com|rocketmail\.com|myyahoo\.com")


def normalise(email: str) -> str:
    """The mailbox behind an email, in the one spelling that all its spellings share."""
    local, _, domain = email.strip().casefold().rpartition("@")
    if re.fullmatch('".+"', local):
        # In quotes any character may follow a backslash (RFC 5321, 4.1.2): "a\b"@ is ab@.
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    provider = provider_of(domain)
    if provider.reads_subdomains and domain != provider.domain:
        local = domain.removesuffix(f".{provider.domain}").rpartition(".")[2]
    # A part that would become empty stays: "+tag@" is a mailbox of its own.
    local = re.split(f"[{re.escape(provider.tags)}]", local, maxsplit=1)[0] or local
    local = local.translate(dict.fromkeys(map(ord, provider.ignored))) or local
    if provider.alike:
        local = local.replace(*provider.alike)
    return f"{local}@{provider.domain}"


@lru_cache(maxsize=1000)
def provider_of(domain: str) -> Provider:
    """The provider of a domain, or a new one with the domain in the form of IDNA."""
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    if YAHOO.fullmatch(domain):
        return Provider(domain, tags="-+")
    found = PROVIDERS.get(domain)
    parents = (PROVIDERS.get(domain.split(".", number)[-1]) for number in range(1, 4))
    return found or next(
        (each for each in parents if each and each.reads_subdomains), Provider(domain)
    )


def email_key(tally: UUID | int, email: str) -> bytes:
    """HMAC-SHA-256 over tally and mailbox (32 bytes).

    The tally is part of it, so that keys of two petitions cannot be compared. While keys rotate,
    what is stored may have another one: look with `mailbox_keys`, and store with
    `rekeying.mailboxes`.
    """
    return mailbox_key(tally, normalise(email))


def mailbox_key(tally: UUID | int, mailbox: str) -> bytes:
    """The email key for a mailbox that has already gone through `normalise`."""
    return keyring.digest(f"{tally}:{mailbox}".encode())


def mailbox_keys(tally: UUID | int, mailbox: str, keys: list[str] | None = None) -> list[bytes]:
    """All email keys that the mailbox may have, the one of now first; `keys` as for `digests`."""
    return keyring.digests(f"{tally}:{mailbox}".encode(), keys)


def of_tallies(tallies: Iterable[int], mailbox: str) -> list[tuple[int, bytes]]:
    """Each tally with each email key that the mailbox may have for it."""
    keys = keyring.every()
    return [(tally, key) for tally in tallies for key in mailbox_keys(tally, mailbox, keys)]


def old_key() -> "models.CharField[str, str]":
    """A column for rows whose plain value is gone: the fingerprint of the key of their digest.

    It is "" for the key that makes digests now.
    """
    return models.CharField(max_length=16, default="", db_default="", blank=True, editable=False)
