"""Telling a proxy that keeps pages for longer that one has changed (PURGED_PROXY)."""

from collections.abc import Iterable
from threading import Timer

from django.db import transaction
from wagtail.contrib.frontend_cache.backends import HTTPBackend

# So old may be what a process of ours or nginx answers (docs/adr/0008-what-a-process-caches.md).
OLDEST = 10  # seconds


class Backend(HTTPBackend):
    """Asks when there is no old copy left that the proxy could fetch again, and keep for hours.

    In a thread of its own: neither who publishes nor a lock of theirs waits for the proxy's answer.
    """

    def purge_batch(self, urls: Iterable[str]) -> None:
        transaction.on_commit(Timer(OLDEST, super().purge_batch, [urls]).start)
