"""Decide which petitions may be listed in public: in the search, in the sitemap and in the API."""

from django.db.models import Q, QuerySet

from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import has_live_original


def published_petitions() -> QuerySet[Petition]:
    """Return the petitions published in their own language whose original is published too."""
    return Petition.objects.filter(has_live_original("translation_key"), live=True)


def bare_petitions() -> QuerySet[Petition]:
    """Return the published petitions that no live page carries: lists must link to the petition."""
    return published_petitions().exclude(campaign_pages__live=True)


def listed_petitions() -> QuerySet[Petition]:
    """Return the published petitions that may be listed in public.

    A petition is left out where all the pages that carry it are private.
    """
    on_pages = CampaignPage.public().values("petition")
    may_be_listed = Q(pk__in=bare_petitions().values("pk")) | Q(pk__in=on_pages)
    return published_petitions().filter(may_be_listed)
