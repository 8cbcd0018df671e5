"""The moderator's queue: quarantined signatures in groups, with evidence and decisions."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem

from campaigns.cms.permissions import (
    AnyUser,
    StaffRequest,
    signature_policy,
    tallies_for,
)
from campaigns.cms.screens import Screen
from campaigns.moderation import queue
from campaigns.moderation.lists import ListEntry
from campaigns.moderation.queue import Group
from campaigns.moderation.screening import Reason
from campaigns.petitions.panels import SIGNATURES
from campaigns.petitions.state import State, state_at
from campaigns.petitions.tally import Tally
from campaigns.signing import typos

URL = "quarantine"
A_PAGE = 10
# The menu is on every page, so it counts no further than this.
MOST_IN_MENU = 999
REASONS = {**dict(Reason.choices), "": _("quarantined by a colleague")}
ADD_ENTRY = "wagtailsnippets_campaigns_listentry:add"
EDIT_ENTRY = "wagtailsnippets_campaigns_listentry:edit"
SET_LIMITS = "wagtailsnippets_campaigns_petition:set_limits"
# The label of the button that leads to a new entry of the block list.
BLOCK = {
    "network": _("Block this network until midnight (UTC)"),
    "domain": _("Block this domain"),
    "site": _("Block this site"),
}
# The reasons that depend on the limits of a petition.
LIMITS = (Reason.BURST, Reason.SUSTAINED, Reason.WIDE)


def may_moderate(user: AnyUser) -> bool:
    return signature_policy.user_has_permission(user, "moderate")


class QuarantineMenuItem(MenuItem):
    """The menu item with the number of quarantined signatures, for users who may moderate."""

    def __init__(self) -> None:
        super().__init__(
            _("Quarantine"), reverse_lazy(URL), name="quarantine", icon_name="warning", order=221
        )

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether to show the item; Wagtail calls this for each menu item."""
        return may_moderate(request.user)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Set the label on the rendered component, since the item itself serves all requests."""
        component = super().render_component(request)
        tallies = tallies_for(request.user, "moderate")
        if number := queue.size(tallies, most=MOST_IN_MENU + 1):
            shown = f"{MOST_IN_MENU}+" if number > MOST_IN_MENU else intcomma(number)
            component.label = gettext("Quarantine (%s)") % shown
        return component


class QuarantinePanel(Component):
    """The number waiting for this moderator, on the dashboard; empty where nothing waits."""

    name = "quarantine"
    order = 95
    template_name = "campaigns/cms/quarantine_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        if not may_moderate(user):
            return {}
        number, groups = queue.summary(tallies_for(user, "moderate"))
        return {"number": number, "groups": groups}


def show_quarantine(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    panels.append(QuarantinePanel())


class QuarantineView(Screen, TemplateView):
    """The groups of all petitions that the user may moderate."""

    http_method_names = ["get", "head", "options"]
    template_name = "campaigns/cms/quarantine.html"
    page_title = _("Quarantine")
    header_icon = "warning"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_moderate(self.request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_list(self) -> bool:
        return self.request.user.has_perm("campaigns.add_listentry")

    @cached_property
    def may_change_entry(self) -> bool:
        return self.request.user.has_perm("campaigns.change_listentry")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = queue.groups(tallies_for(self.request.user, "moderate"))
        page = Paginator(groups, A_PAGE).get_page(self.request.GET.get("p"))
        shown = queue.with_evidence(list(page))
        tallies = Tally.objects.filter(pk__in={group.tally for group in shown})
        known = {tally.pk: tally for tally in tallies.select_related("petition")}
        viewable = tallies_for(self.request.user, "view")
        self.viewable = set(viewable.filter(pk__in=known).values_list("pk", flat=True))
        networks: dict[str, int] = {}
        self.entries = queue.entries_of(shown) if self.may_list else {}
        return {
            **super().get_context_data(**kwargs),
            "page_obj": page,
            "number": sum(group.number for group in groups),
            "groups": len(groups),
            "rows": [
                {
                    **self.row(group, known[group.tally], networks),
                    "petition": known[group.tally].petition.title,
                    "limits_url": limits_url(known[group.tally], group),
                    "parts": [self.row(part, known[group.tally], networks) for part in group.parts],
                }
                for group in shown
            ],
        }

    def row(self, group: Group, tally: Tally, networks: dict[str, int]) -> dict[str, Any]:
        """Return the context of a group. `networks` maps networks to the numbers that name them."""
        return {
            "group": group,
            # Without a proof of work, signers confirm by email even if the petition does not ask.
            "is_confirmed": tally.petition.confirms_by_email or group.why == Reason.PROOF,
            "label": label(group, networks),
            "moderate_url": address("moderate_signatures", group),
            "list_url": address(SIGNATURES, group) if group.tally in self.viewable else "",
            **self.listing(group),
        }

    def listing(self, group: Group) -> dict[str, Any]:
        """Return the URLs for blocking or allowing what a group shares.

        There is none for an email provider, since many people's mailboxes would be blocked, and
        none for networks of earlier days, which the site can no longer recognise. If there is an
        entry already, the URL leads to that.
        """
        if group.shared not in BLOCK or not self.may_list:
            return {}
        if entry := self.entries.get((queue.LISTED[group.shared], group.value)):
            url = reverse(EDIT_ENTRY, args=[entry.pk])
            return {"entry": entry, "entry_url": url if self.may_change_entry else ""}
        if group.shared == "domain" and group.value in typos.DOMAINS:
            return {"is_provider": True}
        if group.shared == "network" and not is_of_today(group):
            return {}
        found = {
            "block": BLOCK[group.shared],
            "block_url": address(ADD_ENTRY, group, effect=ListEntry.Effect.BLOCK),
        }
        if group.shared != "site":  # any form can claim a site
            found["allow_url"] = address(ADD_ENTRY, group, effect=ListEntry.Effect.ALLOW)
        return found


def limits_url(tally: Tally, group: Group) -> str:
    """Return the URL of the limits that led to a group's quarantine; "" for other groups."""
    if group.why not in LIMITS or state_at(tally, timezone.now()) in (State.WON, State.CLOSED):
        return ""
    return reverse(SET_LIMITS, args=[tally.petition_id])


def is_of_today(group: Group) -> bool:
    """Return whether the network's hash was made with today's key, in UTC."""
    return group.last.astimezone(UTC).date() == timezone.now().astimezone(UTC).date()


def address(view: str, group: Group, **more: str) -> str:
    return reverse(view, query={"group": group.key, **more})


def label(group: Group, networks: dict[str, int]) -> str:
    """Return what the signatures of a group share, in words. Networks are shown as numbers."""
    match group.shared:
        case queue.REASON:
            return str(REASONS[group.why])
        case "network":
            number = networks.setdefault(group.value, len(networks) + 1)
            if group.why == Reason.WIDE:
                return gettext("Neighbouring networks %s") % number
            return gettext("Network %s") % number
        case "domain":
            return gettext("Email domain %s") % group.value
        case "site":
            return gettext("Embedding site %s") % group.value
        case _:
            return hour_of(group)


def hour_of(group: Group) -> str:
    """Return the hour in which a group was signed, in the user's time zone."""
    begin = group.first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    begin, end = map(timezone.localtime, (begin, begin + timedelta(hours=1)))
    return gettext("%(day)s, from %(begin)s to %(end)s") % {
        "day": date_format(begin, "DATE_FORMAT"),
        "begin": date_format(begin, "TIME_FORMAT"),
        "end": date_format(end, "TIME_FORMAT"),
    }


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("signatures/quarantine/", QuarantineView.as_view(), name=URL)]
