"""Messages that say what a decision in a workflow did, instead of Wagtail's “updated”."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.generic.workflow import WorkflowAction
from wagtail.models import Page
from wagtail.snippets.views.snippets import WorkflowActionView

from campaigns.cms.petitions.views import PetitionEditView, address
from campaigns.paragraphs import Text
from campaigns.petitions.petition import Petition
from campaigns.workflow import notices


def outcome(subject: Page | Petition, action: str) -> Text:
    """Return the result for a page or a petition, as a sentence with a placeholder for its title.

    `subject` is the row as the decision has stored it.
    """
    if action == "reject":
        state = subject.current_workflow_state
        if state and state.requested_by and notices.editors([state.requested_by], subject):
            return _("“%s” goes back to its author, together with what you ask to be changed.")
        return _(
            "“%s” has been sent back, together with what you ask to be changed. Whoever submitted "
            "it may not edit it any more: please ask somebody else."
        )
    if subject.workflow_in_progress:
        return _("You have approved “%s”. It waits for the next approval.")
    if not subject.live or subject.has_unpublished_changes:
        return _("“%s” has been approved, and will be published at the scheduled time.")
    return _("“%s” has been approved and published.")


def tell(request: HttpRequest, pk: int, action: str) -> None:
    """Show the message about a decision that was just made."""
    row = Petition.objects.get(pk=pk)
    edit = messages.button(address("edit", row), _("Edit"))
    messages.success(request, outcome(row, action) % row.title, buttons=[edit])


def is_decided(view: WorkflowAction) -> bool:
    """Return whether the form submitted with a decision was valid."""
    return view.form_class is None or view.form_class(view.request.POST).is_valid()


class TellingEditView(PetitionEditView):
    """The form of a petition; after a decision, the message says what it did."""

    workflow_action: str

    def get_success_message(self, instance: Petition | None = None) -> str:
        if self.action != "workflow-action":
            message: str = super().get_success_message(instance)
            return message
        row = Petition.objects.get(pk=self.object.pk)
        return outcome(row, self.workflow_action) % row.title


class TellingActionView(WorkflowActionView):
    """Decisions from the dashboard, about which Wagtail shows no message."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs)
        if is_decided(self):
            tell(request, self.object.pk, self.action_name)
        return answer
