"""Django's cache in the memory of each process. Wagtail expects one that all processes share."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

# Wagtail caches the paths of all home pages under this key for an hour, and deletes them when a
# home page is added, moved or chosen. In other processes they would stay, and pages below the new
# home page would have no URL there.
ROOT_PATHS = "wagtail_site_root_paths"
SECONDS = 1


class Cache(LocMemCache):
    """Keeps the paths of home pages for seconds, so that all processes soon have the same.

    Overrides `set` of Django's cache.
    """

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        super().set(key, value, SECONDS if key == ROOT_PATHS else timeout, version)
