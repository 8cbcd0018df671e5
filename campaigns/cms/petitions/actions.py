"""The view of each action on a petition, and its entry in the history."""

from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.cms.mailings import leading_here
from campaigns.cms.mailings.from_updates import pages_for
from campaigns.cms.mailings.writing import NAME
from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.petitions.views import home_url
from campaigns.cms.screens import Button, QuestionView
from campaigns.cms.signatures.recording import ExportEntry
from campaigns.exports.export_log import EXPORT
from campaigns.paragraphs import Text
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions import ACTIONS, Action
from campaigns.petitions.actions.forms import NO_COLLECTION, ActionForm
from campaigns.petitions.immediate_actions import NotNow
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import StopReason
from campaigns.workflow import requests

# What a mailing may tell the signers of, and what undoes that.
OUTCOMES = (
    immediate_actions.declare_victory,
    immediate_actions.record_handover,
    immediate_actions.record_reply,
)
UNDOING = (
    immediate_actions.undo_victory,
    immediate_actions.undo_handover,
    immediate_actions.undo_reply,
)


class PetitionActionView(QuestionView):
    """The view of one action; OwnCollection has checked the permission that it needs."""

    model = Petition
    action: Action = None  # the viewset sets it for each view
    header_icon = "form"

    @property
    def any_permission_required(self) -> tuple[str, ...]:
        return self.action.permissions

    def find(self, *, pk: int) -> None:
        self.petition = Petition.objects.select_related("collection").get(pk=pk)
        self.back_url = home_url(self.petition, self.request.user)
        self.heading = self.back_label = self.page_subtitle = self.petition.title
        self.page_title = self.action.label
        self.question = self.action.question_about(self.petition.tally)

    def nothing_to_do(self) -> Text:
        return "" if self.action.is_possible(self.petition) else self.not_now()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tell_of_mailings(self.request, self.action, self.petition)
        return super().get(request, *args, **kwargs)

    def not_now(self) -> str:
        petition = Petition.objects.get(pk=self.petition.pk)
        text = _(
            "Nothing was changed. The state of “%(title)s” is “%(state)s”: “%(action)s” is not "
            "possible, or somebody has done it already."
        )
        return text % {
            "title": petition.title,
            "state": petition.state.label,
            "action": self.action.label,
        }

    def get_form_class(self) -> type[Form]:
        """Return the action's own form class, for Django's FormView."""
        return self.action.form_class

    def get_form_kwargs(self) -> dict[str, Any]:
        about = {"petition": self.petition, "user": self.request.user}
        return {**super().get_form_kwargs(), **about}

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the errors of an invalid POST, or a warning after a second click."""
        if isinstance(form, ActionForm) and form.is_repeated():
            return self.leave(messages.warning, self.not_now())
        return super().form_invalid(form)

    def buttons(self) -> list[Button]:
        style = "serious" if self.action.is_serious else ""
        return [Button(self.action.button or self.action.label, style=style)]

    def act(self, form: Form) -> HttpResponse:
        try:
            with transaction.atomic():
                self.action.act(self.petition, **form.cleaned_data, by=self.request.user)
                requests.settle(self.petition, self.action, by=self.request.user)
        except NotNow:  # The state has changed between the question and the answer.
            return self.leave(messages.warning, self.not_now())
        text = self.action.done % self.petition.title
        # Load the row again: in its new collection the user may not be allowed to edit it.
        moved = Petition.objects.get(pk=self.petition.pk)
        return self.leave(
            messages.success,
            text,
            to=home_url(moved, self.request.user),
            buttons=self.next_steps(),
        )

    def next_steps(self) -> list[dict[str, Any]]:
        """Offer a mailing after a victory, a handing over or a reply.

        It begins with the words that a campaign page shows about that, if there is such a page.
        """
        user, key = self.request.user, self.petition.translation_key
        if self.action.act not in OUTCOMES or not may(user, "mail_signers", self.petition):
            return []
        pages = pages_for(user).filter(petition__translation_key=key)
        url = reverse("mail_update" if pages.exists() else f"{NAME}:add")
        return [messages.button(url, _("Write to signers"))]


def tell_of_mailings(request: StaffRequest, action: Action, petition: Petition) -> None:
    """Name the mailings that may tell of what an action undoes: it stops none of them."""
    if action.act in UNDOING:
        leading_here.tell_of_undone(request, petition)


class ActionEntry(LogFormatter):
    """Format a log entry with the action's text and the logged values."""

    action: Action

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        data = log_entry.data
        ends = {key: text or NO_COLLECTION for key, text in data.items() if key in ("from", "to")}
        return self.action.entry % {**data, **ends}


class RequestEntry(LogFormatter):
    """Format the log entry of a request for an action, or of its refusal."""

    text: Text

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        labels = {action.verb: action.label for action in ACTIONS}
        data = log_entry.data
        shown = {
            "action": labels.get(data["verb"], data["verb"]),
            "comment": data.get("comment", ""),
        }
        return (self.text % shown).rstrip(": ")


class StopEntry(LogFormatter):
    """Format the log entry of emails to the targets that were stopped, with the reason."""

    label = _("Stop emails to the targets")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        reason = StopReason(log_entry.data["reason"]).label
        return _("Emails to the targets stopped: %(reason)s") % {"reason": reason}


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of all log entries, for the `register_log_actions` hook."""
    for action in ACTIONS:
        entry = type("Entry", (ActionEntry,), {"action": action, "label": action.label})
        actions.register_action(f"petition.{action.verb}")(entry)
    for name, label, text in (
        ("ask", _("Ask for an action"), _("Asked for “%(action)s”: %(comment)s")),
        ("decline", _("Decline a request"), _("Declined the request for “%(action)s”")),
    ):
        entry = type("Entry", (RequestEntry,), {"text": text, "label": label})
        actions.register_action(f"petition.{name}")(entry)
    actions.register_action(
        "petition.test_mail",
        _("Send a test email"),
        _("Test email sent to their own email address"),
    )
    actions.register_action(
        "petition.forwarding_sample",
        _("Send a sample"),
        _("Sample of an email to the targets sent"),
    )
    actions.register_action("petition.forwarding_stopped")(StopEntry)
    words_missing = _(
        "Not published at the scheduled time: something is missing, or does not fit together"
    )
    actions.register_action("petition.unscheduled", _("Remove from the schedule"), words_missing)
    incomplete = _(
        "Not published at the scheduled time: something is missing, or the web address is taken"
    )
    for name in ("page.unscheduled", "appeal.unscheduled"):
        actions.register_action(name, _("Remove from the schedule"), incomplete)
    actions.register_action(EXPORT)(ExportEntry)
    actions.register_action(
        "petition.erase", _("Delete a person’s data"), _("Data deleted at the person’s request")
    )
