"""The blocks of a mailing: those blocks of a story that every mail program can show."""

from wagtail import blocks

from campaigns.blocks.onward import CallToActionBlock
from campaigns.blocks.pictures import GalleryImageBlock
from campaigns.blocks.words import HeadingBlock, QuoteBlock, StoryTextBlock


class MailingBlock(blocks.StreamBlock):
    """The content of a mailing to signers."""

    text = StoryTextBlock()
    heading = HeadingBlock()
    image = GalleryImageBlock()
    quote = QuoteBlock()
    call_to_action = CallToActionBlock()
