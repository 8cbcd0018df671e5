"""The network of a request, and the ranges around it."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# The prefix length of an IPv6 network: what a provider gives to one connection at least.
IPV6 = 64
# The prefix lengths of wider IPv6 ranges, the widest first, with the factors by which their limits
# exceed that of a single network. A provider gives a /56 to a home and a /48 to a company, but many
# phones may share one, too.
WIDER = {48: 16, 56: 4}


def network_of(request: HttpRequest) -> str | None:
    """Return the network of the visitor, as "192.0.2.1/32" or an IPv6 /64.

    None for an unknown IP address, and for the loopback unless LIMITS_LOOPBACK: neither has limits.
    Behind TRUSTED_PROXIES proxies, the IP address is the n-th from the right of X-Forwarded-For;
    visitors can forge those further to the left.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        found = ip_address(address.strip())
    except ValueError:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback and not settings.LIMITS_LOOPBACK:
        return None
    return f"{found}/32" if found.version == 4 else str(ip_network((found, IPV6), strict=False))


def version(network: str | None) -> int:
    """Return the IP version; 4 for an unknown network, which has no limits."""
    return 6 if network and ":" in network else 4


def wider(network: str) -> list[str]:
    """Return the ranges around an IPv6 network that one person may control; [] for IPv4."""
    if version(network) == 4:
        return []
    inner = ip_network(network)
    return [str(inner.supernet(new_prefix=length)) for length in WIDER]
