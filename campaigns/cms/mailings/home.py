"""The mailings that the worker has paused, on the dashboard of those who may resume them."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.ui.components import Component

from campaigns.cms.mailings.rights import mailing_policy, mailings_for
from campaigns.cms.permissions import StaffRequest
from campaigns.mailings.mailing import State


class PausedMailingsPanel(Component):
    """What was paused, and why, since no email may arrive about it; empty if nothing was."""

    name = "paused_mailings"
    order = 93
    template_name = "campaigns/cms/paused_mailings_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        paused = mailings_for(parent_context["request"].user).filter(state=State.PAUSED)
        return {"mailings": [each for each in paused.order_by("-pk") if each.why_paused]}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    if mailing_policy.user_has_permission(request.user, "change"):
        panels.append(PausedMailingsPanel())
