"""Describe a page for machines: structured data (JSON-LD, https://schema.org) and its image."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from campaigns.pages.news import ArticlePage
from campaigns.pages.public_page import PublicPage
from campaigns.petitions.petition import Petition
from campaigns.sharing import cards
from home.models import HomePage

register = template.Library()

# As in django.utils.html.json_script: no character of the data can end the script element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def structured_data(context: Context, name: str, picture: str = "") -> SafeString | str:
    """Return the script element with the structured data; "" for pages that have none.

    The security policy allows it: a data block is not executed.
    """
    page, petition = context.get("page"), context.get("petition")
    description = about(page if isinstance(page, PublicPage) else None, petition or None, name)
    if not description:
        return ""
    organization = {"@type": "Organization", "name": name, "url": f"{settings.BASE_URL}/"}
    data = {
        "@context": "https://schema.org",
        **description,
        "publisher": organization,
        **({"image": picture} if picture else {}),
    }
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.simple_tag(takes_context=True)
def social_picture(context: Context) -> dict[str, Any]:
    """Return the image for social networks: url, width, height and alt; {} if there is none.

    It is the image that the editor chose for the page, or else for the petition; else the
    petition's card, or else the picture for lists.
    """
    page, petition = context.get("page"), context.get("petition")
    chosen = getattr(page, "social_image", None)
    if isinstance(petition, Petition) and not chosen:
        chosen = petition.original.share_image
    if isinstance(petition, Petition) and not chosen:
        width, height = cards.SIZE
        url = settings.BASE_URL + petition.url_path("card")
        return {"url": url, "width": width, "height": height, "alt": petition.title}
    image = chosen or getattr(page, "listing_image", None)
    rendition = image and image.shown("fill-1200x630|format-jpeg")
    if rendition is None:
        return {}
    size = {"width": rendition.width, "height": rendition.height}
    return {"url": rendition.full_url, "alt": rendition.alt, **size}


def about(page: PublicPage | None, petition: Petition | None, name: str) -> dict[str, Any]:
    """Return the schema.org properties of a home page, an article or a petition; {} for others."""
    if isinstance(page, HomePage):
        return {"@type": "WebSite", "name": name, "url": page.canonical_url} | search()
    if isinstance(page, ArticlePage):
        changed = page.last_published_at
        return {
            "@type": "NewsArticle",
            "headline": page.title,
            "description": page.description,
            "datePublished": page.published_on.isoformat(),
            **({"dateModified": changed.isoformat()} if changed else {}),
            "inLanguage": page.locale.language_code,
            "mainEntityOfPage": page.canonical_url,
        }
    if isinstance(petition, Petition):
        return {
            "@type": "WebPage",
            "name": page.title if page else petition.title,
            "description": petition.ask,
            "inLanguage": petition.locale.language_code,
            "url": page.canonical_url if page else petition.full_url,
            **counter(petition.progress.count),
        }
    return {}


def counter(count: int | None) -> dict[str, Any]:
    if count is None:
        return {}
    statistic = {
        "@type": "InteractionCounter",
        "interactionType": "https://schema.org/EndorseAction",
        "userInteractionCount": count,
    }
    return {"interactionStatistic": statistic}


def search() -> dict[str, Any]:
    template = f"{settings.BASE_URL}{reverse('search')}?query={{search_term_string}}"
    return {
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": template},
            "query-input": "required name=search_term_string",
        }
    }
