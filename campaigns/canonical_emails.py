"""The canonical form of an email address: one spelling for all spellings of the same mailbox."""

import contextlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import idna

# Letters of a domain that Python and Django replace by others (IDNA 2003), which is the domain of
# somebody else today: faß.de is not fass.de. The last two are invisible parts of words (U+200C,
# U+200D).
DEVIATING = {*"ßẞς", "\u200c", "\u200d"}
# An email address between brackets, as mail programs write it behind a name, and what else stands
# around one.
IN_BRACKETS = re.compile(r"[<‹(]\s*([^<>‹›()\s]+@[^<>‹›()\s]+)\s*[>›)]")
AROUND = " \t\r\n\xa0.,;:<>‹›\"'“”„«»"


@dataclass(frozen=True)
class Provider:
    """How an email provider interprets the part of an email address before the @."""

    domain: str
    ignored: str = ""
    # Each of these characters begins a tag, which is ignored.
    tags: str = "+"
    # Two characters; the first is read as the second.
    alike: str = ""
    # Whether all email addresses of the subdomain ada.example.com belong to ada@example.com.
    reads_subdomains: bool = False


# The spellings of one mailbox, as the help pages of each provider describe them. At other domains
# only case and the part after a plus sign are ignored: a.b@ and ab@ may be two people there.
GMAIL = Provider("gmail.com", ignored=".")
PROTON = Provider("proton.me", ignored=".-_")
ICLOUD = Provider("icloud.com")
YANDEX = Provider("yandex.ru", alike="-.")
# Fastmail, which owns Pobox, offers mailboxes at each of these domains.
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
# Yahoo's disposable email addresses look like ada-news@; its own names contain no hyphen.
YAHOO = re.compile(r"yahoo\.(com|[a-z]{2}|com?\.[a-z]{2})|ymail\.com|rocketmail\.com|myyahoo\.com")


def copied(text: str) -> str:
    """Return the email address in a text copied from an email or a letter; else the text itself.

    Such as “Ada Lovelace <ada@example.org>”, “mailto:ada@example.org” or “ada@example.org;”, with
    or without signs that nobody sees.
    """
    if "@" not in text:
        return text
    seen = (c for c in text if unicodedata.category(c) != "Cf" or c in DEVIATING)
    address = "".join(seen)
    if found := IN_BRACKETS.search(address):
        address = found[1]
    address = address.strip(AROUND)
    if address.lower().startswith("mailto:"):
        address = unquote(address[len("mailto:") :].partition("?")[0]).replace("\0", "")
    return address


def exact(email: str) -> str:
    """Return an email address, or a domain, that nobody can take for that of somebody else.

    A domain with one of the DEVIATING letters gets its ASCII form of today (IDNA 2008).
    """
    local, sign, domain = email.rpartition("@")
    if not domain.isascii() and set(domain) & DEVIATING:
        with contextlib.suppress(idna.IDNAError):
            domain = idna.encode(domain, uts46=True, transitional=False).decode()
    return f"{local}{sign}{domain}"


def normalise(email: str) -> str:
    """Return the canonical spelling of the mailbox behind an email address."""
    local, _, domain = exact(email.strip()).casefold().rpartition("@")
    if re.fullmatch('".+"', local):
        # In quotes any character may follow a backslash (RFC 5321, 4.1.2): "a\b"@ is ab@.
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    provider = provider_of(domain)
    if provider.reads_subdomains and domain != provider.domain:
        local = domain.removesuffix(f".{provider.domain}").rpartition(".")[2]
    # A tag is not removed if nothing else is left: "+tag@" is a mailbox of its own.
    local = re.split(f"[{re.escape(provider.tags)}]", local, maxsplit=1)[0] or local
    local = local.translate(dict.fromkeys(map(ord, provider.ignored))) or local
    if provider.alike:
        local = local.replace(*provider.alike)
    return f"{local}@{provider.domain}"


def is_same(email: str, other: str) -> bool:
    """Return whether two email addresses differ at most in the case of the letters A to Z.

    PostgreSQL takes other letters for these as well (ı for I, ſ for S), and `str.lower` the Kelvin
    sign for K: whoever has an address with one of them would pass for somebody else.
    """
    return email.encode().lower() == other.encode().lower()


def same_mailbox(addresses: Iterable[str], email: str) -> list[str]:
    """Return those of these email addresses that lead to the same mailbox as `email`."""
    mailbox = normalise(email)
    return [address for address in addresses if normalise(address) == mailbox]


@lru_cache(maxsize=1000)
def provider_of(domain: str) -> Provider:
    """Return the provider of a domain, or a new one with the domain in IDNA form."""
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    if YAHOO.fullmatch(domain):
        return Provider(domain, tags="-+")
    found = PROVIDERS.get(domain)
    parents = (PROVIDERS.get(domain.split(".", number)[-1]) for number in range(1, 4))
    return found or next(
        (each for each in parents if each and each.reads_subdomains), Provider(domain)
    )
