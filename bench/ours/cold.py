"""The production settings without cached fragments, as for the first visitor of the site."""

from config.settings import production
from config.settings.production import *  # noqa: F403

MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES = {
    **vars(production).get("CACHES", MEMORY),
    "template_fragments": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
