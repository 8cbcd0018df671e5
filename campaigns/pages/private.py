"""Find the pages that everybody may read, and where those begin that not everybody can read."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.contrib.frontend_cache.utils import purge_pages_from_cache
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet

from campaigns.caching import cached


def readable(pages: PageQuerySet) -> PageQuerySet:
    """Return the live pages that everybody may read.

    Makes one query where no page is private, and one more, which is cached for a few seconds.
    Wagtail's `public()` is not enough: it includes aliases of private pages, which Wagtail's own
    view does not serve, and pages without a URL.
    """
    pages = pages.live()
    for path in (*private_paths(), *cached("unused-paths", unused_paths)):
        pages = pages.exclude(path__startswith=path)
    return pages


def listed(pages: PageQuerySet, below: Page | None = None) -> PageQuerySet:
    """Return the pages of a list, without aliases of pages that are in the list themselves.

    A list of the pages below another one may contain an alias alone, such as that of an article
    that is not translated yet.
    """
    if below is None:
        return pages.filter(alias_of=None)
    inside = pages.filter(path__startswith=below.path)
    return inside.exclude(alias_of__path__startswith=below.path)


def unused_paths() -> list[str]:
    """Return the tree paths of home pages that the site does not use: no page there has a URL."""
    keys = Site.objects.values("root_page__translation_key")
    used = Page.objects.filter(translation_key__in=keys)
    used = used.annotate(top=Left("path", 2 * Page.steplen)).values("top")
    return list(Page.objects.filter(depth=2).exclude(path__in=used).values_list("path", flat=True))


def chosen_keys(page: int | None) -> "QuerySet[Page, dict[str, Any]]":
    """Return the translation key of the page with this primary key; of an alias, of its source.

    Lists contain no aliases, but editors can choose one.
    """
    either = Q(pk__in=[page]) | Q(aliases__in=[page])  # With None, `aliases=` finds nearly all.
    return Page.objects.filter(either).values("translation_key")


def private_paths() -> Iterable[str]:
    """Return the tree paths at which private sections begin.

    These are the restricted pages, and the aliases of all pages below them. Makes one query where
    no page is private.
    """
    return with_aliases(Page.objects.filter(view_restrictions__isnull=False))


def with_aliases(pages: PageQuerySet) -> Iterable[str]:
    """Return the tree paths of pages, of the aliases of pages below them, and of their aliases."""
    paths = set(newest := list(pages.values_list("path", flat=True)))
    while newest:
        inside = reduce(or_, (Q(alias_of__path__startswith=path) for path in newest))
        aliases = Page.objects.filter(inside).exclude(path__in=paths)
        newest = list(aliases.values_list("path", flat=True))
        paths.update(newest)
    return paths


@receiver([post_save, post_delete], sender=PageViewRestriction)
def purge(instance: PageViewRestriction, **kwargs: Any) -> None:
    """Purge a page that is made private, or public again, with its subpages (PURGED_PROXY).

    Its aliases are private with it. Wagtail purges only what is published or taken down.
    """
    if apps.is_installed("wagtail.contrib.frontend_cache"):
        for path in with_aliases(Page.objects.filter(pk=instance.page_id)):
            purge_pages_from_cache(Page.objects.live().filter(path__startswith=path).specific())
