"""Blocks for the questions that editors add to the form: a text, a choice, a box to tick."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError
from wagtail.blocks.struct_block import BlockGroup

from campaigns.blocks.lines import LineBlock

MOST_QUESTIONS = 5
MOST_CHOICES = 20
LONGEST_LABEL = 160
LONGEST_CHOICE = 120


class QuestionBlock(blocks.StructBlock):
    """Base class of all questions. wagtail-localize translates the texts and copies the boxes."""

    label = blocks.CharBlock(label=_("Question"), max_length=LONGEST_LABEL)
    help = LineBlock(
        label=_("Explanation"),
        required=False,
        max_length=255,
        help_text=_("Shown in small letters below the question. May stay empty."),
    )
    is_required = blocks.BooleanBlock(
        label=_("Everybody must answer"),
        required=False,
        help_text=_("Each question that must be answered costs signatures."),
    )
    is_personal = blocks.BooleanBlock(
        label=_("The answer is personal"),
        required=False,
        default=True,
        help_text=_(
            "Personal answers are deleted when the signers’ data is anonymised. Untick this only "
            "where no answer can tell who somebody is: such answers stay, for the statistics."
        ),
    )


class TextQuestionBlock(QuestionBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Short text")
        form_layout = BlockGroup(children=["label", "help", "is_required", "is_personal"])


class ChoiceQuestionBlock(QuestionBlock):
    choices = blocks.ListBlock(
        blocks.CharBlock(label=_("Choice"), max_length=LONGEST_CHOICE),
        label=_("Choices"),
        default=["", ""],
        min_num=2,
        max_num=MOST_CHOICES,
    )

    class Meta:
        icon = "list-ul"
        label = _("Choice from a list")
        form_layout = BlockGroup(
            children=["label", "help", "choices", "is_required", "is_personal"]
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        choices = [choice.casefold() for choice in cleaned["choices"]]
        if len(set(choices)) < len(choices):
            message = ValidationError(_("Two choices are the same."))
            raise StructBlockValidationError(block_errors={"choices": message})
        return cleaned


class CheckboxQuestionBlock(QuestionBlock):
    label = blocks.CharBlock(label=_("Text beside the box"), max_length=LONGEST_LABEL)

    class Meta:
        icon = "tick"
        label = _("Box to tick")
        form_layout = BlockGroup(children=["label", "help", "is_required", "is_personal"])


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a petition in order. The id of a block is the key of its answers."""

    text = TextQuestionBlock()
    choice = ChoiceQuestionBlock()
    checkbox = CheckboxQuestionBlock()

    class Meta:
        max_num = MOST_QUESTIONS

    def clean(self, value: Any, **kwargs: Any) -> Any:
        cleaned = super().clean(value, **kwargs)
        labels = [block.value["label"].casefold() for block in cleaned]
        if len(set(labels)) < len(labels):
            message = ValidationError(_("Two questions are the same."))
            raise StreamBlockValidationError(non_block_errors=[message])
        return cleaned
