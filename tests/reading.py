"""What the site caches for seconds is read once for each request here, and anew for the next.

A test sees what it has just changed, as with CACHE_SECONDS=0, and a page that names the site three
times asks for its name once. Where queries are counted, and where a test sets CACHE_SECONDS itself,
nothing differs.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any

from cachetools import TLRUCache
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from campaigns import caching

Answer = Callable[[Any, HttpRequest], HttpResponse]
LONG = 60  # seconds, of which no request takes so many
_here = threading.local()


def expires(key: Hashable, entry: tuple[float, Any], now: float) -> float:
    is_in_request = getattr(_here, "requests", 0) and not connection.force_debug_cursor
    return entry[0] + (settings.CACHE_SECONDS or (LONG if is_in_request else 0))


def cache() -> TLRUCache[Hashable, tuple[float, Any]]:
    """In the place of the one in campaigns.caching."""
    return TLRUCache(caching.MOST_CACHED, ttu=expires)


def once(get_response: Answer) -> Answer:
    """BaseHandler.get_response, before and after which nothing is cached."""

    def answer(handler: Any, request: HttpRequest) -> HttpResponse:
        if settings.CACHE_SECONDS:
            return get_response(handler, request)
        caching.clear()
        _here.requests = getattr(_here, "requests", 0) + 1  # a preview is a request in another
        try:
            return get_response(handler, request)
        finally:
            _here.requests -= 1
            caching.clear()

    return answer
