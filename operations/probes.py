"""Probes: /healthz says whether this process answers, and /readyz whether the site is well.

Both are public. Only administrators and holders of the token see what is wrong.
"""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from operations import health

ALIVE, READY = "/healthz", "/readyz"
NOT_STORED = {"Cache-Control": "private, no-store"}


class AliveMiddleware:
    """Answers /healthz before anything else looks at the request: host, session or database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != ALIVE:
            return self.get_response(request)
        headers = NOT_STORED | {"X-Content-Type-Options": "nosniff"}
        return HttpResponse("ok\n", content_type="text/plain", headers=headers)


def ready(request: HttpRequest) -> JsonResponse:
    """Return 200 if all is well, else 503."""
    readings = health.read()
    is_ready = all(each.is_well for each in readings)
    told: dict[str, object] = {"ready": is_ready}
    if may_know(request, is_there=readings[0].is_well):
        told["readings"] = [each._asdict() for each in readings]
        # The doctor checks TRUSTED_PROXIES against these.
        told["arrived"] = {
            "forwarded_for": request.headers.get("X-Forwarded-For", ""),
            "is_secure": request.is_secure(),
        }
    return JsonResponse(told, status=200 if is_ready else 503, headers=NOT_STORED)


def may_know(request: HttpRequest, *, is_there: bool) -> bool:
    """Return whether the token was sent, or an administrator is signed in.

    Sessions are checked only if the database `is_there`.
    """
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if any(constant_time_compare(sent, token) for token in tokens()):
        return True
    is_known = is_there and settings.SESSION_COOKIE_NAME in request.COOKIES
    return is_known and request.user.is_superuser


def tokens() -> Iterator[str]:
    """Yield the token derived from each secret key of the site, starting with the current key."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac("operations.probes", "", secret=secret, algorithm="sha256").hexdigest()
