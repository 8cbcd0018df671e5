"""The blocks of a story, in the order of the editor's menu, and the queries for a whole story."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.rich_text import RichText

from campaigns.blocks import links
from campaigns.blocks.lines import DayBlock
from campaigns.blocks.numbers import ChosenCurveBlock, CurveBlock
from campaigns.blocks.onward import (
    ActionsTakenBlock,
    AppealBlock,
    CallToActionBlock,
    ChosenPetitionBlock,
    DocumentBlock,
    PetitionBlock,
    RelatedCampaignsBlock,
)
from campaigns.blocks.pictures import (
    CaptionedImageBlock,
    GalleryBlock,
    GalleryImageBlock,
    VideoBlock,
)
from campaigns.blocks.words import (
    STORY_FEATURES,
    AccordionBlock,
    FactBlock,
    HeadingBlock,
    QuoteBlock,
    StoryTextBlock,
    TableBlock,
)


class StoryBlock(blocks.StreamBlock):
    """The story of a campaign page, which has a petition of its own."""

    heading = HeadingBlock()
    text = StoryTextBlock()
    image = CaptionedImageBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    fact = FactBlock()
    video = VideoBlock()
    table = TableBlock()
    accordion = AccordionBlock()
    document = DocumentBlock()
    call_to_action = CallToActionBlock()
    petition = PetitionBlock()
    appeal = AppealBlock()
    related = RelatedCampaignsBlock()
    actions_taken = ActionsTakenBlock()
    curve = CurveBlock()

    class Meta:
        # Each block of related campaigns queries which campaigns are open.
        block_counts = {"related": {"max_num": 1}}

    def render(self, value: blocks.StreamValue, context: dict[str, Any] | None = None) -> str:
        fetch(value)
        return super().render(value, context)


class ArticleBlock(StoryBlock):
    """The story of a page without a petition of its own."""

    petition = ChosenPetitionBlock()
    curve = ChosenCurveBlock()


class UpdatesBlock(blocks.StreamBlock):
    """Short posts about recent events; the page sorts them by their dates."""

    update = blocks.StructBlock(
        [
            ("day", DayBlock(label=_("Day"))),
            ("heading", blocks.CharBlock(label=_("What has happened"), max_length=160)),
            (
                "text",
                blocks.RichTextBlock(
                    label=_("Short text"), required=False, features=STORY_FEATURES
                ),
            ),
            # A list, since wagtail-localize fails on an empty ImageBlock.
            (
                "pictures",
                blocks.ListBlock(GalleryImageBlock(), label=_("Picture"), max_num=1, default=[]),
            ),
        ],
        label=pgettext_lazy("news", "Update"),
        icon="date",
    )


class MailingBlock(blocks.StreamBlock):
    """The content of a mailing to signers: those blocks that every mail program can show."""

    text = StoryTextBlock()
    heading = HeadingBlock()
    image = GalleryImageBlock()
    quote = QuoteBlock()
    call_to_action = CallToActionBlock()


def fetch(story: blocks.StreamValue) -> None:
    """Prefetch the URLs and renditions that the blocks will need.

    The number of queries does not depend on the number of blocks.
    """
    found = list(parts(story))
    fetch_links(found)
    images = [part for part in found if isinstance(part, AbstractImage)]
    if len(images) > 1:
        fetch_renditions(images)


def fetch_links(found: list[Any]) -> bool:
    """Cache the URLs to which these parts of a story link; return whether all pages are live."""
    texts = (part.source for part in found if isinstance(part, RichText))
    return links.fetch(texts, [part for part in found if isinstance(part, Page)])


def fetch_renditions(images: Sequence[AbstractImage]) -> None:
    """Attach its renditions to each image, with one query for all.

    Each image gets copies of its own, since a story may show the same picture twice with different
    alternative texts.
    """
    renditions = images[0].get_rendition_model().objects.filter(image__in=images)
    by_image = defaultdict(list)
    for rendition in renditions:
        by_image[rendition.image_id].append(rendition)
    for image in images:
        image.prefetched_renditions = [copy(rendition) for rendition in by_image[image.pk]]
        for rendition in image.prefetched_renditions:
            rendition.image = image


def parts(value: Any) -> Iterator[Any]:
    """Yield a block's value and everything inside it, in the order of the page."""
    yield value
    children: Iterable[Any]
    if isinstance(value, blocks.StreamValue):
        children = [child.value for child in value]
    elif isinstance(value, dict):
        children = value.values()
    else:
        children = value if isinstance(value, ListValue) else ()
    for child in children:
        yield from parts(child)
