"""The blocks from which editors compose stories and letters: those that other packages use."""

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
