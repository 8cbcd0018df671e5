"""The network of a request, and an HMAC of it whose key changes every day."""

import hashlib
import hmac
from datetime import date
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str | None:
    """The network of the visitor, as "192.0.2.1/32" or an IPv6 /64.

    None for an unknown address, and for the loopback unless LIMITS_LOOPBACK: it has no limits.
    Behind TRUSTED_PROXIES proxies, the address is the n-th from the right of X-Forwarded-For;
    visitors can invent those further to the left.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback and not settings.LIMITS_LOOPBACK:
        return None
    return f"{found}/32" if found.version == 4 else str(ip_network((found, 64), strict=False))


def daily_key(purpose: str, value: str, day: date) -> bytes:
    """HMAC-SHA-256 with a key of the day (32 bytes), so that two days cannot be compared."""
    secret = settings.SIGNATURE_KEY.encode()
    key = hmac.new(secret, f"{purpose}:{day.isoformat()}".encode(), hashlib.sha256).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).digest()


def limits() -> dict[str, int]:
    """The numbers of signatures from one network after which a petition quarantines the rest.

    They hold for ten minutes ("burst") and for a day ("sustained").
    """
    return {"burst": settings.SIGNING_BURST, "sustained": settings.SIGNING_SUSTAINED}
