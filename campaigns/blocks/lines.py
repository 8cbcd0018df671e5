"""Lines that may stay empty, and paragraphs that are translated one by one."""

from typing import Any

from wagtail import blocks

from campaigns.paragraphs import InParagraphs


class LineBlock(blocks.CharBlock):
    """A line that may be missing, too: then it is empty, and never None.

    It is missing in stories that were stored before a block got it, or that a program wrote;
    wagtail-localize can translate no None. In migrations this is Wagtail's CharBlock.
    """

    def normalize(self, value: Any) -> str:
        return super().normalize(value) or ""

    def to_python(self, value: Any) -> str:
        return super().to_python(value) or ""

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.CharBlock", args, kwargs


class ParagraphsBlock(InParagraphs, blocks.TextBlock):
    """A text of several paragraphs; in migrations this is Wagtail's TextBlock."""

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.TextBlock", args, kwargs
