"""Blocks for optional lines, dates, and paragraphs that are translated one by one."""

from typing import Any

from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.admin.widgets import AdminDateInput

from campaigns.dates import DayField
from campaigns.paragraphs import InParagraphs


class LineBlock(blocks.CharBlock):
    """A line of text that may be missing; its value is then "" and never None.

    The line is missing in stories that were stored before the block had it, or that a program
    wrote. wagtail-localize cannot translate None. In migrations this is Wagtail's CharBlock.
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
    """A date in any of the formats that the site accepts; in migrations Wagtail's DateBlock."""

    @cached_property
    def field(self) -> DayField:
        """The form field with Wagtail's date picker; Wagtail reads this attribute."""
        return DayField(widget=AdminDateInput(format=self.format), **self.field_options)

    def deconstruct(self) -> Any:
        _, args, kwargs = super().deconstruct()
        return "wagtail.blocks.DateBlock", args, kwargs
