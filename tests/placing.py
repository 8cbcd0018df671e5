"""Add a page below another, for tests that are not about adding one."""

from typing import TypeVar

from django.db.models import F
from modelcluster.models import ClusterableModel
from wagtail.models import Page

P = TypeVar("P", bound=Page)


def place(page: P, *, below: Page) -> P:
    """Insert the rows that `below.add_child` inserts, without its other queries.

    The page is not validated, and the log of the site does not mention it.
    """
    last = below.get_last_child()
    page.depth = below.depth + 1
    page.path = last._inc_path() if last else Page._get_path(below.path, page.depth, 1)
    page._cached_parent_obj = below  # as treebeard sets it
    page.locale = page.locale if page.locale_id else below.locale
    page._set_core_field_defaults()
    page.set_url_path(below)
    ClusterableModel.save(page, force_insert=True)
    Page.objects.filter(pk=below.pk).update(numchild=F("numchild") + 1)
    below.numchild += 1
    return page
