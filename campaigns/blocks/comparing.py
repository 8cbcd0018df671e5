"""The values of two compared versions, in the words of the form that they were chosen in."""

import re
from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.db import models
from django.template.defaultfilters import yesno
from django.utils import timezone, translation
from django.utils.formats import localize
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.admin import compare
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock, ImageChooserBlockComparison
from wagtail.rich_text import expand_db_html

from campaigns.blocks.links import drafts_too

PARAGRAPHS = ["p", "li", "br", "hr"]
BLOCK_KEY = re.compile(' data-block-key="[^"]*"')
# Their targets are among the words, and so is the text that a new paragraph brings.
SEEN_IN_WORDS = ["a", *PARAGRAPHS]


def words(value: Any) -> str:
    """Return a value in the reader's language and time zone, and nothing for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(yesno(value))
    return str(localize(timezone.localtime(value) if isinstance(value, datetime) else value))


def words_of_block(block: blocks.Block, value: Any) -> str:
    if isinstance(block, blocks.ChoiceBlock) and value:
        return str(dict(block.field.choices).get(value, value))
    if isinstance(block, blocks.ChooserBlock) and value:
        shown = block.render_basic(value)
        return str(compare.text_from_html(shown) if isinstance(shown, SafeString) else shown)
    if isinstance(block, blocks.RichTextBlock) and value:
        return words_of_markup(value.source)
    return words(value)


def words_of_markup(html: str) -> str:
    """Return the text of rich text, with the address of each link after its words.

    Links lead to drafts, too, and to one language of a page, whoever compares.
    """
    with drafts_too(), translation.override(settings.LANGUAGE_CODE):
        soup = BeautifulSoup(expand_db_html(html), "html.parser")
    for link in soup("a", href=True):
        link.append(f" ({link['href']})")
    for paragraph in soup(PARAGRAPHS):
        paragraph.append(" ")
    return soup.get_text().strip()


def formatting(html: str) -> list[tuple[str, str, int]]:
    """Return each tag of rich text, the text that it formats, and how much text is before it."""
    found, before = list[tuple[str, str, int]](), 0
    for each in BeautifulSoup(html, "html.parser").descendants:
        if isinstance(each, Tag):
            found.append((each.name, each.text, before))
        else:
            before += len(each.text)
    return found


def markup_diff(old: str, new: str) -> SafeString:
    """Compare two rich texts by their words, and say so where the formatting has changed."""
    texts = [words_of_markup(html) for html in (old, new)]
    before, after = formatting(old), formatting(new)
    if texts[0] != texts[1]:
        before, after = (
            [(name, "", 0) for name, *_rest in tags if name not in SEEN_IN_WORDS]
            for tags in (before, after)
        )
    marked = word_by_word(*texts)
    if before == after:
        return marked
    return format_html('{} <span class="addition">({})</span>', marked, _("formatting changed"))


def changed(old: str, new: str) -> SafeString:
    if old == new:
        return escape(new)
    parts = [("deletion", old), ("addition", new)]
    return compare.TextDiff([part for part in parts if part[1]], separator=" ").to_html()


def word_by_word(old: str, new: str) -> SafeString:
    return compare.diff_text(old, new).to_html()


def bare(value: Any) -> Any:
    """Return a stored value without what a form adds by itself.

    Editors number the paragraphs of rich text, and browsers send each line break as two characters.
    """
    if isinstance(value, str):
        return BLOCK_KEY.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {name: bare(each) for name, each in value.items()}
    return [bare(each) for each in value] if isinstance(value, list) else value


class ValueComparison(compare.FieldComparison):
    def htmldiff(self) -> SafeString:
        return changed(words(self.val_a), words(self.val_b))


class Bare(compare.FieldComparison):
    """A mixin for comparisons of fields: of the values without what a form adds by itself."""

    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = bare(self.val_a), bare(self.val_b)


class TextComparison(Bare, compare.TextFieldComparison):
    pass


class StreamComparison(compare.StreamFieldComparison):
    def __init__(self, field: Any, obj_a: Any, obj_b: Any) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (
            field.stream_block.to_python(bare([*value.raw_data]))
            for value in (self.val_a, self.val_b)
        )


class MarkupComparison(Bare, compare.RichTextFieldComparison):
    def htmldiff(self) -> SafeString:
        return markup_diff(self.val_a, self.val_b)


class ValueBlockComparison(compare.BlockComparison):
    diff = staticmethod(changed)

    def htmlvalue(self, val: Any) -> SafeString:
        return escape(words_of_block(self.block, val))

    def htmldiff(self) -> SafeString:
        return self.diff(*(words_of_block(self.block, each) for each in (self.val_a, self.val_b)))


class TextBlockComparison(ValueBlockComparison):
    diff = staticmethod(word_by_word)


class MarkupBlockComparison(ValueBlockComparison):
    def htmldiff(self) -> SafeString:
        return markup_diff(self.val_a.source, self.val_b.source)


class PictureComparison(ImageChooserBlockComparison):
    """Wagtail's, which shows the same picture as removed and added if its alternative text changed.

    The alternative text has a comparison of its own beside it.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if self.val_a and self.val_b and self.val_a.pk == self.val_b.pk:
            self.val_b = self.val_a


VALUES = (
    blocks.BooleanBlock,
    blocks.ChoiceBlock,
    blocks.ChooserBlock,
    blocks.DateBlock,
    blocks.IntegerBlock,
)
TEXTS = (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock)


def register() -> None:
    """Compare in this way all fields of the CMS, and all blocks without a comparison of their own.

    Wagtail registers comparisons of fields only; it asks a block itself for its comparison.
    """
    for field in (models.BooleanField, models.DateField, models.IntegerField):
        compare.register_comparison_class(field, comparison_class=ValueComparison)
    compare.register_comparison_class(models.TextField, comparison_class=TextComparison)
    compare.register_comparison_class(RichTextField, comparison_class=MarkupComparison)
    compare.register_comparison_class(StreamField, comparison_class=StreamComparison)
    for block in VALUES:
        block.get_comparison_class = lambda self: ValueBlockComparison
    for block in TEXTS:
        block.get_comparison_class = lambda self: TextBlockComparison
    chooser: Any = ImageChooserBlock  # its own method is replaced
    chooser.get_comparison_class = lambda self: PictureComparison
    blocks.RichTextBlock.get_comparison_class = lambda self: MarkupBlockComparison
