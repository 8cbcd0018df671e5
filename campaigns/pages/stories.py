"""Find the page to which a petition's links lead: the campaign page that tells its story.

Links never lead to an alias of that page: it may be deleted while printed posters still point to
it.
"""

from collections.abc import Iterable

from django.utils.functional import partition

from campaigns import caching
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition


def story_of(petition: Petition, *, page: int | None = None) -> CampaignPage | None:
    """Return the campaign page with the key `page` if it is public, or else the newest public one.

    None where no public page carries the petition in its language. Cached for a few seconds.
    """

    if petition.pk is None:  # a preview of a petition that is not stored yet
        return None

    def read() -> list[CampaignPage]:
        return list(CampaignPage.public().filter(petition=petition))

    pages = caching.cached(f"stories-{petition.pk}", read)
    others, chosen = partition(lambda story: story.pk == page, pages)
    return next(iter([*chosen, *others]), None)


def story_url(petition: Petition, *, page: int | None = None) -> str:
    """Return the full URL of the story, or of the petition itself if it has no story.

    A page has no URL below a root page that its site has just stopped using.
    """
    story = story_of(petition, page=page)
    return (story.canonical_url if story else "") or petition.full_url


def story_urls(petitions: Iterable[Petition]) -> dict[int, str]:
    """Return the story URLs of several petitions by primary key, with one query for all pages."""
    petitions = list(petitions)
    pages = CampaignPage.public().filter(petition__in=petitions).reverse()
    stories = {page.petition_id: page.canonical_url for page in pages}
    return {each.pk: stories.get(each.pk) or each.full_url for each in petitions}
