"""The mailings that wait for somebody, on the dashboard of those who may approve or resume them."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from campaigns.cms.mailings.rights import mailing_policy, mailings_for
from campaigns.cms.permissions import StaffRequest
from campaigns.mailings.mailing import State


class SubmittedMailingsPanel(Component):
    """What waits for the approval of this user, who has not written it; empty if nothing does."""

    name = "submitted_mailings"
    order = 92
    template_name = "campaigns/cms/submitted_mailings_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        submitted = mailings_for(user).filter(state=State.WAITING).exclude(writers=user)
        return {"mailings": submitted.order_by("submitted_at")}


class PausedMailingsPanel(Component):
    """What was paused, and why, since no email may arrive about it; empty if nothing was."""

    name = "paused_mailings"
    order = 93
    template_name = "campaigns/cms/paused_mailings_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        paused = mailings_for(parent_context["request"].user).filter(state=State.PAUSED)
        return {"mailings": [each for each in paused.order_by("-pk") if each.why_paused]}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panels to the dashboard, for the `construct_homepage_panels` hook."""
    if mailing_policy.user_has_permission(request.user, "change"):
        panels += [SubmittedMailingsPanel(), PausedMailingsPanel()]
