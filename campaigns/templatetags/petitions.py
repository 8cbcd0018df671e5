"""Template tags for petitions: the card with letter, count and form, texts and campaigns."""

import re
from typing import Any

from django import template
from django.template import Context
from django.utils import translation
from wagtail.models import Page

from campaigns.blocks.story import fetch, fetch_renditions
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

# The most letters of a word and of a title that fit on the smallest phone at the full size.
LONG_WORD, LONG_TITLE = 14, 60
BREAKS = re.compile(r"[\s\-–—/]+")


@register.filter
def is_long(title: str) -> bool:
    """Whether a title needs a smaller size, for its length or for a single long word."""
    return len(title) > LONG_TITLE or any(len(word) > LONG_WORD for word in BREAKS.split(title))


@register.simple_tag(takes_context=True)
def default_texts(context: Context) -> Texts:
    """The default texts in the active language, looked up once in a request."""
    request = context.get("request")
    if request is None:
        return read_default_texts()
    if not hasattr(request, "default_texts"):
        request.default_texts = read_default_texts()
    texts: Texts = request.default_texts
    return texts


@register.simple_tag(takes_context=True)
def actions_taken(context: Context) -> int:
    """The number of all signatures on this site, looked up once in a request."""
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
    """The campaigns that a signer is asked to sign next; the first is shown with its picture."""
    campaigns = next_campaigns(petition)
    images = [page.listing_image for page in campaigns[:1] if page.listing_image]
    if images:
        fetch_renditions(images)
    return campaigns


@register.simple_tag(takes_context=True)
def topics_of(context: Context, page: Topical) -> list[Topic]:
    """The topics of a page, cached for some seconds; in a preview, the topics of the draft."""
    if getattr(context.get("request"), "is_preview", False):
        return page.shown_topics
    return cached(f"topics-{page.pk}", lambda: page.shown_topics)


@register.simple_tag
def happened(page: CampaignPage) -> list[timeline.Entry]:
    """The timeline of a campaign, the newest event first, with what its pictures and links need."""
    fetch(page.updates)
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
        # Public signers have agreed to be named on this site, and not on others.
        "signers": [] if framed else named(petition),
        "others": [] if state == State.OPEN else open_campaigns(besides=petition),
    }


def named(petition: Petition) -> list[tuple[str, str]]:
    """(shortened name, name of the country or "") of the newest public signers."""
    names = country_names(translation.get_language())
    return [
        (name, names[code] if code in names and code else "")
        for name, code in public_signers.signers(petition)
    ]


@register.simple_tag
def oembed_url(petition: Petition | str | None) -> str:
    """The oEmbed URL of a petition; "" where no site may embed it."""
    if isinstance(petition, Petition) and embedding.is_offered(petition):
        return embedding.oembed_url(petition)
    return ""


@register.simple_tag(takes_context=True)
def petition_block(context: Context, value: dict[str, Any]) -> Petition | None:
    """The petition that a block shows: the chosen one, or else the page's own."""
    own, chosen = getattr(context.get("page"), "petition", None), value.get("petition")
    # The object of the page is preferred, since it may carry the state of a preview.
    return own if chosen in (None, own) else chosen
