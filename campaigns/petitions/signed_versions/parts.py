"""The parts of a version: all that signers read, and the settings on which their rights depend.

Each part is declared once, in PARTS. The stored version, its digest, the guard on changes, the
comparison of two versions and the pages that show a version read this list. A part may be added:
earlier versions do not contain it, and its absence does not count as a change.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue, StructValue

from campaigns.paragraphs import Text, with_commas
from campaigns.petitions.questions import Question
from campaigns.petitions.settings import Forwards, PetitionSettings
from campaigns.petitions.texts import Texts

Value = str | int | bool
# The values of a version by part name, as they are stored.
Values = dict[str, Value]


class Signable(Protocol):
    """The source from which the parts are read: a petition, or a draft of it."""

    title: str
    ask: str
    targets: StreamValue
    consent: str

    @property
    def letter(self) -> str: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def organisation(self) -> str: ...
    @property
    def original(self) -> PetitionSettings: ...
    @property
    def is_translation(self) -> bool: ...
    @property
    def asked_questions(self) -> list[Question]: ...


@dataclass(frozen=True)
class Part:
    """One part of a version: a text that signers read, or a setting.

    A text that the petition does not show, such as the label of a box that it does not offer, is
    "".
    """

    name: str
    label: Text
    read: Callable[[Signable], Value]
    is_setting: bool = False
    # The labels of a setting's choices.
    labels: Mapping[Value, Text] | None = None

    def shown(self, value: Value) -> str:
        """Return a value as people read it, in the active language."""
        return str(self.labels[value]) if self.labels and value in self.labels else as_text(value)

    @property
    def heading(self) -> str:
        return capfirst(str(self.label))


def targets(petition: Signable) -> str:
    return "\n".join(named(target.value) for target in petition.targets)


def named(target: StructValue) -> str:
    """Return a target in one line, as people sign it: the name and the office."""
    return ", ".join(filter(None, (target["name"], target.get("role"))))


def originals(petition: Signable) -> list[StructValue | None]:
    """Return, for each target, the target of the original that it is; None if it is none of them.

    Signatures are emailed to the targets of the original. wagtail-localize gives each block the id
    and the contact of the block that it translates. If the original has another contact there, or
    has one only by now, the block may name somebody whom the original no longer names. A block that
    was added to the translation has an id of its own.
    """
    theirs = {target.id: target.value for target in petition.original.targets}
    by_contact = {value["contact"]: value for value in theirs.values() if value["contact"]}
    found = []
    for target in petition.targets:
        same, contact = theirs.get(target.id), target.value["contact"]
        is_same = same is not None and contact == same["contact"]
        found.append(same if is_same else by_contact.get(contact))
    return found


def is_forwarded(petition: Signable) -> bool:
    """Return whether who signs in this language is emailed to at least one target.

    An original says so even if no target can get emails yet: whether one can depends on the
    contacts, which change without a new version.
    """
    if petition.original.forwards == Forwards.OFF:
        return False
    return not petition.is_translation or any(originals(petition))


def in_words(names: Sequence[str]) -> str:
    """Return several names as a sentence has them: “Jane Doe, Ada Byron and Max Frei”.

    Django's function puts a space on both sides of “and”; in Arabic “and” is part of the next word.
    """
    if len(names) < 2:
        return "".join(names)
    values = {"names": with_commas(names[:-1]), "last": names[-1]}
    return gettext("%(names)s and %(last)s") % values


def updates_label(petition: Signable) -> str:
    return petition.texts.updates_label if petition.original.offers_updates else ""


def shown_label(petition: Signable) -> str:
    if not petition.original.shows_signers:
        return ""
    return f"{petition.texts.shown_label}\n{shown_help(petition)}"


def shown_help(petition: Signable) -> str:
    """Return the text below the box for being named, in the language of the petition."""
    sentences = [petition.texts.shown_help]
    if petition.original.names_organisations:
        sentences.append(petition.texts.shown_affiliation)
    return " ".join(sentences)


def phone_label(petition: Signable) -> str:
    return petition.texts.phone_label if petition.original.asks_phone else ""


def questions(petition: Signable) -> str:
    if not petition.asked_questions:
        return ""
    with translation.override(petition.texts.language):
        return "\n\n".join(each.as_read for each in petition.asked_questions)


def comment_shown_label(petition: Signable) -> str:
    if not petition.original.asks_to_show_comments:
        return ""
    return f"{petition.texts.comment_shown_label}\n{petition.texts.comment_shown_help}"


def forwarded(petition: Signable) -> str:
    """Return what signers are told if signatures are emailed to the targets; "" if they are not."""
    if not is_forwarded(petition):
        return ""
    if petition.original.forwards == Forwards.DIGEST:
        return petition.texts.forwarded_digest
    offers = petition.original.offers_answers
    return petition.texts.forwarded_answered if offers else petition.texts.forwarded_each


def answer_label(petition: Signable) -> str:
    is_offered = petition.original.offers_answers and is_forwarded(petition)
    return petition.texts.answer_label if is_offered else ""


def setting(name: str) -> Part:
    field = next(each for each in PetitionSettings._meta.fields if each.name == name)
    return Part(
        name,
        field.verbose_name,
        lambda petition: getattr(petition.original, name),
        is_setting=True,
        labels=dict(field.flatchoices),
    )


PARTS = [
    Part("title", _("title"), lambda petition: petition.title),
    Part("ask", _("ask"), lambda petition: petition.ask),
    Part("targets", _("addressed to"), targets),
    Part("letter", _("letter"), lambda petition: petition.letter),
    Part("consent", _("consent"), lambda petition: petition.consent),
    Part("questions", _("questions"), questions),
    Part("phone_label", _("text beside the consent to be called"), phone_label),
    Part("updates_label", _("text beside “keep me informed”"), updates_label),
    Part("shown_label", _("text beside the box for being named"), shown_label),
    Part(
        "comment_shown_label",
        _("text beside the box for showing the comment"),
        comment_shown_label,
    ),
    Part("forwarded", _("what is emailed to those to whom the letter is addressed"), forwarded),
    Part("answer_label", _("text beside the box for being answered"), answer_label),
    Part("organisation", _("organisation"), lambda petition: petition.organisation),
    setting("retention_days"),
    setting("mailing_days"),
    setting("confirms_by_email"),
    setting("shares_email"),
    setting("shows_signers"),
    setting("shows_comments"),
    setting("count_from"),
    setting("forwards"),
]


def values(petition: Signable) -> Values:
    """Return the values of all parts, with the texts normalised by `tidy`."""
    return {part.name: tidy(part.read(petition)) for part in PARTS}


def has_words(version: Values, petition: Signable, name: str) -> bool:
    """Return whether a part of an earlier version has the text that the petition shows now."""
    part = next(part for part in PARTS if part.name == name)
    return version.get(name, "") == tidy(part.read(petition))


def tidy(value: Value) -> Value:
    """Normalise the line endings that browsers send, which would otherwise count as a change."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def digest(parts: Values) -> str:
    """Return SHA-256 over all values (64 hexadecimal digits): equal values have equal digests."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def changed(before: Values, after: Values) -> list[Part]:
    """Return the parts that differ. A part that the earlier version lacks is not a change."""
    return [
        part
        for part in PARTS
        if part.name in before and before[part.name] != after.get(part.name, "")
    ]


def is_about_targets(before: Values, after: Values) -> bool:
    """Return whether signers are now told of emails, or no longer, under the same setting.

    In a translation, this depends on the targets of the original and on their contacts.
    """
    told = bool(before.get("forwarded", after["forwarded"]))
    return told != bool(after["forwarded"]) and before.get("forwards") == after["forwards"]


def as_text(value: Value) -> str:
    """Return a value as people read it, in the active language."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


def readable(parts: Values) -> list[tuple[Part, str]]:
    """Return (part, text) for each part that the version contains and that is not empty."""
    held = ((part, part.shown(parts[part.name])) for part in PARTS if part.name in parts)
    return [(part, text) for part, text in held if text]
