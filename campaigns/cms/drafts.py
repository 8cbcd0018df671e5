"""The drafts on the dashboard: what a user wrote last and has not submitted yet.

Submitted drafts, and those sent back, are in the panel below, which is Wagtail's.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel
from wagtail.models import Page, WorkflowState
from wagtail.permissions import policy_registry

from campaigns.cms.permissions import StaffRequest, petition_policy
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition

SHOWN = 8


def drafts_of(user: User) -> list[Page | Petition]:
    """Return the user's drafts, the newest first.

    Where a petition and its page are both drafts, only the page is listed.
    """
    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    found: list[Page | Petition] = unsubmitted(pages.filter(alias_of=None), user)
    carried = CampaignPage.objects.filter(pk__in=[page.pk for page in found]).values("petition")
    petitions = petition_policy.instances_user_has_permission_for(user, "change")
    found += unsubmitted(petitions.exclude(pk__in=carried.exclude(petition=None)), user)
    return sorted(found, key=lambda each: each.latest_revision.created_at, reverse=True)


def unsubmitted(rows: QuerySet[Any], user: User) -> list[Any]:
    """Return the pages or petitions whose newest draft is the user's and is in no workflow."""
    drafts = rows.filter(has_unpublished_changes=True, latest_revision__user=user)
    newest = drafts.select_related("latest_revision").order_by("-latest_revision__created_at")
    found = list(newest[: 2 * SHOWN])
    keys = [str(each.pk) for each in found]
    active = WorkflowState.objects.active().filter(
        object_id__in=keys, base_content_type__model=rows.model._meta.model_name
    )
    waiting = set(active.values_list("object_id", flat=True))
    return [each for each in found if str(each.pk) not in waiting]


class DraftsPanel(Component):
    """The user's drafts on the dashboard; empty for users without drafts."""

    name = "drafts"
    order = 215
    template_name = "campaigns/cms/drafts_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request: StaffRequest = parent_context["request"]
        return {"drafts": drafts_of(request.user)[:SHOWN], "request": request}


class WaitingPanel(UserObjectsInWorkflowModerationPanel):
    """Wagtail's panel of the user's submissions, in which a petition is listed with its page.

    Relies on `workflow_states` in the context of Wagtail's panel.
    """

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        states = list(context["workflow_states"])
        pages = [state.content_object for state in states if isinstance(state.content_object, Page)]
        found = CampaignPage.objects.filter(pk__in=[page.pk for page in pages])
        carried = set(found.values_list("petition", flat=True))
        context["workflow_states"] = [
            state
            for state in states
            if not isinstance(state.content_object, Petition)
            or state.content_object.pk not in carried
        ]
        return context


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panels to the dashboard, for the `construct_homepage_panels` hook."""
    stock = UserObjectsInWorkflowModerationPanel
    panels[:] = [WaitingPanel() if type(panel) is stock else panel for panel in panels]
    panels.append(DraftsPanel())


def leave_out_numbers(request: StaffRequest, items: list[SummaryItem]) -> None:
    """Remove the numbers of pages and images from the dashboard, for the hook of the summary."""
    items.clear()
