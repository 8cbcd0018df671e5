"""Lock out people who guess passwords or codes, and store little about their attempts.

django-axes counts the attempts (settings AXES_…).
"""

from datetime import timedelta
from ipaddress import IPv6Address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.http import HttpRequest
from django.utils import timezone

from campaigns.signatures import networks
from campaigns.signatures.daily_keys import daily_hash

STORED_FOR = timedelta(days=1)


def network_as_address(request: HttpRequest) -> str | None:
    """Return the value that axes stores as the IP address of an attempt; None without a network.

    It is an HMAC, as for signers, in the form of a private IPv6 address (fd00::/8). It reveals only
    whether two attempts on the same day came from the same network.
    """
    network = networks.network_of(request)
    if network is None:
        return None
    key = daily_hash("login", network, timezone.now().date())
    return str(IPv6Address(b"\xfd" + key[:15]))


class Handler(AxesDatabaseHandler):
    """The handler of axes, but without storing the browser's User-Agent and Accept headers."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        if request is not None:
            # axes would store these two headers of the browser.
            request.axes_user_agent = ""  # type: ignore[attr-defined]
            request.axes_http_accept = ""  # type: ignore[attr-defined]
        super().user_login_failed(sender, credentials, request, **kwargs)


def delete_old_attempts() -> int:
    """Delete attempts older than a day, which lock nobody out any more; return their number."""
    return AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - STORED_FOR).delete()[0]
