"""Decide which pages and petitions may be listed: in the search, in the sitemap and in the API."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex
from wagtail.query import PageQuerySet

from campaigns.pages.campaign import CampaignPage
from campaigns.pages.private import private_paths, readable
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import has_live_original, is_published


def listed_pages() -> PageQuerySet:
    """Return the pages that the search and the sitemap have: no aliases, and no private ones.

    Campaigns whose petition is not published are left out, as in `CampaignPage.public`.
    """
    # The search refuses a filter by a field that is not in Wagtail's index.
    aliases = Page.objects.filter(alias_of__isnull=False)
    unpublished = CampaignPage.objects.exclude(is_published())
    pages = Page.objects.exclude(pk__in=aliases.values("pk"))
    return readable(pages.exclude(pk__in=unpublished.values("pk")))


def published_petitions() -> QuerySet[Petition]:
    """Return the petitions published in their own language whose original is published too."""
    return Petition.objects.filter(has_live_original("translation_key"), live=True)


def bare_petitions() -> QuerySet[Petition]:
    """Return the published petitions to which lists must link, because they have no live page.

    A petition is left out if pages carry it in another language or in their story, and all of these
    pages are private. Makes one query more only where a page is private.
    """
    bare = published_petitions().exclude(campaign_pages__live=True)
    if not list(private_paths()):
        return bare
    on_pages, on_public_pages = (
        carried_by(pages).values("translation_key")
        for pages in (Page.objects.live(), readable(Page.objects.all()))
    )
    in_private = Q(translation_key__in=on_pages) & ~Q(translation_key__in=on_public_pages)
    return bare.exclude(in_private)


def carried_by(pages: PageQuerySet) -> QuerySet[Petition]:
    """Return the petitions to which these pages refer, in their stories too."""
    types = ContentType.objects.get_for_models(Page, Petition)
    references = ReferenceIndex.objects.filter(
        base_content_type=types[Page],
        object_id__in=pages.order_by().values(text=Cast("pk", CharField())),
        to_content_type=types[Petition],
    )
    return Petition.objects.filter(
        pk__in=references.values(number=Cast("to_object_id", IntegerField()))
    )


def listed_petitions() -> QuerySet[Petition]:
    """Return the published petitions that may be listed in public.

    A petition is left out where all the pages that carry it are private (`bare_petitions`).
    """
    on_pages = CampaignPage.public().values("petition")
    may_be_listed = Q(pk__in=bare_petitions().values("pk")) | Q(pk__in=on_pages)
    return published_petitions().filter(may_be_listed)
