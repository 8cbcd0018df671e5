"""Messages that say what a decision about a page did, instead of Wagtail's “has been updated”."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.unpublish import UnpublishView
from wagtail.admin.views.pages.workflow import WorkflowActionView
from wagtail.models import Page, Revision

from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.cms.pages.publishing import drafts_of
from campaigns.cms.petitions.decision_messages import is_decided, outcome
from campaigns.cms.screens import WorkflowReadOnce
from campaigns.paragraphs import Text


def outcome_of(page: Page, action: str) -> Text:
    """Return the result for a page and its petition, with a placeholder for the title."""
    text = outcome(page, action)
    is_public = page.live and not page.has_unpublished_changes
    is_scheduled = not is_public and page.scheduled_revision is not None
    if is_scheduled and action == WITH_PETITION and not drafts_of(page):
        # The page's own petition is scheduled with it. Others do not wait.
        return _(
            "“%s” has been approved, and will be published at the scheduled time. Its petition is "
            "public already."
        )
    if not is_public or action == "reject":
        return text
    if action == WITH_PETITION:
        return _("“%s” and its petition have been approved and published.")
    if drafts_of(page):
        return _("“%s” has been approved and published. Its petition is still a draft.")
    return text


def tell(request: HttpRequest, pk: int, action: str) -> None:
    """Show the message about a decision that was just made."""
    page = Page.objects.get(pk=pk).specific
    live_url = page.get_url(request) if page.live else None
    links = [(live_url, _("View live"))] if live_url else []
    links.append((reverse("wagtailadmin_pages:edit", args=[pk]), _("Edit")))
    buttons = [messages.button(url, label) for url, label in links]
    messages.success(request, outcome_of(page, action) % page.title, buttons=buttons)


class Telling(WorkflowReadOnce):
    """A mixin for the edit view of pages: after a decision, say what it did."""

    request: HttpRequest
    page: Page
    form: Any
    action_name: str
    workflow_action: str
    has_content_changes: bool
    # Methods of Wagtail's view.
    get_commenting_changes: Callable[[], dict[str, Any]]
    log_commenting_changes: Callable[[dict[str, Any], Revision | None], None]
    send_commenting_notifications: Callable[[dict[str, Any]], None]

    def run_hook(self, hook_name: str, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Call the functions of a hook, as Wagtail's view does.

        If one of them asks a question before publishing, the comments are saved already: record
        and send them now, since Wagtail does so only after publishing.
        """
        answer: HttpResponse | None = super().run_hook(hook_name, *args, **kwargs)
        is_stopped = answer is not None and hook_name == "before_publish_page"
        if is_stopped and self.has_content_changes and "comments" in self.form.formsets:
            changes = self.get_commenting_changes()
            self.log_commenting_changes(changes, self.page.latest_revision)
            self.send_commenting_notifications(changes)
        return answer

    def add_save_confirmation_message(self) -> None:
        """Show the message after saving, or after a decision; Wagtail's view calls this."""
        if self.action_name == "perform_workflow_action":
            tell(self.request, self.page.pk, self.workflow_action)
        else:
            super().add_save_confirmation_message()


class TellingEditView(Telling, EditView):
    pass


class TellingActionView(WorkflowActionView):
    """Decisions from the dashboard, about which Wagtail shows no message."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs)
        if is_decided(self):
            tell(request, self.object.pk, self.action_name)
        return answer


class TellingUnpublishView(UnpublishView):
    """Wagtail's view, which also shows with its question what is said after unpublishing.

    Wagtail calls the hook for a POST alone.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.run_hook("before_unpublish_page", request, self.object)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer
