"""Where a signer came from: the source code of the link, and the site that shows the form.

Both are channels and never a person: they are short, known in advance to whoever made the link, and
a code that looks like the number of a person or of a mail is dropped. The page is the same for
everybody, so its script fills them in (static/js/source.js); without it, the Referer of the form
still has the address of the page on which the form stood.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest

from campaigns.petitions.petition import Petition
from campaigns.public import requests

# The two halves of a code, as in "newsletter/spring": where the link stood, and for which campaign.
HALF = re.compile(r"[a-z0-9._-]{1,40}")
# A long number, or the digits of a hash or of a UUID: made for one reader, so not kept.
OF_ONE_PERSON = re.compile(r"\d{9}|[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-")


def arrival(request: HttpRequest, petition: Petition, *, source: str, site: str) -> dict[str, str]:
    """The arguments of `signing.sign` that say where a signer came from; "" for what is not known.

    `source` and `site` are what the script has filled in.
    """
    return {
        "source": code(source) or code_in(requests.referer(request).query),
        "framed_by": framed_by(petition, site) if requests.is_framed(request) else "",
    }


def code_in(query: str) -> str:
    """The code in the query of an address: `source`, or else `utm_source` and `utm_campaign`."""
    if not query:
        return ""
    found: dict[str, Any] = {name: values[0] for name, values in parse_qs(query).items()}
    if own := code(found.get("source", "")):
        return own
    halves = half(found.get("utm_source", "")), half(found.get("utm_campaign", ""))
    return "/".join(filter(None, halves))


def code(text: str) -> str:
    """The code in lower case; "" if it is malformed, or may stand for a person."""
    first, _, second = text.partition("/")
    return "/".join(filter(None, (half(first), half(second))))


def half(text: str) -> str:
    found = "-".join(text.lower().split())
    return found if HALF.fullmatch(found) and not OF_ONE_PERSON.search(found) else ""


def framed_by(petition: Petition, site: str) -> str:
    """The host of the site around the frame; "" unless it is one that the petition allows."""
    host = site.lower()
    allowed = (urlsplit(pattern).hostname or "" for pattern in petition.original.framing_sites)
    return host if any(is_of(host, pattern) for pattern in allowed) else ""


def is_of(host: str, pattern: str) -> bool:
    """Whether a host is the one that is named, or one below `*.`."""
    if pattern.startswith("*."):
        return bool(re.fullmatch(r"[a-z0-9.-]{1,80}", host)) and host.endswith(pattern[1:])
    return host == pattern
