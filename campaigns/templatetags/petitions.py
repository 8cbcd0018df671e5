"""Petitions in templates: the card with letter, count and form, and the house's words."""

import re
from typing import Any

from django import template
from django.template import Context
from django.utils import translation
from wagtail.models import Page

from campaigns.blocks.story import fetch_renditions
from campaigns.caching import cached
from campaigns.counting import counting
from campaigns.pages import timeline
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.next_steps import next_campaigns, open_campaigns
from campaigns.pages.topics import Topic, Topical, with_topics
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.texts import Texts
from campaigns.petitions.texts import default_texts as read_default_texts
from campaigns.sharing import embedding
from campaigns.signatures import public_signers
from campaigns.signing.fields import country_names
from campaigns.signing.forms import SignForm

register = template.Library()

# More letters than fit into a line of the smallest phone, at a title's full size.
LONG_WORD, LONG_TITLE = 14, 60
BREAKS = re.compile(r"[\s\-–—/]+")


@register.filter
def is_long(title: str) -> bool:
    """Whether a title is set smaller: for its length, or for one word that would be broken."""
    return len(title) > LONG_TITLE or any(len(word) > LONG_WORD for word in BREAKS.split(title))


@register.simple_tag(takes_context=True)
def default_texts(context: Context) -> Texts:
    """The house's words in the active language: one query a request."""
    request = context.get("request")
    if request is None:
        return read_default_texts()
    if not hasattr(request, "default_texts"):
        request.default_texts = read_default_texts()
    texts: Texts = request.default_texts
    return texts


@register.simple_tag(takes_context=True)
def actions_taken(context: Context) -> int:
    """All signatures on this site: one query a request."""
    request = context.get("request")
    if request is None:
        return counting.site_total()
    if not hasattr(request, "actions_taken"):
        request.actions_taken = cached("actions-taken", counting.site_total)
    total: int = request.actions_taken
    return total


@register.simple_tag(takes_context=True)
def related_campaigns(context: Context, value: dict[str, Any]) -> list[CampaignPage]:
    """The chosen campaigns that the public may see, in their order; else the newest open ones."""
    chosen = tuple(page.pk for page in value["campaigns"] if page)
    own = getattr(context.get("page"), "petition", None)
    number = value["number"] or 3
    key = ("related", translation.get_language(), chosen or (own and own.pk, number))
    return cached(key, lambda: read_related(chosen, besides=own, number=number))


def read_related(
    chosen: tuple[int, ...], *, besides: Petition | None, number: int
) -> list[CampaignPage]:
    """The chosen campaigns that the public may see, in their order; else the newest open ones."""
    if chosen:
        pages = {page.pk: page for page in CampaignPage.public().filter(pk__in=chosen)}
        campaigns = with_tallies(pages[pk] for pk in chosen if pk in pages)
    else:
        campaigns = open_campaigns(besides=besides, limit=number)
    images = [page.listing_image for page in campaigns if page.listing_image]
    if images:
        fetch_renditions(images)
    return with_topics(campaigns)


@register.simple_tag
def next_to_sign(petition: Petition) -> list[CampaignPage]:
    """Where who has signed may sign next; the first is shown with its picture."""
    campaigns = next_campaigns(petition)
    images = [page.listing_image for page in campaigns[:1] if page.listing_image]
    if images:
        fetch_renditions(images)
    return campaigns


@register.simple_tag(takes_context=True)
def topics_of(context: Context, page: Topical) -> list[Topic]:
    """The topics of the page that is read, as of some seconds ago; in a preview its draft's."""
    if getattr(context.get("request"), "is_preview", False):
        return page.shown_topics
    return cached(f"topics-{page.pk}", lambda: page.shown_topics)


@register.simple_tag
def happened(page: CampaignPage) -> list[timeline.Entry]:
    """What has happened in a campaign, the newest first."""
    return timeline.timeline(page.petition, page.updates)


@register.inclusion_tag("campaigns/includes/petition.html", takes_context=True)
def petition_card(
    context: Context, petition: Petition, form: SignForm | None = None
) -> dict[str, Any]:
    """The letter, the count, and the form or else the notice of the petition's state."""
    request = context.get("request")
    page = context.get("page") if isinstance(context.get("page"), Page) else None
    framed = getattr(request, "framed", False)
    state = petition.state
    if not form and state == State.OPEN:
        form = SignForm(petition, page=page)
    count, goal = petition.progress
    return {
        "request": request,
        "page": page,
        "petition": petition,
        "texts": petition.texts,
        "state": state.value,
        "is_open": state == State.OPEN,
        "is_preview": getattr(request, "is_preview", False),
        "count": count,
        "goal": goal,
        "today": counting.today(petition),
        "closes_at": petition.original.closes_at,
        "opens_at": petition.original.opens_at,
        "form": form if state == State.OPEN else None,
        "count_url": petition.url_path("count"),
        "sign_url": petition.url_path("sign", framed=framed),
        "framed": framed,
        # Names stay on the site that their signers agreed to be read on.
        "signers": [] if framed else named(petition),
        "others": [] if state == State.OPEN else open_campaigns(besides=petition),
    }


def named(petition: Petition) -> list[tuple[str, str]]:
    """Name and country, in words, of those recent signers who agreed to be read by everybody."""
    names = country_names(translation.get_language())
    return [
        (name, names[code] if code in names and code else "")
        for name, code in public_signers.signers(petition)
    ]


@register.simple_tag
def oembed_url(petition: Petition | str | None) -> str:
    """Where other sites ask how to show this petition; empty where none may."""
    if isinstance(petition, Petition) and embedding.is_offered(petition):
        return embedding.oembed_url(petition)
    return ""


@register.simple_tag(takes_context=True)
def petition_block(context: Context, value: dict[str, Any]) -> Petition | None:
    """The petition that a block shows: the chosen one, or else the page's own."""
    own, chosen = getattr(context.get("page"), "petition", None), value.get("petition")
    # The page's own may be previewed in another state.
    return own if chosen in (None, own) else chosen
