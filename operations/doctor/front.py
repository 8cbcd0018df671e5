"""The doctor asks the site from outside, as visitors do: certificate, proxies, redirects."""

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

from operations import probes
from operations.doctor.findings import Asked, Finding

PART = "front"
SOON = timedelta(days=14)
PATIENCE = 10  # seconds
LETSENCRYPT = Path("/etc/letsencrypt")
# An address for documentation (RFC 5737): no visitor has it, unless somebody is believed.
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
            return  # The certificate has a finding of its own, and the token stays here.
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


def is_json(error: urllib.error.HTTPError) -> bool:
    return error.headers.get_content_type() == "application/json"


def opener() -> urllib.request.OpenerDirector:
    """What sends the token to this site alone: it checks the certificate, and follows nowhere."""
    return urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=authorities()), Unredirected()
    )


class Unredirected(urllib.request.HTTPRedirectHandler):
    """Has a redirect raise the HTTPError of its status."""

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
        return  # That it does not answer at all is found next.
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - datetime.now(UTC)
    if left < SOON:
        yield Finding(
            PART,
            f"The certificate of {host} ends in {left.days} days.",
            "From then on visitors see a warning in place of the site.",
            renewing(host),
        )


def renewing(host: str) -> str:
    """What brings another certificate: certbot, or whoever brought the last one."""
    if not LETSENCRYPT.exists():
        return (
            "on the machine that has /etc/letsencrypt (with Docker, outside of the containers): "
            "certbot renew; docs/operators.md says how nginx reads it then"
        )
    if (LETSENCRYPT / "renewal" / f"{host}.conf").exists():
        return "systemctl status certbot.timer; certbot renew"
    return f"put a new one where /etc/letsencrypt/live/{host}/ leads"


def authorities() -> ssl.SSLContext:
    """As browsers check: Python 3.13 also refuses what is only written carelessly."""
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def of_proxies(forwarded: str, *, is_secure: bool) -> Iterator[Finding]:
    """Whether TRUSTED_PROXIES fits what has arrived at the application."""
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
