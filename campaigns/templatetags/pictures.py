"""The picture at the top of a campaign page, which browsers are told to load first."""

from typing import Any

from django import template
from wagtail.images.models import SourceImageIOError

from campaigns.caching import cached
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.images import CustomImage

register = template.Library()

# As in campaigns/includes/head.html. A browser that cannot read AVIF ignores the link.
SPECS = [f"format-avif|fill-{size}" for size in ("768x384", "960x480", "1200x600", "1440x720")]


@register.inclusion_tag("campaigns/preload.html")
def picture_preload(page: CampaignPage) -> dict[str, Any]:
    picture = page.shown_picture
    if picture is None:
        return {}
    return {"sources": cached(("head", picture.pk, picture.file_hash), lambda: sources(picture))}


def sources(picture: CustomImage) -> str:
    """Return the attribute `imagesrcset`; "" if the file of the picture is missing."""
    try:
        found = picture.get_renditions(*SPECS).values()
    except SourceImageIOError:
        return ""
    return ", ".join(f"{rendition.url} {rendition.width}w" for rendition in found)
