"""What anybody may keep, and for how long."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]

# Opening and closing happen by the clock: what is kept of a page is soon out of date. For some
# seconds more a proxy may go on showing it while it fetches a newer one. With the second in which
# the worker counts, no reader sees anything that is more than 10 seconds old.
PUBLIC_SECONDS = 5
RENEWING_SECONDS = 3
# What stands on every page (name, links, words) is read again after so long, in each process.
KEPT_SECONDS = 3

T = TypeVar("T")


def kept(key: str, read: Callable[[], T]) -> T:
    """What was read some seconds ago, or is read now. Not for what decides who may sign or see."""
    return cache.get_or_set(key, read, KEPT_SECONDS)


def keepable(response: HttpResponse) -> HttpResponse:
    """The answer, with leave for everybody to keep it (CacheMiddleware has the last word)."""
    patch_cache_control(
        response,
        public=True,
        max_age=PUBLIC_SECONDS,
        stale_while_revalidate=RENEWING_SECONDS,
    )
    return response


def public(view: View) -> View:
    """A view that only shows, the same to everybody."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return keepable(view(request, *args, **kwargs))

    return wrapper
