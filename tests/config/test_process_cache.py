"""Each process has a cache of its own: what others may have changed is read again soon."""

import pytest
from django.core.cache import cache
from wagtail.models import Locale, Site
from wagtail.models.sites import SITE_ROOT_PATHS_CACHE_KEY

from config import process_cache
from tests.factories import make_home

pytestmark = pytest.mark.django_db


def test_a_home_page_that_another_process_has_added_is_known_soon(monkeypatch):
    monkeypatch.setattr(process_cache, "SECONDS", 0)
    home = make_home()
    russian = home.copy_for_translation(Locale.objects.get_or_create(language_code="ru")[0])
    # As another process has it, which did not add this page.
    Site.clear_site_root_paths_cache()
    Site.get_site_root_paths()
    with monkeypatch.context() as patch:
        patch.setattr(Site, "clear_site_root_paths_cache", staticmethod(lambda: None))
        russian.slug = "novaya"
        russian.save()

    paths = [root.root_path for root in Site.get_site_root_paths()]

    assert "/novaya/" in paths


def test_only_the_paths_of_home_pages_are_read_again(monkeypatch):
    monkeypatch.setattr(process_cache, "SECONDS", 0)

    cache.set("other", "kept", 60)
    cache.set(SITE_ROOT_PATHS_CACHE_KEY, ["gone"], 3600)

    assert (cache.get("other"), cache.get(SITE_ROOT_PATHS_CACHE_KEY)) == ("kept", None)
