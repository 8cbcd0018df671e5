"""The page to which a petition's links lead: the campaign page that tells its story.

An alias of that page tells it, too, and is never meant: it may be deleted while posters lead there.
"""

from collections.abc import Iterable

from django.utils.functional import partition

from campaigns import caching
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition


def story_of(petition: Petition, *, page: int | None = None) -> CampaignPage | None:
    """The campaign page with this key, if everybody may read it there; else the newest one.

    None where no public page carries the petition in its language. Cached for some seconds.
    """

    if petition.pk is None:  # a preview of a petition that is not stored yet
        return None

    def read() -> list[CampaignPage]:
        return list(CampaignPage.public().filter(petition=petition, alias_of=None))

    pages = caching.cached(f"stories-{petition.pk}", read)
    others, chosen = partition(lambda story: story.pk == page, pages)
    return next(iter([*chosen, *others]), None)


def story_url(petition: Petition, *, page: int | None = None) -> str:
    """The full URL of the story, or of the petition alone where it has none.

    A page has no URL below a root that its site has just left.
    """
    story = story_of(petition, page=page)
    return (story.canonical_url if story else "") or petition.full_url


def story_urls(petitions: Iterable[Petition]) -> dict[int, str]:
    """The same for several petitions by their primary keys, with one query for all pages."""
    petitions = list(petitions)
    pages = CampaignPage.public().filter(petition__in=petitions, alias_of=None).reverse()
    stories = {page.petition_id: page.canonical_url for page in pages}
    return {each.pk: stories.get(each.pk) or each.full_url for each in petitions}
