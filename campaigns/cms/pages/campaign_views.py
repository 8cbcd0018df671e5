"""Views of a campaign page together with its own petition: edit, compare, lock, schedule."""

from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.lock import LockView, UnlockView
from wagtail.admin.views.pages.revisions import (
    RevisionsCompareView,
    RevisionsRevertView,
    RevisionsUnscheduleView,
    RevisionsView,
)
from wagtail.log_actions import log
from wagtail.models import Page

from campaigns.cms.pages.campaign_form import letter_editor
from campaigns.cms.pages.decision_messages import Telling
from campaigns.cms.pages.publishing import own_of
from campaigns.cms.permissions import StaffRequest, may, may_see
from campaigns.cms.petitions.changes import explain_url
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions import immediate_actions
from campaigns.petitions.petition import Petition

# Actions of Wagtail's view that pass the page, and its petition, on to somebody else.
HANDING_ON = ("submit", "restart_workflow", "perform_workflow_action")


class ExplainedFirst:
    """A mixin for the edit view: ask for the reason of a change before submitting or approving.

    Publishing does so in `publishing.ask_before_publishing`.
    """

    form: Any
    page: Page
    action_name: str

    def form_valid(self, form: Form) -> HttpResponse:
        """Carry out the pressed action, or ask for the reason first; Wagtail's view calls this."""
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


class CampaignEditView(ExplainedFirst, Telling, EditView):
    pass


class CampaignRevertView(ExplainedFirst, Telling, RevisionsRevertView):
    """Revert to an earlier revision of the page, and to its petition as it was then."""

    page: CampaignPage

    def get_object(self) -> CampaignPage:
        page: CampaignPage = super().get_object()
        # If that revision had no petition, the page keeps its present one.
        page.petition = page.petition or self.real_page_record.specific.petition
        assert self.previous_revision  # the URL names it
        page.go_back(self.previous_revision)
        if page.earlier_petition:
            immediate_actions.keep_closed(page.earlier_petition)
        return page

    def get_warning_message(self) -> str:
        """Return the warning that Wagtail's view shows above the form."""
        message: str = super().get_warning_message()
        if self.page.petition is None:
            return message
        if self.brings_back_petition():
            text = _("Its petition is shown as it was then, too. Saving brings back both.")
        else:
            text = _("Saving brings back the page alone: its petition stays as it is now.")
        return format_html("{}. {}", message, text)  # Wagtail's sentence has no full stop

    def brings_back_petition(self) -> bool:
        """Return whether the form holds the petition as it was at that revision."""
        form = self.form_class(
            instance=self.page, parent_page=self.parent, for_user=self.request.user
        )
        return form.letter is not None and self.page.earlier_petition is not None


class CampaignRevisionView(RevisionsView):
    """Show an earlier revision of the page, with its petition as it was then."""

    def get_revision_object(self) -> CampaignPage:
        page: CampaignPage = super().get_revision_object()
        page.go_back(self.object.revisions.get(pk=self.revision_id))
        return page


class CampaignCompareView(RevisionsCompareView):
    """Compare two revisions of the page, and its petition as it was at each of them."""

    object: CampaignPage
    request: StaffRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        own = self.object.own_petition
        old, new = self.petition_at(self.revision_id_a), self.petition_at(self.revision_id_b)
        if own and old and new and may_see(self.request.user, own):
            panels = letter_editor().get_bound_panel(instance=own, request=self.request, form=None)
            found = [compare(old, new) for compare in panels.get_comparison()]
            context["comparison"] += [each for each in found if each.has_changed()]
        return context

    def petition_at(self, revision: str) -> Petition | None:
        """Return the petition at a revision of the page, which the URL names as Wagtail does."""
        if revision == "live":
            return self.object.own_petition
        saved = self.object.revisions.order_by("created_at", "pk")
        named = {"earliest": saved.first, "latest": saved.last}
        self.object.go_back(named[revision]() if revision in named else saved.get(pk=revision))
        return self.object.earlier_petition


class WithLock:
    """A mixin for locking and unlocking a page together with its own petition."""

    object: Page
    request: StaffRequest

    def perform_operation(self) -> None:
        """Lock or unlock both; Wagtail's view calls this on POST."""
        before = self.object.locked_at
        super().perform_operation()
        own = own_of(self.object)
        # If the petition alone was locked, that lock stays.
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
    """Cancel the scheduled publication of the petition together with that of its page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        moment: datetime | None = self.revision.approved_go_live_at
        answer: HttpResponse = super().post(request, *args, **kwargs)
        unschedule_petition(self.object, moment)
        return answer


def unschedule_petition(page: Page, moment: datetime | None) -> None:
    """Cancel the scheduled publication of a page's own petition if `moment` is its time, too."""
    own = own_of(page)
    scheduled = own.scheduled_revision if own else None
    if moment and scheduled and scheduled.approved_go_live_at == moment:
        scheduled.approved_go_live_at = None
        # Wagtail's log adds the user of the request.
        scheduled.save(update_fields=["approved_go_live_at"])
