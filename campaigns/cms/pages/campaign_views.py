"""The views of a campaign page in which its own petition takes part: edit, lock, schedule."""

from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.lock import LockView, UnlockView
from wagtail.admin.views.pages.revisions import RevisionsRevertView, RevisionsUnscheduleView
from wagtail.log_actions import log
from wagtail.models import Page

from campaigns.cms.pages.publishing import own_of
from campaigns.cms.permissions import StaffRequest, may
from campaigns.cms.petitions.changes import explain_url

# The actions of Wagtail's view that hand the page, and its petition, to somebody else.
HANDING_ON = ("submit", "restart_workflow", "perform_workflow_action")


class ExplainedFirst:
    """A mixin for the edit view: submitting and approving lead to the question first.

    Publishing does so in `publishing.ask_before_publishing`.
    """

    form: Any
    page: Page
    action_name: str

    def form_valid(self, form: Form) -> HttpResponse:
        """Wagtail's view calls this to do what was pressed."""
        if not self.needs_reason():
            return super().form_valid(form)
        self.has_content_changes = self.form.has_changed()
        self.save_action()  # type: ignore[attr-defined]  # Wagtail's view saves the draft.
        return redirect(explain_url(self.form.own, self.page))

    def needs_reason(self) -> bool:
        if self.action_name not in HANDING_ON or not getattr(self.form, "takes_letter", False):
            return False
        draft = self.form.letter.instance
        return bool(draft.pk and self.form.own and draft.is_unexplained)


class CampaignEditView(ExplainedFirst, EditView):
    pass


class CampaignRevertView(ExplainedFirst, RevisionsRevertView):
    pass


class WithLock:
    """A mixin for locking and unlocking: the petition is locked, and unlocked, with its page."""

    object: Page
    request: StaffRequest

    def perform_operation(self) -> None:
        """Wagtail's view calls this on POST."""
        before = self.object.locked_at
        super().perform_operation()
        own = own_of(self.object)
        # A lock that somebody has put on the petition alone stays.
        same = own is not None and own.locked_at == before
        if own is None or not same or not may(self.request.user, "change", own):
            return
        own.locked, own.locked_by = self.object.locked, self.object.locked_by
        own.locked_at = self.object.locked_at
        own.save(update_fields=["locked", "locked_by", "locked_at"])
        action = "wagtail.lock" if own.locked else "wagtail.unlock"
        log(instance=own, action=action, user=self.request.user)


class CampaignLockView(WithLock, LockView):
    pass


class CampaignUnlockView(WithLock, UnlockView):
    pass


class CampaignUnscheduleView(RevisionsUnscheduleView):
    """Takes the petition off the schedule together with its page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        moment: datetime | None = self.revision.approved_go_live_at
        own = own_of(self.object)
        scheduled = own.scheduled_revision if own else None
        answer: HttpResponse = super().post(request, *args, **kwargs)
        if moment and scheduled and scheduled.approved_go_live_at == moment:
            scheduled.approved_go_live_at = None
            scheduled.save(user=request.user, update_fields=["approved_go_live_at"])
        return answer
