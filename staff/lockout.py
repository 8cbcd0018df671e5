"""Who guesses passwords or codes is kept out for a while; what is kept of the tries is little.

django-axes counts them (settings AXES_…).
"""

from datetime import timedelta
from ipaddress import IPv6Address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.http import HttpRequest
from django.utils import timezone

from campaigns.signatures import networks

KEPT = timedelta(days=1)


def network_as_address(request: HttpRequest) -> str | None:
    """What axes keeps as an address tells only whether two tries of a day share a network.

    An HMAC, as for signers, in the shape of an address that nobody has (fd00::/8).
    """
    network = networks.network_of(request)
    if network is None:
        return None
    key = networks.daily_key("login", network, timezone.now().date())
    return str(IPv6Address(b"\xfd" + key[:15]))


class Handler(AxesDatabaseHandler):
    """Keeps no browser."""

    def user_login_failed(
        self, sender: Any, credentials: dict, request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)


def forget() -> int:
    """Tries of more than a day ago, which shut nobody out any more."""
    return AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - KEPT).delete()[0]
