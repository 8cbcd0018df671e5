"""Views of a single job: cancelling it, and downloading the file that it has made."""

from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse_lazy
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from campaigns.cms.jobs import exports, imports, listing
from campaigns.cms.permissions import StaffRequest
from campaigns.cms.screens import Button, QuestionView
from campaigns.cms.signatures import export_answers
from campaigns.paragraphs import Text
from operations.jobs import job as jobs
from operations.jobs import work
from operations.jobs.job import Job

# For each kind of job that makes a file, the check whether a user may fetch it.
MAY_FETCH = {
    exports.KEY: exports.may_fetch,
    imports.CHECK: imports.may_fetch,
    imports.BRING_IN: imports.may_fetch,
}


class CancelJobView(QuestionView):
    """Ask before a job is cancelled; administrators may cancel other users' jobs."""

    page_title = _("Cancel a job")
    header_icon = "tasks"
    back_url = reverse_lazy(listing.URL)
    back_label = _("Jobs")
    decline = _("No, let it go on")
    question = _(
        "Cancel this job? What it has done so far is undone: no signature is changed, and no file "
        "is created."
    )

    def find(self, *, pk: UUID) -> None:
        self.job = get_object_or_404(jobs.of(self.request.user), pk=pk)
        self.heading = listing.name(self.job)

    def nothing_to_do(self) -> Text:
        if self.job.is_under_way and not self.job.cancelled_at:
            return ""
        return _("This job has ended already, or is being cancelled.")

    def buttons(self) -> list[Button]:
        return [Button(_("Cancel the job"), style="serious")]

    def act(self, form: forms.Form) -> HttpResponse:
        if jobs.cancel(self.job):
            return self.leave(messages.success, _("The job is being cancelled."))
        return self.leave(messages.warning, _("The job has ended before it could be cancelled."))


@require_safe
def job_file(request: StaffRequest, pk: UUID) -> HttpResponseBase:
    """Return the file that a job made, if the user who requested it may still have it."""
    job = get_object_or_404(Job, pk=pk, made_by=request.user, kind__in=MAY_FETCH)
    if not MAY_FETCH[job.kind](request.user, job.told):
        raise PermissionDenied
    content = work.file_of(job)
    if content is None:
        messages.warning(request, _("This file has been deleted. Please create it once more."))
        return redirect(listing.URL)
    if request.method == "GET" and job.kind == exports.KEY:
        exports.record_fetching(job)
    response = export_answers.unbuffered(content, job.told["format"])
    # The name of an imported list may be in any script.
    response.headers["Content-Disposition"] = content_disposition_header(True, job.told["file"])
    response["Content-Length"] = str(job.result["size"])
    return response


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    view = listing.JobsView
    return [
        path("jobs/", view.as_view(), name=listing.URL),
        path("jobs/results/", view.as_view(results_only=True), name=listing.RESULTS),
        path("jobs/<uuid:pk>/cancel/", CancelJobView.as_view(), name="cancel_job"),
        path("jobs/<uuid:pk>/file/", job_file, name="job_file"),
    ]
