"""The questions that editors add to the form, and the record of all that were ever asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from campaigns.blocks.questions import QuestionsBlock
from campaigns.petitions.tally import Tally

TEXT, CHOICE, CHECKBOX = "text", "choice", "checkbox"
# What is recorded of a question, in the language of the original.
RECORDED = ("key", "kind", "label", "is_personal")
# A process that has the petition in its memory asks a question for some seconds after its removal.
STILL_ANSWERED = timedelta(days=1)


class Choice(NamedTuple):
    """One of a list: as it is stored, in the language of the original, and as it is shown."""

    stored: str
    shown: str


@dataclass(frozen=True)
class Question:
    """A question in the language of its reader. What is asked is the same in every language."""

    key: str
    kind: str
    label: str
    help: str = ""
    is_required: bool = False
    is_personal: bool = True
    choices: tuple[Choice, ...] = ()

    def shown(self, answer: str | bool) -> str:
        """An answer as people read it, in the language of the question."""
        if isinstance(answer, bool):
            return gettext("yes") if answer else gettext("no")
        return next((choice.shown for choice in self.choices if choice.stored == answer), answer)

    @property
    def as_read(self) -> str:
        """All that a signer reads of it, and what becomes of the answer."""
        notes = [gettext("must be answered")] if self.is_required else []
        notes.append(
            gettext("deleted when the data is anonymised")
            if self.is_personal
            else gettext("stays when the data is anonymised")
        )
        lines = [self.label, self.help, *(f"– {choice.shown}" for choice in self.choices)]
        return "\n".join([*filter(None, lines), f"({', '.join(notes)})"])


class WithQuestions(models.Model):
    """The questions of a petition. The original decides what is asked, a translation how."""

    # Attributes of the petition that this class is part of.
    tally: Tally
    original: "WithQuestions"

    questions = StreamField(
        QuestionsBlock(required=False),
        verbose_name=_("questions of your own"),
        blank=True,
        help_text=_(
            "At most five, beside the fields above. A question that you remove is no longer asked, "
            "and the answers that were given stay with their signatures. To change its kind, "
            "remove it and add another."
        ),
    )

    class Meta:
        abstract = True

    @property
    def asked_questions(self) -> list[Question]:
        """What the form asks, in the language of the petition.

        What was added to the original is not asked in a language until it is translated.
        """
        decides = self.original.questions
        if not decides:
            return []
        words = {block.id: block for block in self.questions}
        asked = [
            question(block, words[block.id])
            for block in decides
            if block.id in words and words[block.id].block_type == block.block_type
        ]
        # Nobody could answer a question none of whose choices is translated yet.
        return [each for each in asked if each.choices or each.kind != CHOICE]

    def all_questions(self) -> list[Question]:
        """What the form asks, and then what it has asked: the keys of every answer that exists."""
        asked = self.asked_questions
        keys = {each.key for each in asked}
        return asked + [
            Question(**{name: was[name] for name in RECORDED})
            for was in self.tally.questions
            if was["key"] not in keys
        ]

    def record_questions(self) -> None:
        """Add to the record what is asked now, beside what was asked before.

        Before anybody has signed, what was removed more than a day ago is forgotten.
        """
        asked, before = self.asked_questions, self.tally.questions
        if not (asked or before):
            return
        keys, now = {each.key for each in asked}, timezone.now()
        after = [{name: getattr(each, name) for name in RECORDED} for each in asked]
        others = [
            {"removed_at": now.isoformat(), **was} for was in before if was["key"] not in keys
        ]
        after += others if self.tally.signatures.exists() else recent(others, now)
        if after != before:
            self.tally.questions = after
            self.tally.save(update_fields=["questions"])


def recent(removed: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Those that were removed within the last day."""
    since = now - STILL_ANSWERED
    return [was for was in removed if datetime.fromisoformat(was["removed_at"]) > since]


def question(decides: StreamValue.StreamChild, words: StreamValue.StreamChild) -> Question:
    """The question of two blocks: one says what is asked, and the other how."""
    value, said = decides.value, words.value
    return Question(
        # A block that was never saved has no id yet; it is seen in previews only.
        decides.id or value["label"],
        decides.block_type,
        said["label"],
        said.get("help") or "",
        bool(value.get("is_required")),
        bool(value.get("is_personal")),
        choices(value, said) if decides.block_type == CHOICE else (),
    )


def choices(decides: Any, words: Any) -> tuple[Choice, ...]:
    shown = {each.id: each.value for each in words["choices"].bound_blocks}
    return tuple(
        Choice(each.value, shown[each.id])
        for each in decides["choices"].bound_blocks
        if each.id in shown
    )
