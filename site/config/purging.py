"""Purges changed pages from proxies that cache them for long (PURGED_PROXY)."""

from collections.abc import Iterable
from threading import Timer

from django.db import transaction
from wagtail.contrib.frontend_cache.backends import HTTPBackend

# The maximum age, in seconds, of responses from the caches of gunicorn and nginx
# (docs/adr/0008-what-a-process-caches.md).
OLDEST = 10


class Backend(HTTPBackend):
    """Purges the proxy when the caches behind it no longer have an old copy.

    Otherwise the proxy could fetch the old copy again, and cache it for hours. The wait happens in
    a separate thread, so that neither the editor nor a lock of their transaction has to wait.
    Overrides `purge_batch` of Wagtail's HTTPBackend.
    """

    def purge_batch(self, urls: Iterable[str]) -> None:
        transaction.on_commit(Timer(OLDEST, super().purge_batch, [urls]).start)
