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
from django_otp.plugins.otp_static.models import StaticDevice

from campaigns.signatures import networks
from campaigns.signatures.daily_keys import daily_hash
from staff.models import Phone

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

    def reset_attempts(
        self,
        *,
        ip_address: str | None = None,
        username: str | None = None,
        ip_or_username: bool = False,
    ) -> int:
        """End lockouts, and the waits after wrong codes; return the number of deleted attempts."""
        if not ip_address:
            end_waits(username)
        deleted: int = super().reset_attempts(
            ip_address=ip_address, username=username, ip_or_username=ip_or_username
        )
        return deleted


def end_waits(username: str | None) -> None:
    """Let a user enter a code at once, whatever was entered before; all users if it is None."""
    for kind in (Phone, StaticDevice):
        devices = kind.objects.filter(**({"user__username": username} if username else {}))
        devices.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def delete_old_attempts() -> int:
    """Delete attempts older than a day, which lock nobody out any more; return their number."""
    return AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - STORED_FOR).delete()[0]
