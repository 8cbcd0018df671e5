"""Cache for one request what the site otherwise caches for a few seconds.

A test sees its own changes at once, as with CACHE_SECONDS=0; but a page that shows the site's name
three times reads it only once. This changes nothing while queries are counted, and where a test
sets CACHE_SECONDS itself.
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
LONG = 60  # seconds: longer than any request takes
_here = threading.local()


def expires(key: Hashable, entry: tuple[float, Any], now: float) -> float:
    is_in_request = getattr(_here, "requests", 0) and not connection.force_debug_cursor
    return entry[0] + (settings.CACHE_SECONDS or (LONG if is_in_request else 0))


def cache() -> TLRUCache[Hashable, tuple[float, Any]]:
    """Return the replacement for the cache of campaigns.caching."""
    return TLRUCache(caching.MOST_CACHED, ttu=expires)


def once(get_response: Answer) -> Answer:
    """Wrap BaseHandler.get_response: clear the cache before and after each request."""

    def answer(handler: Any, request: HttpRequest) -> HttpResponse:
        if settings.CACHE_SECONDS:
            return get_response(handler, request)
        caching.clear()
        _here.requests = getattr(_here, "requests", 0) + 1  # a preview is a nested request
        try:
            return get_response(handler, request)
        finally:
            _here.requests -= 1
            caching.clear()

    return answer
