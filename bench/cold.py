"""Our production settings with fragments of pages never kept: what the first visitor waits for."""

from config.settings import production
from config.settings.production import *  # noqa: F403

MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES = {
    **vars(production).get("CACHES", MEMORY),
    "template_fragments": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
