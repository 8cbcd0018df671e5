"""Jobs on the dashboard: the user's running jobs, and the results of today's."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.cms.jobs import imports, listing
from campaigns.cms.permissions import StaffRequest
from operations.jobs.job import UNDER_WAY, Job

SHOWN = 5
RECENTLY = timedelta(hours=24)


class JobsPanel(Component):
    """The user's jobs on the dashboard; empty for users without recent jobs."""

    name = "jobs"
    order = 112
    template_name = "campaigns/cms/jobs_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        own = Job.objects.filter(made_by=parent_context["request"].user)
        recent = Q(state__in=UNDER_WAY) | Q(ended_at__gt=timezone.now() - RECENTLY)
        rows = [
            {
                "job": job,
                "name": listing.name(job),
                "titles": job.told.get("titles", []),
                "value": listing.said(job),
                "undo_url": listing.undo_url(job),
                "import_url": imports.import_url(job),
            }
            for job in listing.annotated(own.filter(recent))[:SHOWN]
        ]
        return {"rows": rows, "all_url": reverse(listing.URL)}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    if listing.may_ask(request.user):
        panels.append(JobsPanel())
