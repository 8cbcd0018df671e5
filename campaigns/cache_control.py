"""Cache-Control: what browsers and proxies may cache, and for how long."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from campaigns import freshness

View = Callable[..., HttpResponse]


def cacheable(response: HttpResponse) -> HttpResponse:
    """Mark a response as cacheable for everybody; CacheMiddleware may still revoke that."""
    patch_cache_control(
        response,
        public=True,
        max_age=freshness.PUBLIC_SECONDS,
        stale_while_revalidate=freshness.RENEWING_SECONDS,
    )
    return response


def public(view: View) -> View:
    """Make a view's response cacheable; for views that only read and treat everybody alike."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return cacheable(view(request, *args, **kwargs))

    return wrapper
