"""The cards in a list of pages: prefetch what they show with a fixed number of queries."""

from collections.abc import Iterable
from typing import TypeVar

from campaigns.blocks.story import fetch_renditions
from campaigns.pages.topics import Topical, with_topics

T = TypeVar("T", bound=Topical)


def for_cards(pages: Iterable[T]) -> list[T]:
    """Return the pages with their topics and the renditions of their pictures."""
    found = with_topics(pages)
    images = [image for page in found if (image := page.listing_image)]
    if images:
        fetch_renditions(images)
    return found
