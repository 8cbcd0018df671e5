"""Which petitions the public may be told of, in lists, in the sitemap, in the API."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally


def published_petitions() -> QuerySet[Petition]:
    """Those that are published in their language and by whose rules: the original's row."""
    tallies = Tally.objects.filter(translation_key=OuterRef("translation_key"))
    return Petition.objects.filter(Exists(tallies.filter(petition__live=True)), live=True)


def bare_petitions() -> QuerySet[Petition]:
    """Those that no page carries: the public is led to them, for there is no other way."""
    return published_petitions().exclude(campaign_pages__live=True)


def listed_petitions() -> QuerySet[Petition]:
    """Those that the public may be told of: one whose pages are all private is private."""
    on_pages = CampaignPage.public().values("petition")
    told = Q(pk__in=bare_petitions().values("pk")) | Q(pk__in=on_pages)
    return published_petitions().filter(told)
