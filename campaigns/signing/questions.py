"""The fields of a petition's public forms: those that it has chosen, and its own questions."""

from collections.abc import Iterable, Mapping
from copy import copy, deepcopy
from typing import Any, NamedTuple

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from campaigns.petitions.petition import Petition
from campaigns.petitions.questions import CHECKBOX, CHOICE, Question
from campaigns.petitions.settings import Ask
from campaigns.petitions.signed_versions.parts import answer_label, forwarded, shown_help
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.question_answers import Answer, Replies, answers, grouped
from campaigns.signatures.signature import Signature
from campaigns.signing import later_boxes
from campaigns.signing.countries import WITHOUT_POSTCODES
from campaigns.signing.fields import PlainTextField, refuse_addresses

LONGEST_ANSWER = 255
# What the names of the form fields of a petition's own questions begin with.
PREFIX = "question-"
NOT_ASKED = (Ask.OFF, False)
# The fields below the petition's own questions, in this order.
LAST = ("is_shown", "consent")
SETTINGS = {field.name: column.setting for field, column in COLUMNS if column.setting}


class AnswerField(PlainTextField):
    """A short text that answers a question of the petition."""

    default_validators = [refuse_addresses]
    default_error_messages = {"required": _("Please answer this question.")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"dir": "auto"})
        super().__init__(max_length=LONGEST_ANSWER, widget=widget, **kwargs)


def name_of(question: Question) -> str:
    """Return the name of the question's form field."""
    return f"{PREFIX}{question.key}"


def form_field(question: Question, *, chosen: Answer = "") -> forms.Field:
    """Return the form field of a question; `chosen` stays an option even if it was removed."""
    what: dict[str, Any] = {
        "label": question.label,
        "help_text": question.shown_help,
        "required": question.is_required,
    }
    if question.kind == CHECKBOX:
        return forms.BooleanField(error_messages={"required": _("Please tick the box.")}, **what)
    if question.kind == CHOICE:
        shown = dict(question.choices) | {str(chosen): question.shown(chosen)}
        errors = {
            "required": _("Please choose an answer."),
            "invalid_choice": _("Please choose an answer from the list."),
        }
        options = [("", _("Please choose")), *((key, shown[key]) for key in shown if key)]
        return forms.ChoiceField(choices=options, error_messages=errors, **what)
    return AnswerField(**what)


def form_fields(questions: list[Question]) -> dict[str, forms.Field]:
    return {name_of(question): form_field(question) for question in questions}


def replies(questions: list[Question], cleaned: dict[str, Any]) -> Replies | None:
    """Return the replies of a new signature; pop the answers from the form's cleaned data."""
    return grouped([(each, cleaned.pop(name_of(each), "")) for each in questions])


def asked_fields() -> dict[str, forms.Field]:
    """Return the form fields of the columns, by the names of the columns."""
    found = {}
    for field, column in COLUMNS:
        if column.form_field:
            found[field.name] = column.form_field()
            if found[field.name].label is None:
                found[field.name].label = capfirst(field.verbose_name)
    return found


def beside_comment(found: dict[str, forms.Field]) -> dict[str, forms.Field]:
    """Return the fields, with the box for showing the comment right after the comment."""
    names = [name for name in found if name != "is_comment_shown"]
    names.insert(names.index("comment") + 1, "is_comment_shown")
    return {name: found[name] for name in names}


class Asked(NamedTuple):
    """The fields and questions of a petition's form. All who sign it share the fields."""

    fields: dict[str, forms.Field]
    questions: list[Question]


def asked(petition: Petition, every: Mapping[str, forms.Field]) -> Asked:
    """Return the fields that the petition asks for, chosen from `every`, which stays unchanged."""
    original, found = petition.original, dict(every)

    def change(name: str, **what: Any) -> None:
        field = found[name] = copy(found[name])
        vars(field).update(what)

    for name, setting in SETTINGS.items():
        if (ask := getattr(original, setting)) in NOT_ASKED:
            del found[name]
        elif ask == Ask.OPTIONAL:
            change(name, required=False)
    if {"country", "postcode"} <= found.keys():
        widget = deepcopy(found["postcode"].widget)
        widget.attrs["data-without"] = " ".join(sorted(WITHOUT_POSTCODES))
        change("postcode", widget=widget)
        if found["postcode"].required:
            change("postcode", help_text=_("If your country has no postcodes, leave this empty."))
    if "updates" in found:
        change("updates", label=petition.texts.updates_label)
        if original.mailing_days:
            days = original.retention_days + original.mailing_days
            change("updates", help_text=later_boxes.kept_for_mailings(days))
    if label := answer_label(petition):
        change("may_answer", label=label)
    else:
        found.pop("may_answer", None)
    if "phone" in found:
        change("phone_consent", label=petition.texts.phone_label)
    else:
        del found["phone_consent"]
    if petition.tally.proof_at is None:
        del found["proof"]
    if not original.asks_to_show_comments:
        del found["is_comment_shown"]
    if not original.shows_signers:
        del found["is_shown"]
    elif original.names_organisations:
        change("is_shown", help_text=shown_help(petition))
    change("consent", label=petition.consent, help_text=forwarded(petition))
    own = petition.asked_questions
    last = {name: found.pop(name) for name in tuple(found) if own and name in LAST}
    return Asked(found | form_fields(own) | last, own)


class Corrected:
    """The answers of a signature that its signer may correct.

    An answer to a question that the petition no longer asks can be corrected and deleted.
    """

    def __init__(self, signature: Signature, sent: Iterable[str] | None) -> None:
        """Read the answers; `sent` are the names of the sent fields, None to show the form."""
        self.before: Replies | None = signature.replies
        self.answers = answers(self.before)
        asked = {each.key for each in signature.petition.asked_questions}
        self.all = signature.petition.all_questions()
        self.shown = [
            each
            for each in self.all
            if (each.key in self.answers or each.key in asked) and self.was_shown(each, sent)
        ]

    def was_shown(self, question: Question, sent: Iterable[str] | None) -> bool:
        """Return whether the sent form had the question: browsers send no box without a tick."""
        is_known_box = question.kind == CHECKBOX and question.key in self.answers
        return sent is None or is_known_box or name_of(question) in sent

    @property
    def fields(self) -> dict[str, forms.Field]:
        found = {}
        for each in self.shown:
            answer = self.answers.get(each.key, "")
            field = found[name_of(each)] = form_field(each, chosen=answer)
            field.required = each.is_required and each.key in self.answers
            field.initial = answer
        return found

    def replies(self, cleaned: dict[str, Any]) -> Replies | None:
        """Return the replies to store now; pop the answers from the form's cleaned data."""
        typed = {each.key: cleaned.pop(name_of(each), "") for each in self.shown}
        now = self.answers | typed
        return grouped(
            [(each, now[each.key]) for each in self.all if each.key in now], before=self.before
        )
