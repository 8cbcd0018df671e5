"""The last screens of an import: importing a checked list, and undoing the import."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

from campaigns.cms.bulk.views import TaskForm
from campaigns.cms.imports.columns import ListScreen
from campaigns.cms.jobs import imports as jobs
from campaigns.cms.jobs import listing
from campaigns.cms.petitions.views import address
from campaigns.cms.screens import Button
from campaigns.imports import importing, undoing
from campaigns.imports.imported import Import
from campaigns.imports.importing import Counts
from campaigns.paragraphs import Text, labelled

# The end of the retention is pointed out so long before.
SOON = timedelta(days=30)


class ImportForm(forms.Form):
    # The stamp of the check whose result is shown.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class ImportView(ListScreen):
    """Show the result of the check, and have the list imported as it was checked then."""

    form_class = ImportForm
    template_name = "campaigns/cms/import_confirm.html"
    page_title = _("Import a list")

    def nothing_to_do(self) -> Text:
        if self.subject.state == Import.State.DRAFT:
            return _("This list has not been checked yet.")
        return super().nothing_to_do()

    def buttons(self) -> list[Button]:
        number = self.subject.result["fit"]
        text = ngettext("Import %s signature", "Import %s signatures", number)
        return [Button(text % intcomma(number))] if number else []

    @property
    def stamp(self) -> str:
        """A hash of what was checked, and of its result."""
        subject = self.subject
        checked = json.dumps([subject.meanings, subject.day_first, subject.result])
        return hashlib.sha256(checked.encode()).hexdigest()

    def get_initial(self) -> dict[str, Any]:
        """Return the initial values of the form, for Django's FormView."""
        return {"seen": self.stamp}

    def act(self, form: forms.Form) -> HttpResponse:
        if form.cleaned_data["seen"] not in ("", self.stamp):
            text = _("The list was checked again in the meantime. Please look at the new result.")
            return self.leave(messages.warning, text, to=self.request.path)
        jobs.ask(jobs.BRING_IN, self.subject, by=self.request.user)
        return self.leave(
            messages.success, _("The list is being imported."), to=reverse(listing.URL)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = Counts(*(self.subject.result[each] for each in Counts._fields))
        shown: dict[str, Any] = {"subject": self.subject, "told": jobs.told(counts, is_done=False)}
        shown |= {"elsewhere": self.elsewhere(), "data_ends_at": self.data_ends_soon()}
        shown["earlier"] = importing.earlier_import(self.subject)
        shown["replaced"] = self.subject.result["replaced"]
        return {**super().get_context_data(**kwargs), **shown}

    @property
    def columns_url(self) -> str:
        return address("import_columns", self.petition, self.subject.pk)

    def data_ends_soon(self) -> datetime | None:
        """Return when these people's data will be anonymised, if that is soon."""
        ends_at = self.petition.tally.data_ends_at
        return ends_at if ends_at and ends_at < timezone.now() + SOON else None

    def elsewhere(self) -> int:
        """Return the number entered by hand: the people in the list may be part of it."""
        return self.petition.tally.elsewhere


class UndoImportView(ListScreen):
    """Ask before the signatures of an import are deleted."""

    form_class = TaskForm
    page_title = _("Undo an import")
    header_icon = "undo"
    decline = _("No, leave it as it is")
    question = _(
        "All signatures that came with this list are deleted, with the notes of colleagues about "
        "them, and those that counted no longer count. Signatures that have been anonymised since "
        "the import stay, and so do those whose signers have signed here or used their own page "
        "since."
    )

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        if not jobs.may_undo(self.request.user, self.subject):
            raise PermissionDenied
        self.count = undoing.deletable(self.subject).count()
        if replaced := self.subject.result.get("replaced", 0):
            text = ngettext(
                "%s of these people had signed here without confirming. What they sent does not "
                "come back: they would have to sign again.",
                "%s of these people had signed here without confirming. What they sent does not "
                "come back: they would have to sign again.",
                replaced,
            )
            self.question = f"{self.question} {text % intcomma(replaced)}"

    def nothing_to_do(self) -> Text:
        if self.subject.state != Import.State.DONE:
            return _("This list is not imported, or somebody has undone that already.")
        if self.petition.tally.held_at:
            return jobs.ERRORS[jobs.HELD]
        return "" if self.count else jobs.ERRORS[jobs.NOTHING_LEFT]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "number": self.count}

    def buttons(self) -> list[Button]:
        text = ngettext("Delete %s signature", "Delete %s signatures", self.count)
        return [Button(text % intcomma(self.count), style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        jobs.ask(jobs.UNDO, self.subject, by=self.request.user, reason=reason)
        return self.leave(
            messages.success, _("The import is being undone."), to=reverse(listing.URL)
        )


class ImportLog(LogFormatter):
    """Write the message about an import in the history of a petition."""

    label: Text = _("Import a list")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        number = log_entry.data["count"]
        text = ngettext("%s signature imported", "%s signatures imported", number)
        return f"{text % intcomma(number)} ({self.channel(log_entry)})"

    def channel(self, log_entry: ModelLogEntry) -> str:
        texts = {"paper": gettext("on paper"), "import": gettext("on another site")}
        return texts[log_entry.data["channel"]]


class UndoImportLog(ImportLog):
    label: Text = _("Undo an import")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        """Return the text of a log entry, for Wagtail's history."""
        number = log_entry.data["count"]
        text = ngettext(
            "Import undone: %s signature deleted", "Import undone: %s signatures deleted", number
        )
        told = f"{text % intcomma(number)} ({self.channel(log_entry)})"
        reason = log_entry.data["reason"]
        return labelled(told, reason) if reason else told


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the texts of the log entries, for the `register_log_actions` hook."""
    actions.register_action("petition.import")(ImportLog)
    actions.register_action("petition.undo_import")(UndoImportLog)
