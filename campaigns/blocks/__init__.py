"""The blocks from which editors compose stories and letters, as far as other packages use them."""

from campaigns.blocks.letter import DemandBlock, TargetBlock
from campaigns.blocks.story import ArticleBlock, StoryBlock, UpdatesBlock
from campaigns.blocks.thanks import ThanksBlock

__all__ = [
    "ArticleBlock",
    "DemandBlock",
    "StoryBlock",
    "TargetBlock",
    "ThanksBlock",
    "UpdatesBlock",
]
