"""Purges changed pages from proxies that cache them for long (PURGED_PROXY)."""

from collections.abc import Iterable
from threading import Timer

from django.db import transaction
from wagtail.contrib.frontend_cache.backends import HTTPBackend

# The greatest age, in seconds, of what gunicorn and nginx answer from their caches
# (docs/adr/0008-what-a-process-caches.md).
OLDEST = 10


class Backend(HTTPBackend):
    """Purges once the caches behind the proxy hold no old copy any more.

    Otherwise the proxy could fetch the old copy again, and cache it for hours. A thread of its own
    waits for the proxy, so that neither the editor nor a lock of their transaction has to.
    Overrides `purge_batch` of Wagtail's HTTPBackend.
    """

    def purge_batch(self, urls: Iterable[str]) -> None:
        transaction.on_commit(Timer(OLDEST, super().purge_batch, [urls]).start)
