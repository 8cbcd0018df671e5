"""Find the pages that everybody may read, and where the private ones begin."""

from collections.abc import Iterable

from wagtail.models import Page
from wagtail.query import PageQuerySet


def readable(pages: PageQuerySet) -> PageQuerySet:
    """Return the live pages that everybody may read. Makes one query where no page is private.

    Wagtail's `public()` is not enough: it includes aliases of private pages, which Wagtail's own
    view does not serve.
    """
    pages = pages.live()
    for path in private_paths():
        pages = pages.exclude(path__startswith=path)
    return pages


def private_paths() -> Iterable[str]:
    """Return the tree paths at which private sections begin: restricted pages and their aliases.

    Aliases of aliases are included, however long the chain is.
    """
    paths = dict(Page.objects.filter(view_restrictions__isnull=False).values_list("pk", "path"))
    newest = list(paths)
    while newest:
        aliases = Page.objects.filter(alias_of__in=newest).exclude(pk__in=list(paths))
        found = dict(aliases.values_list("pk", "path"))
        newest = list(found)
        paths |= found
    return paths.values()
