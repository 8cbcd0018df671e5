"""The canonical form of an email: one spelling for all spellings of the same mailbox."""

import contextlib
import re
from dataclasses import dataclass
from functools import lru_cache


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
