"""The blocks from which editors compose stories and letters.

Migrations refer to the blocks by the name of this package, so every block is exported here.
"""

from campaigns.blocks.letter import DemandBlock, TargetBlock
from campaigns.blocks.pictures import CaptionedImageBlock, GalleryBlock, VideoBlock
from campaigns.blocks.questions import (
    CheckboxQuestionBlock,
    ChoiceQuestionBlock,
    QuestionsBlock,
    TextQuestionBlock,
)
from campaigns.blocks.story import ArticleBlock, StoryBlock, UpdatesBlock
from campaigns.blocks.thanks import (
    NextCallBlock,
    NextCampaignBlock,
    RecentUpdateBlock,
    ShareBlock,
    ThanksBlock,
)
from campaigns.blocks.ways import (
    ActionsTakenBlock,
    CallToActionBlock,
    DocumentBlock,
    PetitionBlock,
    RelatedCampaignsBlock,
)
from campaigns.blocks.words import (
    AccordionBlock,
    FactBlock,
    HeadingBlock,
    QuoteBlock,
    StoryTextBlock,
    TableBlock,
)

__all__ = [
    "AccordionBlock",
    "ActionsTakenBlock",
    "ArticleBlock",
    "CallToActionBlock",
    "CaptionedImageBlock",
    "CheckboxQuestionBlock",
    "ChoiceQuestionBlock",
    "DemandBlock",
    "DocumentBlock",
    "FactBlock",
    "GalleryBlock",
    "HeadingBlock",
    "NextCallBlock",
    "NextCampaignBlock",
    "PetitionBlock",
    "QuestionsBlock",
    "QuoteBlock",
    "RecentUpdateBlock",
    "RelatedCampaignsBlock",
    "ShareBlock",
    "StoryBlock",
    "StoryTextBlock",
    "TableBlock",
    "TargetBlock",
    "TextQuestionBlock",
    "ThanksBlock",
    "UpdatesBlock",
    "VideoBlock",
]
