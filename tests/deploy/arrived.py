"""Pages that only the tests have: they show what of a request arrives at the application."""

import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control

from campaigns import cache_control

SLOWLY = "/arrived/slowly/"
# The public paths vary by a header that a proxy may ignore, and the private ones by the visitor.
VARY = {
    "/arrived/": "Accept-Language",
    SLOWLY: "Accept-Language",
    "/arrived/mine/": "Cookie",
    "/admin/arrived/": "Cookie",
    "/petitions/arrived/sign/": "Cookie",
}


class ArrivedMiddleware:
    """A careless view that marks everything as public. No other middleware can correct it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in VARY:
            return self.get_response(request)
        if request.path == SLOWLY:
            time.sleep(0.3)
        arrived = {
            "made": uuid.uuid4().hex,
            "address": request.get_full_path(),
            "headers": dict(request.headers),
            "secure": request.is_secure(),
        }
        answer = JsonResponse(arrived, headers={"Vary": VARY[request.path]})
        cache_control.cacheable(answer)
        if request.path == SLOWLY:  # and fresh for so short a time that a test can wait
            patch_cache_control(answer, max_age=1, stale_while_revalidate=0)
        return answer
