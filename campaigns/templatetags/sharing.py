"""Template tags for sharing a page, and for the page that thanks a signer."""

from typing import Any

from django import template
from django.template import Context
from django.utils.encoding import uri_to_iri
from django.utils.safestring import SafeString
from wagtail.models import Page
from wagtail.rich_text import RichText

from campaigns.blocks.story import fetch_renditions
from campaigns.blocks.thanks import NextCallValue
from campaigns.caching import cached
from campaigns.pages import timeline
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.next_steps import next_campaigns
from campaigns.pages.private import chosen_keys
from campaigns.pages.public_page import PublicPage
from campaigns.pages.stories import story_of, story_url
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.texts import Texts, default_texts
from campaigns.sharing import links

register = template.Library()


@register.inclusion_tag("includes/share.html", takes_context=True)
def share_box(
    context: Context, petition: Petition | None = None, page: PublicPage | int | None = None
) -> dict[str, Any]:
    """Render the ways to share a page or a petition's story, which `page` may name by its key."""
    texts: Texts = petition.texts if petition else default_texts()
    title = petition.title if petition else ""
    if isinstance(page, PublicPage):
        url, title = page.canonical_url, page.title
    else:
        assert petition
        url = story_url(petition, page=page)
    # An open petition asks for names; an article never does.
    is_open = petition is not None and petition.state == State.OPEN
    words = links.words(texts, title) if is_open else links.words_to_read(title)
    return {
        "request": context.get("request"),
        "petition": petition,
        "title": title,
        "words": words,
        "share_url": uri_to_iri(url),  # to be read
        "copied_url": links.sourced(url, "link"),
        "share_links": links.share_links(url, words),
    }


@register.simple_tag
def story_address(petition: Petition, page: int | None = None) -> str:
    """Return the full URL of the campaign page of a petition, or of the petition alone."""
    return story_url(petition, page=page)


@register.simple_tag
def carried(url: str, source: str = "") -> str:
    """Return the URL of one of our own pages, with the source code by which a signer came."""
    return links.sourced(url, source)


@register.simple_tag
def onward(value: NextCallValue, source: str = "") -> str:
    """Return the URL of a call to action, with the source code by which a signer came."""
    return value.onward_url(source)


@register.filter
def in_new_windows(text: RichText) -> SafeString:
    """Make the links of a rich text open in new windows, as all links out of a frame do."""
    return SafeString(str(text).replace("<a ", '<a target="_blank" rel="noopener" '))


@register.simple_tag
def next_to_sign(petition: Petition) -> list[CampaignPage]:
    """Return the campaigns to suggest to a signer; only the first one shows its picture."""

    def read() -> list[CampaignPage]:
        campaigns = next_campaigns(petition)
        images = [page.listing_image for page in campaigns[:1] if page.listing_image]
        if images:
            fetch_renditions(images)
        return campaigns

    return cached(f"next-{petition.pk}", read)


@register.simple_tag
def campaign_to_sign(value: dict[str, Any], petition: Petition) -> CampaignPage | None:
    """Return a block's campaign while it can be signed, or else the site's first choice."""
    chosen: Page | None = value.get("campaign")

    def read() -> list[CampaignPage]:
        assert chosen
        keys, locale = chosen_keys(chosen.pk), petition.locale_id
        pages = CampaignPage.public().filter(translation_key__in=keys, locale=locale)
        return [page for page in with_tallies(pages) if page.card_state == State.OPEN]

    found = cached(f"to-sign-{chosen.pk}-{petition.locale_id}", read) if chosen else []
    return next(iter(found or next_to_sign(petition)), None)


@register.simple_tag
def newest_update(petition: Petition, page: int | None = None) -> timeline.Entry | None:
    """Return the newest update of the campaign page that tells a petition's story."""
    story = story_of(petition, page=page)
    entries = timeline.timeline(None, story.updates) if story else []
    return next(iter(entries), None)
