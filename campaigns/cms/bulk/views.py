"""Screens that ask before many signatures are changed, and the screen that cancels emails."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.cms.bulk import recording, tasks
from campaigns.cms.bulk.selected import ALWAYS_LEFT_OUT, NumberForm, SelectedQuestion
from campaigns.cms.bulk.tasks import Resend, Task
from campaigns.cms.jobs import bulk, decisions
from campaigns.cms.permissions import tallies_for
from campaigns.cms.screens import Button, QuestionView
from campaigns.cms.signatures.list_screens import numbered
from campaigns.cms.signatures.moderating import ASKED, INTERRUPTED
from campaigns.mail import resending
from campaigns.paragraphs import Text, labelled
from campaigns.petitions.panels import SIGNATURES


class TaskEntry(LogFormatter):
    """Write the message about an act in the history of a petition."""

    task: type[Task]

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        return labelled(self.task.done(log_entry.data["count"]), log_entry.data["reason"])


class TaskForm(NumberForm):
    """A form that asks for a reason and, where the act is final, for the number of signatures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("It stays in the history; do not write any names.")

    def why_number(self, number: int) -> str:
        return ngettext(
            "This affects %s signature and cannot be undone. Type the number.",
            "This affects %s signatures and cannot be undone. Type their number.",
            number,
        )


class TaskView(SelectedQuestion):
    """Ask before an act on all signatures that the URL selects. The URL must narrow them down."""

    task: type[Task] = Resend  # each URL sets its own
    form_class = TaskForm
    template_name = "campaigns/cms/bulk.html"
    decline = _("No, leave them as they are")

    def find(self) -> None:
        self.right = self.task.right
        self.page_title, self.header_icon = self.task.title, self.task.icon
        self.question = self.task.question
        self.select()
        self.count = 0
        if self.unknown or not self.is_filtered:
            return
        self.subject = self.task.subject(self.signatures)
        self.count = self.subject.count()
        self.heading = numbered(self.count)

    def nothing_to_do(self) -> Text:
        if refusal := self.refusal():
            return refusal
        if not self.is_filtered:
            return _(
                "Nothing was done: without a filter, this would affect all signatures. Filter the "
                "list first."
            )
        if self.count:
            return ""
        message = gettext("There are no signatures here to which this could be done.")
        return f"{message} {self.why_left_out}"

    @property
    def why_left_out(self) -> str:
        return f"{self.task.left_out} {ALWAYS_LEFT_OUT}"

    def get_form_kwargs(self) -> dict[str, Any]:
        number = self.count if self.task.is_final else None
        return {**super().get_form_kwargs(), "number": number}

    def buttons(self) -> list[Button]:
        style = "serious" if self.task.is_final else ""
        return [Button(self.task.label(self.count), style=style)]

    def act(self, form: forms.Form) -> HttpResponse:
        reason, by = form.cleaned_data["reason"], self.request.user
        if self.count > decisions.AT_ONCE:
            bulk.ask(self.task, self.subject, reason=reason, by=by, seen=self.seen)
            return self.leave(messages.success, ASKED, to=reverse("jobs"))
        keys = list(self.subject.order_by("pk").values_list("pk", flat=True))
        try:
            done = tasks.carry_out(
                self.task,
                [keys],
                reason=reason,
                by=by,
                seen=self.seen,
                advance=lambda number: None,
            )
        except OperationalError:
            return self.leave(messages.error, INTERRUPTED)
        except tasks.Held:
            return self.leave(messages.error, tasks.HELD)
        buttons = []
        if "resending" in done and done["rows"]:
            url = reverse("undo_resending", args=[done["resending"]])
            buttons.append(messages.button(url, _("Cancel emails")))
        text = bulk.message(self.task, done["rows"], of=len(keys))
        return self.leave(messages.success, text, buttons=buttons)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            **self.sample(self.subject, self.count),
            # A template would call the class of the act like a function.
            "why_left_out": self.why_left_out,
        }


NOTHING_LEFT = _(
    "Nothing was left to cancel: a colleague has just cancelled these emails, or they have all "
    "been sent."
)


class UndoResendingView(QuestionView):
    """Cancel those emails of a resending that have not been sent."""

    page_title = _("Cancel emails")
    header_icon = "rotate"
    back_url = reverse_lazy(SIGNATURES)
    back_label = _("Signatures")
    decline = _("No, let them go out")
    question = _(
        "Cancel the emails that have not been sent yet? Emails that have already been sent stay "
        "sent."
    )

    def find(self, *, pk: int) -> None:
        allowed = resending.about(tallies_for(self.request.user, "moderate"))
        self.resending = get_object_or_404(allowed, pk=pk)
        self.count = resending.unsent(self.resending).count()
        self.heading = ngettext("%s email", "%s emails", self.count) % intcomma(self.count)

    def nothing_to_do(self) -> Text:
        if self.resending.undone_at:
            return _("These emails have already been cancelled.")
        return "" if self.count else _("All of these emails have been sent.")

    def buttons(self) -> list[Button]:
        text = ngettext("Cancel %s email", "Cancel %s emails", self.count)
        return [Button(text % intcomma(self.count))]

    def act(self, form: forms.Form) -> HttpResponse:
        with transaction.atomic():
            counts = resending.undo(self.resending, by=self.request.user)
            recording.log_each("petition.undo_resending", counts, by=self.request.user)
        if not counts:
            return self.leave(messages.warning, NOTHING_LEFT)
        said = recording.taken_back(sum(counts.values()))
        return self.leave(messages.success, f"{said}.")


def urls() -> list[URLPattern]:
    """Return the URLs of these screens, for the `register_admin_urls` hook."""
    undo = UndoResendingView.as_view()
    return [
        path("signatures/resent/<int:pk>/undo/", undo, name="undo_resending"),
        *(
            path(f"signatures/all/{each.key}/", TaskView.as_view(task=each), name=name(each))
            for each in tasks.ALL
        ),
    ]


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of the log entries, for the `register_log_actions` hook."""
    for each in tasks.ALL:
        entry = type("Entry", (TaskEntry,), {"task": each, "label": each.title})
        actions.register_action(f"petition.{each.key}_signatures")(entry)
    actions.register_action("petition.undo_resending")(recording.UndoneEntry)


def name(task: type[Task]) -> str:
    """Return the name of the URL whose screen asks about the act."""
    return f"{task.key}_signatures"
