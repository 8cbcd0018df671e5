"""Pages that only the tests have: they show what of a request arrives at the application."""

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from campaigns import cache_control

# The public paths vary by a header that a proxy may ignore, and the private ones by the visitor.
VARY = {
    "/arrived/": "Accept-Language",
    "/arrived/slowly/": "Accept-Language",
    "/arrived/mine/": "Cookie",
    "/admin/arrived/": "Cookie",
}


class ArrivedMiddleware:
    """A careless view that marks everything as public. No other middleware can correct it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in VARY:
            return self.get_response(request)
        if request.path == "/arrived/slowly/":
            time.sleep(0.3)
        arrived = {
            "made": uuid.uuid4().hex,
            "address": request.get_full_path(),
            "headers": dict(request.headers),
            "secure": request.is_secure(),
        }
        return cache_control.cacheable(JsonResponse(arrived, headers={"Vary": VARY[request.path]}))
