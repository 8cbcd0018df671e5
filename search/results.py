"""The presentation of search results: with kind, image, state and topics."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict, TypeVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from campaigns.blocks.story import fetch_renditions
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.images import CustomImage
from campaigns.pages.news import ArticlePage
from campaigns.pages.public_page import PublicPage
from campaigns.pages.topics import Topic, with_topics
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State

Row = TypeVar("Row", bound=Page | Petition)

KINDS = {
    CampaignPage: _("Campaign"),
    ArticlePage: _("News"),
    Petition: _("Petition"),
    Topic: _("Topic"),
}


@dataclass(frozen=True)
class Result:
    """What the results page shows of one page, petition or link."""

    kind: str
    title: str
    url: str
    summary: str = ""
    image: CustomImage | None = None
    published_on: date | None = None
    state: State | None = None
    count: int | None = None
    goal: int | None = None
    topics: list[Topic] = field(default_factory=list)


class Brief(TypedDict):
    kind: str
    title: str
    url: str


def brief(row: Page | Petition | Topic) -> Brief:
    """Return the kind, the title and the URL of a result: all that a suggestion shows."""
    model = row.specific_class if isinstance(row, Page) else type(row)
    return {"kind": str(KINDS.get(model, _("Page"))), "title": row.title, "url": result_url(row)}


def result_url(row: Page | Petition | Topic) -> str:
    if isinstance(row, Topic):
        return f"{reverse('search')}?topic={row.slug}"
    return row.url_path() if isinstance(row, Petition) else row.url


def results(rows: Iterable[Row], locale: Locale) -> list[tuple[Row, Result]]:
    """Return (row, result) for each row, in the same order, with a fixed number of queries.

    Rows whose page has been deleted since are left out.
    """
    rows = list(rows)
    fetch_tallies([row for row in rows if isinstance(row, Petition)])
    pages = {page.pk: page for page in specific([row.pk for row in rows if isinstance(row, Page)])}
    images = CustomImage.objects.in_bulk(
        {page.listing_image_id for page in pages.values()} - {None}
    )
    if images:
        fetch_renditions(list(images.values()))
    for page in pages.values():
        page.locale, page.listing_image = locale, images.get(page.listing_image_id)
    whole = [(row, row if isinstance(row, Petition) else pages.get(row.pk)) for row in rows]
    return [(row, result(thing)) for row, thing in whole if thing]


def specific(ids: list[int]) -> Iterable[PublicPage]:
    campaigns = CampaignPage.objects.filter(pk__in=ids, petition__isnull=False)
    articles = ArticlePage.objects.filter(pk__in=ids)
    others = Page.objects.filter(pk__in=ids).not_type(CampaignPage, ArticlePage)
    yield from with_topics(with_tallies(campaigns.select_related("petition")))
    yield from with_topics(articles)
    yield from others.specific()


def result(thing: PublicPage | Petition) -> Result:
    about: dict[str, Any] = {}
    if isinstance(thing, Petition):
        count, goal = thing.progress.count, thing.progress.goal
        about = {"summary": thing.ask, "state": thing.state, "count": count, "goal": goal}
    else:
        about = {"summary": thing.listing_summary, "image": thing.listing_image}
    if isinstance(thing, CampaignPage):
        about |= {"state": thing.card_state, "count": thing.card_count, "goal": thing.card_goal}
    if isinstance(thing, ArticlePage):
        about |= {"published_on": thing.published_on}
    return Result(**brief(thing), **about, topics=getattr(thing, "shown_topics", []))
