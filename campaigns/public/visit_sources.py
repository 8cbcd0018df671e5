"""Find where a signer came from: the source code of the link, and the site that shows the form.

Both identify a channel and never a person: they are short and chosen in advance by the author of
the link, and a code that looks like the number of a person or of an email is dropped. The page is
the same for everybody, so its script fills them in (static/js/source.js); without the script, the
Referer of the form still has the URL of the page with the form.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest

from campaigns.petitions.petition import Petition
from campaigns.public import requests

# One half of a code such as "newsletter/spring": the place of the link, or its campaign.
HALF = re.compile(r"[a-z0-9._-]{1,40}")
# A long number, or the digits of a hash or of a UUID: made for one reader, so it is not stored.
OF_ONE_PERSON = re.compile(r"\d{9}|[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-")
# A host that fits into the column `framed_by`.
HOST = re.compile(r"[a-z0-9.-]{1,80}")


def arrival(request: HttpRequest, petition: Petition, *, source: str, site: str) -> dict[str, str]:
    """Return the arguments of `signing.sign` about a signer's origin; "" for unknown values.

    `source` and `site` are the values that the script has filled in.
    """
    return {
        "source": code(source) or code_in(requests.referer(request).query),
        "framed_by": framed_by(petition, site) if requests.is_framed(request) else "",
    }


def code_in(query: str) -> str:
    """Return the code in the query of a URL: `source`, or else `utm_source` and `utm_campaign`."""
    if not query:
        return ""
    found: dict[str, Any] = {name: values[0] for name, values in parse_qs(query).items()}
    if own := code(found.get("source", "")):
        return own
    halves = half(found.get("utm_source", "")), half(found.get("utm_campaign", ""))
    return "/".join(filter(None, halves))


def code(text: str) -> str:
    """Return the code in lower case; "" if it is malformed, or may identify a person."""
    first, _, second = text.partition("/")
    return "/".join(filter(None, (half(first), half(second))))


def half(text: str) -> str:
    found = "-".join(text.lower().split())
    return found if HALF.fullmatch(found) and not OF_ONE_PERSON.search(found) else ""


def framed_by(petition: Petition, site: str) -> str:
    """Return the host of the site around the frame; "" unless the petition allows that site.

    A host that is too long for the column is "", too: the signature is worth more than its origin.
    """
    host = site.lower()
    allowed = (urlsplit(pattern).hostname or "" for pattern in petition.original.framing_sites)
    is_known = HOST.fullmatch(host) and any(is_of(host, pattern) for pattern in allowed)
    return host if is_known else ""


def is_of(host: str, pattern: str) -> bool:
    """Return whether a host equals the pattern, or is below the domain of a `*.` pattern."""
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern
