"""The list of jobs: long-running work of all kinds, its progress and its results."""

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views.generic.base import BaseListingView

from campaigns.cms.jobs import imports
from campaigns.cms.permissions import AnyUser, StaffRequest, signature_policy
from campaigns.moderation.decisions import Decision
from operations import heartbeat
from operations.jobs import job as jobs
from operations.jobs import kinds
from operations.jobs.job import Job, State

URL, RESULTS = "jobs", "jobs_results"
# Users with one of these rights can ask for a job, and see the list.
ASKING = ["export", "moderate", "bring_in", "delete"]


def name(job: Job) -> str:
    return kinds.of(job).name(job)


def said(job: Any) -> str:
    """Return the result of a job that has ended, or how long it will still take.

    The job comes from `annotated`.
    """
    kind = kinds.of(job)
    match job.state:
        case State.DONE:
            return kind.outcome(job)
        case State.FAILED:
            return kind.error(job)
        case State.CANCELLED:
            return gettext("Nothing was changed, and no file was created.")
        case State.RUNNING if job.cancelled_at:
            return gettext("It is being cancelled.")
        case State.WAITING | State.RUNNING if not job.has_worker:
            return gettext(
                "The worker of the site is not running. This goes on by itself once it runs again. "
                "Please tell whoever runs the site."
            )
        case State.RUNNING:
            return left(job)
    return gettext("It begins as soon as the worker is free.")


def annotated(found: QuerySet[Job]) -> QuerySet[Job]:
    """Annotate the jobs with whether the decision that they made was undone: `is_undone`.

    They are also annotated with the state of the list that they are about, and with whether there
    is a worker that could do them: `has_worker`.
    """
    undone = Decision.objects.filter(pk=OuterRef("decision")).exclude(undone_at=None)
    decision = Cast(KT("result__decision"), BigIntegerField())
    found = found.annotate(decision=decision).annotate(is_undone=Exists(undone))
    found = found.annotate(has_worker=Exists(heartbeat.alive()))
    return imports.with_lists(found)


def undo_url(job: Any) -> str:
    """Return the URL for undoing what a job did; "" where that cannot be, or has been, undone.

    The job comes from `annotated`.
    """
    if job.kind == imports.BRING_IN:
        return imports.undo_url(job)
    if decision := job.result.get("decision"):
        return "" if job.is_undone else reverse("undo_decision", args=[decision])
    if job.result.get("rows") and (resending := job.result.get("resending")):
        return reverse("undo_resending", args=[resending])
    return ""


def left(job: Job) -> str:
    """Return how long a running job will still take, as far as that is known."""
    if job.seconds_left is None:
        return ""
    if job.seconds_left < 60:
        return gettext("less than a minute left")
    now = timezone.now()
    end = now + timedelta(seconds=job.seconds_left)
    return gettext("about %s left") % timesince(now, end, depth=1)


class JobsView(BaseListingView):
    """The user's own jobs, the newest first; administrators see everybody's."""

    request: StaffRequest
    template_name = "campaigns/cms/jobs.html"
    results_template_name = "campaigns/cms/jobs_results.html"
    page_title = _("Jobs")
    header_icon = "tasks"
    model = Job
    verbose_name_plural = _("jobs")
    index_url_name, index_results_url_name = URL, RESULTS
    default_ordering = "-made_at"
    paginate_by = 50

    @cached_property
    def columns(self) -> list[Column]:
        who = [Column("made_by.username", label=_("Who"))] if self.request.user.is_superuser else []
        return [
            JobColumn("name", label=_("What")),
            StatusTagColumn(
                "state",
                label=_("State"),
                accessor=lambda job: job.get_state_display(),
                primary=lambda job: job.state == State.DONE,
            ),
            ProgressColumn("said", label=_("Progress")),
            *who,
            Column("made_at", label=_("Date of the request"), accessor=moment),
        ]

    def get_base_queryset(self) -> QuerySet[Job]:
        return annotated(jobs.of(self.request.user)).select_related("made_by")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        shown = context["object_list"]
        return {**context, "is_under_way": any(job.is_under_way for job in shown)}


def moment(job: Job) -> str:
    return date_format(timezone.localtime(job.made_at), "SHORT_DATETIME_FORMAT")


class JobColumn(Column):
    """The column with what a job does, and for which petitions."""

    cell_template_name = "campaigns/cms/job_cell.html"

    def get_cell_context_data(self, instance: Job, parent_context: Any) -> dict[str, Any]:
        """Return the context of the cell's template, for Wagtail's table."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "titles": instance.told.get("titles", []), "name": name(instance)}

    def get_value(self, instance: Job) -> str:
        return name(instance)


class ProgressColumn(Column):
    """The column with the progress or the result, and the possible actions."""

    cell_template_name = "campaigns/cms/job_progress_cell.html"

    def get_cell_context_data(self, instance: Job, parent_context: Any) -> dict[str, Any]:
        """Return the context of the cell's template, for Wagtail's table."""
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        own = instance.made_by_id == parent_context["request"].user.pk
        urls = {"undo_url": undo_url(instance), "import_url": imports.import_url(instance)}
        return {**context, "job": instance, "name": name(instance), "own": own, **urls}

    def get_value(self, instance: Job) -> str:
        return said(instance)


class JobsMenuItem(MenuItem):
    """The menu item, which shows the progress of the user's own job on every page."""

    def __init__(self) -> None:
        super().__init__(_("Jobs"), reverse_lazy(URL), name="jobs", icon_name="tasks", order=222)

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether to show the item; Wagtail calls this for each menu item."""
        return may_ask(request.user)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Set the label on the rendered component, since the item itself serves all requests."""
        component = super().render_component(request)
        user = cast(User, request.user)  # only a signed-in user sees a menu
        found = list(jobs.under_way(user).order_by("-state", "made_at"))
        running = [job for job in found if job.state == State.RUNNING]
        if running:
            component.label = gettext("Jobs (%s %%)") % running[0].percent
        elif found:
            component.label = gettext("Jobs (waiting)")
        return component


def may_ask(user: AnyUser) -> bool:
    return signature_policy.user_has_any_permission(user, ASKING)
