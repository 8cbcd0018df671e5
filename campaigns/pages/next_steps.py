"""Decide which campaigns a reader or a signer is asked to sign next."""

from django.db.models import Case, When
from django.utils import translation

from campaigns.original_languages import originals
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.private import chosen_keys
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import is_open


def open_campaigns(*, besides: Petition | None = None, limit: int = 3) -> list[CampaignPage]:
    """Return the newest open campaigns, except those with the petition `besides`.

    They are in the language of that petition, or in the reader's language without one.
    """
    code = besides.locale.language_code if besides else translation.get_language()
    campaigns = CampaignPage.public().filter(is_open(), locale__language_code=code)
    if besides:
        campaigns = campaigns.exclude(petition__translation_key=besides.translation_key)
    return with_tallies(campaigns[:limit])


def next_campaigns(petition: Petition, *, limit: int = 3) -> list[CampaignPage]:
    """Return the open campaigns to offer to signers of this petition, in its language.

    The next campaign that editors chose comes first, then campaigns that share a topic, then all
    others. Within each group the newest come first. Campaigns with the petition itself are left
    out. Makes three queries, besides one that is cached.
    """
    key = petition.translation_key
    chosen = chosen_keys(petition.original.next_campaign_id)
    own = CampaignPage.objects.filter(petition__translation_key=key)
    topics = originals(CampaignPage).filter(translation_key__in=own.values("translation_key"))
    alike = originals(CampaignPage).filter(
        topics__translation_key__in=topics.values("topics__translation_key")
    )
    campaigns = CampaignPage.public().filter(is_open(), locale=petition.locale_id)
    nearest = Case(
        When(translation_key__in=chosen, then=0),
        When(translation_key__in=alike.values("translation_key"), then=1),
        default=2,
    )
    others = campaigns.exclude(petition__translation_key=key)
    return with_tallies(others.order_by(nearest, "-published_on", "-pk")[:limit])
