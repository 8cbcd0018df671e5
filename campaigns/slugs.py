"""Slugs: the last part of a URL, made from a title."""

from typing import Any
from urllib.parse import unquote

from anyascii import anyascii
from django.conf import settings
from django.db.models import QuerySet
from django.urls import resolve
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

# The names of the views that serve pages (config.urls).
PAGES = ("home.views.serve", "wagtail_serve")
TAKEN = _("The site itself uses this web address. Choose another, such as “our-search”.")


def free_slug(title: str, *, among: QuerySet[Any], fallback: str) -> str:
    """Return an unused slug made from the title, or from `fallback` if the title has no letters."""
    stem = slugify(anyascii(title))[:70] or fallback
    taken = set(among.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


def is_taken_below(parent: Page, slug: str) -> bool:
    """Return whether a page with this slug, below the parent, could not be read."""
    above = parent.get_url_parts()
    language = parent.locale.language_code
    return bool(above and slug) and is_taken_by_site(f"{above[2]}{slug}/", language)


def is_taken_by_site(path: str, language: str) -> bool:
    """Return whether a page at this path, or the pages below it, could not be read.

    Other URLs of the site come first, such as those of the search, of petitions, of the CMS and of
    other languages, and the web server itself serves the files below MEDIA_URL and STATIC_URL.
    """
    path = unquote(path)  # Wagtail's URLs of pages in Russian or Arabic are percent-encoded.
    first = path.split("/")[1]
    if first != language and first in dict(settings.LANGUAGES):
        return True
    if path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
        return True
    with translation.override(language):
        return any(resolve(each).view_name not in PAGES for each in (path, f"{path}below/"))
