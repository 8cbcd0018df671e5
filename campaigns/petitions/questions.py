"""The questions that editors add to the form, and the record of all questions ever asked."""

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
# The fields of a question that are recorded, in the language of the original.
RECORDED = ("key", "kind", "label", "is_personal")
# A process that has cached the petition still asks a question for a few seconds after its removal.
STILL_ANSWERED = timedelta(days=1)


class Choice(NamedTuple):
    """One choice of a list: as stored, in the language of the original, and as shown."""

    stored: str
    shown: str


@dataclass(frozen=True)
class Question:
    """A question in the language of its reader. Every language asks the same question."""

    key: str
    kind: str
    label: str
    help: str = ""
    is_required: bool = False
    is_personal: bool = True
    choices: tuple[Choice, ...] = ()

    def shown(self, answer: str | bool) -> str:
        """Return an answer as people read it, in the language of the question."""
        if isinstance(answer, bool):
            return gettext("yes") if answer else gettext("no")
        return next((choice.shown for choice in self.choices if choice.stored == answer), answer)

    @property
    def shown_help(self) -> str:
        """The text below the question: its help, and that an answer outlives the name."""
        stays = "" if self.is_personal else gettext("This answer stays when we remove your data.")
        return " ".join(filter(None, [self.help, stays]))

    @property
    def as_read(self) -> str:
        """The full text that a signer reads, and what becomes of the answer."""
        notes = [gettext("must be answered")] if self.is_required else []
        notes.append(
            gettext("deleted when the data is anonymised")
            if self.is_personal
            else gettext("stays when the data is anonymised")
        )
        lines = [self.label, self.help, *(f"– {choice.shown}" for choice in self.choices)]
        return "\n".join([*filter(None, lines), f"({', '.join(notes)})"])


class WithQuestions(models.Model):
    """The questions of a petition: the original defines them, a translation words them."""

    # Attributes of the petition that uses this mixin.
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
        """The questions of the form, in the language of the petition.

        A question or choice added to the original is not shown in a language until it is
        translated.
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
        # A question is left out while none of its choices is translated: it could not be answered.
        return [each for each in asked if each.choices or each.kind != CHOICE]

    def all_questions(self) -> list[Question]:
        """Return the current and then the earlier questions: together, the keys of all answers."""
        asked = self.asked_questions
        keys = {each.key for each in asked}
        return asked + [
            Question(**{name: was[name] for name in RECORDED})
            for was in self.tally.questions
            if was["key"] not in keys
        ]

    def record_questions(self) -> None:
        """Record the current questions, in addition to those asked before.

        Before anybody has signed, questions that were removed more than a day ago are dropped.
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
    """Return the questions that were removed within the last day."""
    since = now - STILL_ANSWERED
    return [was for was in removed if datetime.fromisoformat(was["removed_at"]) > since]


def question(decides: StreamValue.StreamChild, words: StreamValue.StreamChild) -> Question:
    """Combine two blocks into a question: the original's defines it, the translation's words it."""
    value, said = decides.value, words.value
    return Question(
        # A block that was never saved has no id yet; only previews show such a block.
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
