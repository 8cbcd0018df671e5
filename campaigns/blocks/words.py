"""Text blocks: headings, paragraphs, quotes, facts, tables, questions and answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail_localize.segments import StringSegmentValue

from campaigns.blocks.lines import LineBlock, ParagraphsBlock

STORY_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul", "hr"]


def name_input(block: blocks.FieldBlock) -> None:
    """Label the input of a block in a stream for screen readers.

    Wagtail labels the panel around the input, and not the input itself.
    """
    block.field.widget.attrs["aria-label"] = block.label


class HeadingBlock(blocks.CharBlock):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name_input(self)

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "blocks/heading.html"
        description = _(
            "A heading inside the story. People who use screen readers jump from one heading to "
            "the next."
        )
        preview_value = _("What the new laws do")


class StoryTextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(features=STORY_FEATURES, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/rich_text.html"
        description = _("Paragraphs, lists and links.")
        preview_value = (
            "<p>Since spring, four laws have passed. Between them they</p>"
            "<ul><li>ban most street protests</li><li>punish insults to belief</li></ul>"
        )


class QuoteBlock(blocks.StructBlock):
    text = ParagraphsBlock(label=_("Quote"))
    attribution = LineBlock(label=_("Who said it"), required=False)
    role = LineBlock(label=_("Who this person is"), required=False)
    source_url = blocks.URLBlock(
        label=_("Where it was said"),
        required=False,
        help_text=_("The web address of an article or a recording. The name then links to it."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "blocks/quote.html"
        description = _("Somebody’s own words, with the name of the person who said them.")
        form_layout = BlockGroup(children=["text", "attribution", "role"], settings=["source_url"])
        preview_value = {
            "text": _("They came for the snowballs. We laughed, until they came back."),
            "attribution": _("A student"),
            "role": _("who was there in January"),
        }


class FactBlock(blocks.StructBlock):
    figure = blocks.CharBlock(
        label=_("Number"), max_length=16, help_text=_("“40,000”, “4 in 5”, “−38 %”.")
    )
    text = ParagraphsBlock(label=_("What the number shows"), help_text=_("One sentence."))
    source = LineBlock(
        label=_("Source"), required=False, help_text=_("Who counted this, and when.")
    )
    source_url = blocks.URLBlock(label=_("Web address of the source"), required=False)

    class Meta:
        icon = "info-circle"
        label = _("Fact or number")
        template = "blocks/fact.html"
        description = _("One large number, with the sentence that it supports and its source.")
        form_layout = BlockGroup(children=["figure", "text"], settings=["source", "source_url"])
        preview_value = {
            "figure": _("4 in 5"),
            "text": _("people who were fined had done nothing but stand and hold a sign."),
            "source": _("Court records, 2025"),
        }


class AnswerBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Line that is always visible"), max_length=160)
    text = blocks.RichTextBlock(label=_("Text that it opens"), features=STORY_FEATURES)

    class Meta:
        icon = "help"
        label = _("Part")
        label_format = "{heading}"


class AccordionBlock(blocks.StructBlock):
    parts = blocks.ListBlock(AnswerBlock(), label=_("Parts"), min_num=1)
    opens_first = blocks.BooleanBlock(label=_("The first part is open"), required=False)
    one_at_a_time = blocks.BooleanBlock(
        label=_("Only one part open at a time"),
        required=False,
        help_text=_("Opening one part closes the others, so readers cannot compare two parts."),
    )

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        template = "blocks/accordion.html"
        description = _(
            "Questions with answers that open one by one. In print, all answers are shown."
        )
        form_layout = BlockGroup(children=["parts"], settings=["opens_first", "one_at_a_time"])
        preview_value = {
            "parts": [
                {
                    "heading": _("Who sees my name?"),
                    "text": "<p>Those the letter is addressed to.</p>",
                },
                {
                    "heading": _("Can I withdraw my signature?"),
                    "text": "<p>Yes, from any of our emails.</p>",
                },
            ],
            "opens_first": True,
            "one_at_a_time": False,
        }


class CellsBlock(TypedTableBlock):
    """A table whose columns hold text or numbers; Wagtail's block provides their headings.

    wagtail-localize has no support for tables, but calls the two methods at the end of a block.
    """

    text = LineBlock(label=_("Text"), required=False, icon="pilcrow")
    figure = LineBlock(label=_("Numbers"), required=False, icon="decimal")

    def get_translatable_segments(self, value: TypedTable) -> list[StringSegmentValue]:
        """Return the caption, the headings and the text cells by position; numbers stay."""
        found = {"caption": value.caption}
        for number, column in enumerate(value.columns):
            found[f"heading-{number}"] = column["heading"]
            if column["block"].name == "text":
                cells = [row["values"][number] for row in value.row_data]
                found |= {f"cell-{row}-{number}": cell for row, cell in enumerate(cells)}
        return [StringSegmentValue(path, text) for path, text in found.items() if text]

    def restore_translated_segments(
        self, value: TypedTable, segments: list[StringSegmentValue]
    ) -> TypedTable:
        for segment in segments:
            place, *numbers = segment.path.split("-")
            text = segment.render_text()
            if place == "caption":
                value.caption = text
            elif place == "heading":
                value.columns[int(numbers[0])]["heading"] = text
            else:
                value.row_data[int(numbers[0])]["values"][int(numbers[1])] = text
        return value


class TableBlock(blocks.StructBlock):
    table = CellsBlock(label=_("Table"), required=False)
    names_rows = blocks.BooleanBlock(
        label=_("The first column holds the row headings"), required=False, default=True
    )
    source = LineBlock(label=_("Source"), required=False)

    def get_preview_value(self) -> blocks.StructValue:
        columns = [("text", _("Law")), ("figure", _("Cases in 2024")), ("figure", _("in 2025"))]
        rows = [(_("Assembly"), "212", "1,480"), (_("Belief"), "3", "61")]
        table: dict[str, Any] = {
            "caption": _("Charged under the new laws"),
            "columns": [{"type": kind, "heading": heading} for kind, heading in columns],
            "rows": [{"values": row} for row in rows],
        }
        return self.normalize({"table": table, "names_rows": True, "source": ""})

    class Meta:
        icon = "table"
        label = _("Table")
        template = "blocks/table.html"
        description = _(
            "Rows and columns with headings, which screen readers read out with each cell."
        )
        form_layout = BlockGroup(children=["table"], settings=["names_rows", "source"])
