"""What anybody may keep, and for how long."""

from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from cachetools import TLRUCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]

# What is kept of a page is soon out of date: opening and closing happen by the clock. For a second
# more a proxy may go on showing it while it fetches a newer one. With KEPT_SECONDS, the fragments
# of templates and the time between two counts of the worker, no reader sees anything that is more
# than 10 seconds old (docs/adr/0008-what-a-process-caches.md).
PUBLIC_SECONDS = 3
RENEWING_SECONDS = 1
FRAGMENT_SECONDS = 2

# An answer more for each address that a stranger makes up would fill the memory.
MOST_KEPT = 1000

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# When an answer was read, and the answer. Where there is no room left, what nobody has asked for
# longest makes way. Reading changes the order, so that it takes the lock as well.
_kept = TLRUCache(MOST_KEPT, ttu=lambda key, entry, now: entry[0] + settings.KEPT_SECONDS)
_lock = Lock()


def kept(key: Hashable, read: Callable[[], T]) -> T:
    """What this process read within KEPT_SECONDS, or reads now: the thing itself, for all to read.

    Not for what decides who may sign or see; what `read` raises is not kept.
    """
    try:
        with _lock:
            return _kept[key][1]
    except KeyError:
        pass
    now = monotonic()
    answer = read()
    keep(key, answer, now)
    return answer


def kept_together(
    kind: Hashable, names: Iterable[K], read: Callable[[list[K]], dict[K, T]]
) -> dict[K, T]:
    """The same of several things: `read` gets the names of all that is not kept, at once."""
    now = monotonic()
    answers: dict[K, T] = {}
    missing: dict[K, None] = {}
    for name in names:
        try:
            with _lock:
                answers[name] = _kept[kind, name][1]
        except KeyError:
            missing[name] = None
    if missing:
        for name, answer in read(list(missing)).items():
            answers[name] = answer
            keep((kind, name), answer, now)
    return answers


def keep(key: Hashable, answer: Any, now: float) -> None:
    with _lock:
        _kept[key] = (now, answer)


def forget(key: Hashable = None) -> None:
    """The next who asks reads anew: one thing, or all."""
    with _lock:
        if key is None:
            _kept.clear()
        else:
            _kept.pop(key, None)


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
