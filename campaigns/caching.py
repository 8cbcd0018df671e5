"""What anybody may cache, what a process of ours caches, and for how long."""

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

# A cached page is soon out of date: opening and closing happen by the clock. For a second more a
# proxy may go on serving it while it fetches a newer one. With CACHE_SECONDS, the fragments
# of templates and the time between two counts of the worker, no reader sees anything that is more
# than 10 seconds old (docs/adr/0008-what-a-process-caches.md).
PUBLIC_SECONDS = 3
RENEWING_SECONDS = 1
FRAGMENT_SECONDS = 2

# Otherwise strangers could fill the memory: each URL that they make up is one more entry.
MOST_CACHED = 1000

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# When an answer was read, and the answer. Where there is no room left, the entry that was
# asked for least recently makes way. Reading changes the order, so that it takes the lock as well.
_cache: TLRUCache[Hashable, tuple[float, Any]] = TLRUCache(
    MOST_CACHED, ttu=lambda key, entry, now: entry[0] + settings.CACHE_SECONDS
)
_lock = Lock()


def cached(key: Hashable, read: Callable[[], T]) -> T:
    """What this process read within CACHE_SECONDS, or reads now; all callers share the object.

    Not for what decides who may sign or see something. What `read` raises is not cached.
    """
    try:
        with _lock:
            found: T = _cache[key][1]
            return found
    except KeyError:
        pass
    now = monotonic()
    answer = read()
    store(key, answer, now)
    return answer


def cached_many(
    kind: Hashable, names: Iterable[K], read: Callable[[list[K]], dict[K, T]]
) -> dict[K, T]:
    """The same of several things: `read` gets the names of all that are not cached, at once."""
    now = monotonic()
    answers: dict[K, T] = {}
    missing: dict[K, None] = {}
    for name in names:
        try:
            with _lock:
                answers[name] = _cache[kind, name][1]
        except KeyError:
            missing[name] = None
    if missing:
        for name, answer in read(list(missing)).items():
            answers[name] = answer
            store((kind, name), answer, now)
    return answers


def store(key: Hashable, answer: Any, now: float) -> None:
    with _lock:
        _cache[key] = (now, answer)


def clear(key: Hashable = None) -> None:
    """Drop one entry, or all: whoever asks next reads anew."""
    with _lock:
        if key is None:
            _cache.clear()
        else:
            _cache.pop(key, None)


def cacheable(response: HttpResponse) -> HttpResponse:
    """The answer, which everybody may cache (CacheMiddleware has the last word)."""
    patch_cache_control(
        response,
        public=True,
        max_age=PUBLIC_SECONDS,
        stale_while_revalidate=RENEWING_SECONDS,
    )
    return response


def public(view: View) -> View:
    """A view that only reads and answers everybody alike: anybody may cache it."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return cacheable(view(request, *args, **kwargs))

    return wrapper
