"""Lines that may stay empty, paragraphs that are translated one by one, and days."""

from typing import Any

from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.admin.widgets import AdminDateInput

from campaigns.dates import DayField
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


class DayBlock(blocks.DateBlock):
    """A day, in any of the ways of writing it that we know; in migrations Wagtail's DateBlock."""

    @cached_property
    def field(self) -> DayField:
        """The field of the block, with Wagtail's date picker, for Wagtail's own code."""
        return DayField(widget=AdminDateInput(format=self.format), **self.field_options)

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.DateBlock", args, kwargs
