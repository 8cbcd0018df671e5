"""The cache in the memory of each process, with a timeout of CACHE_SECONDS."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from cachetools import TLRUCache
from django.conf import settings

# Without a limit, invented URLs could fill the memory, since each URL is an entry.
MOST_CACHED = 1000

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

# Each entry is the time at which a value was read, and the value. A full cache drops the entry that
# was least recently used. Reading changes that order, so it needs the lock as well.
_cache: TLRUCache[Hashable, tuple[float, Any]] = TLRUCache(
    MOST_CACHED, ttu=lambda key, entry, now: entry[0] + settings.CACHE_SECONDS
)
_lock = Lock()
_lookups = Counter[bool]()  # cache hits (True) and misses (False)


def cached(key: Hashable, read: Callable[[], T]) -> T:
    """Return the result of `read`, from this process's cache if it is younger than CACHE_SECONDS.

    All callers share the object. Do not use it to decide who may sign or see something. Exceptions
    of `read` are not cached.
    """
    try:
        with _lock:
            found: T = _cache[key][1]
            _lookups[True] += 1
            return found
    except KeyError:
        _lookups[False] += 1
    now = monotonic()
    answer = read()
    store(key, answer, now)
    return answer


def cached_many(
    kind: Hashable, names: Iterable[K], read: Callable[[list[K]], dict[K, T]]
) -> dict[K, T]:
    """Return the values for several names; call `read` once, with all names that are not cached."""
    now = monotonic()
    answers: dict[K, T] = {}
    missing: dict[K, None] = {}
    for name in names:
        try:
            with _lock:
                answers[name] = _cache[kind, name][1]
                _lookups[True] += 1
        except KeyError:
            _lookups[False] += 1
            missing[name] = None
    if missing:
        for name, answer in read(list(missing)).items():
            answers[name] = answer
            store((kind, name), answer, now)
    return answers


def store(key: Hashable, answer: Any, now: float) -> None:
    with _lock:
        _cache[key] = (now, answer)


def lookups() -> tuple[int, int]:
    """Return the numbers of hits and misses of this process's cache."""
    return _lookups[True], _lookups[False]


def clear(key: Hashable = None) -> None:
    """Drop one entry, or all of them, so that the next caller reads again."""
    with _lock:
        if key is None:
            _cache.clear()
        else:
            _cache.pop(key, None)
