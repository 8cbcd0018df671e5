"""The doctor requests the site from outside, as visitors do: certificate, proxies, redirects."""

import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Site

from operations import probes
from operations.doctor.findings import Asked, Finding

PART = "front"
SOON = timedelta(days=14)
PATIENCE = 10  # seconds
LETSENCRYPT = Path("/etc/letsencrypt")
# An IP address for documentation (RFC 5737), which no visitor has: the site must not believe it.
FORGED = "192.0.2.77"


def check(asked: Asked) -> Iterator[Finding]:
    origin = urlsplit(settings.BASE_URL)
    if origin.scheme == "https":
        yield from of_certificate(origin.hostname or "", origin.port or 443)
    request = urllib.request.Request(
        f"{settings.BASE_URL}{probes.READY}",
        headers={"Authorization": f"Bearer {next(probes.tokens())}", "X-Forwarded-For": FORGED},
    )
    try:
        with opener().open(request, timeout=PATIENCE) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.loads(error.read() or b"{}") if error.code == 503 and is_json(error) else None
    except (OSError, ValueError) as error:
        if isinstance(getattr(error, "reason", None), ssl.SSLError):
            return  # The certificate has a finding of its own, and the token was not sent.
        told = None
    arrived = told.get("arrived") if isinstance(told, dict) else None
    if arrived is None:
        yield Finding(
            PART,
            f"{settings.BASE_URL} does not answer as this site does.",
            "Nobody can read or sign.",
            "systemctl status nginx lastdrop@web; journalctl -u lastdrop@web -n 20",
        )
        return
    yield from of_proxies(str(arrived["forwarded_for"]), is_secure=bool(arrived["is_secure"]))


def thorough(asked: Asked) -> Iterator[Finding]:
    """Yield what `check` finds, and that Wagtail has another address than BASE_URL."""
    yield from check(asked)
    here = urlsplit(settings.BASE_URL).hostname
    for there in Site.objects.exclude(hostname=here).values_list("hostname", flat=True):
        yield Finding(
            PART,
            f"BASE_URL names {here}, and Settings › Sites in the CMS {there}.",
            "Links to pages in emails to staff lead there.",
            f"enter {here} under Settings › Sites",
            is_fault=False,
        )


def is_json(error: urllib.error.HTTPError) -> bool:
    return error.headers.get_content_type() == "application/json"


def opener() -> urllib.request.OpenerDirector:
    """Return an opener that checks the certificate and follows no redirects.

    So it sends the token to this site alone.
    """
    return urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=authorities()), Unredirected()
    )


class Unredirected(urllib.request.HTTPRedirectHandler):
    """Raises an HTTPError with the status of a redirect instead of following it."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


def of_certificate(host: str, port: int) -> Iterator[Finding]:
    try:
        with (
            socket.create_connection((host, port), PATIENCE) as plain,
            authorities().wrap_socket(plain, server_hostname=host) as tls,
        ):
            ends = str((tls.getpeercert() or {})["notAfter"])
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or "no TLS"
        yield Finding(
            PART,
            f"Browsers refuse the certificate of {host}: {why}.",
            "Visitors see a warning in place of the site.",
            f"{renewing(host)}; nginx -t && systemctl reload nginx",
        )
        return
    except OSError:
        return  # check() finds next that the site does not answer at all.
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - datetime.now(UTC)
    if left < SOON:
        yield Finding(
            PART,
            f"The certificate of {host} ends in {left.days} days.",
            "From then on visitors see a warning in place of the site.",
            renewing(host),
        )


def renewing(host: str) -> str:
    """Return how to renew the certificate: by certbot, or by hand if certbot did not issue it."""
    if not LETSENCRYPT.exists():
        return (
            "on the machine that has /etc/letsencrypt (with Docker, outside of the containers): "
            "certbot renew; docs/operators.md says how nginx reads it then"
        )
    if (LETSENCRYPT / "renewal" / f"{host}.conf").exists():
        return "systemctl status certbot.timer; certbot renew"
    return f"put a new one where /etc/letsencrypt/live/{host}/ leads"


def authorities() -> ssl.SSLContext:
    """Return a TLS context as lenient as browsers: Python 3.13 also refuses merely formal flaws."""
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def of_proxies(forwarded: str, *, is_secure: bool) -> Iterator[Finding]:
    """Yield findings unless TRUSTED_PROXIES fits the headers that reached the application."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if trusted and len(hops) >= trusted else ""
    mend = "set TRUSTED_PROXIES to the number of your proxies (1 behind deploy/nginx.conf)"
    if seen == FORGED:
        yield Finding(
            PART,
            "The site believes any address that a visitor makes up.",
            "No limit holds, and block lists are passed by.",
            mend,
        )
    elif not is_address(seen) and (trusted or set(hops) - {FORGED}):
        yield Finding(
            PART,
            f"TRUSTED_PROXIES is {trusted}, and X-Forwarded-For names {len(hops)} addresses.",
            "The site does not know who asks: no limit holds, or one holds for all visitors.",
            mend,
        )
    if settings.BASE_URL.startswith("https:") and not is_secure:
        yield Finding(
            PART,
            "The site is not told that visitors use https.",
            "It redirects them without end.",
            "let the proxy set X-Forwarded-Proto, as deploy/nginx.conf does",
        )


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
