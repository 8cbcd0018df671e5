"""Alarms in the CMS: the lines on the dashboard, and the link to the signatures concerned."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe
from wagtail.admin.ui.components import Component

from campaigns.cms.permissions import AnyUser, StaffRequest, signature_policy, tallies_for
from campaigns.petitions.panels import SIGNATURES
from campaigns.petitions.tally import Tally
from campaigns.trends import alarms, words
from campaigns.trends.alarms import Alarm

URL = "alarm"
SHOWN = 8


def watched(user: AnyUser) -> QuerySet[Tally]:
    """Return the petitions whose alarms the user sees: those whose signatures they may moderate."""
    return tallies_for(user, "moderate")


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the signatures that an alarm is about, as far as the user may see them."""
    user = request.user
    alarm = get_object_or_404(Alarm, pk=pk, tally__in=watched(user))
    if alarm.kind == Alarm.Kind.FEW:
        statistics = reverse("signatures_statistics")
        return redirect(f"{statistics}?petition={alarm.tally.petition_id}")
    may_list = tallies_for(user, "view").filter(pk=alarm.tally_id).exists()
    name = SIGNATURES if may_list else "moderate_signatures"
    return redirect(f"{reverse(name)}?alarm={alarm.pk}")


class AlarmsPanel(Component):
    """What is unusual at the moment, on the dashboard; empty if nothing is."""

    name = "alarms"
    order = 94
    template_name = "campaigns/cms/alarms_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        found = list(alarms.open_ones(watched(parent_context["request"].user)))
        rows = [
            {
                "title": alarm.tally.petition.title,
                "what": words.what(alarm),
                "url": reverse(URL, args=[alarm.pk]),
            }
            for alarm in found[:SHOWN]
        ]
        return {"rows": rows, "others": len(found[SHOWN:])}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    if signature_policy.user_has_permission(request.user, "moderate"):
        panels.append(AlarmsPanel())


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("signatures/alarms/<int:pk>/", show, name=URL)]
