"""The panels of the CMS that show the status of a petition."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import HelpPanel, Panel
from wagtail.permissions import policy_registry

from campaigns import scheduling
from campaigns.paragraphs import Text
from campaigns.petitions.actions import ACTIONS
from campaigns.petitions.immediate_actions import has_opened
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import Forwards
from campaigns.petitions.state import State, is_too_late
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import IN_STATE, confirmed_and_quarantined

URLS = "wagtailsnippets_campaigns_petition"
# The URL names of the list of signatures and of the page of one signature.
SIGNATURES, SIGNATURE = "signatures_modeladmin_index", "signatures_modeladmin_inspect"
# The states in which people sign, or soon will. They can sign on paper, too.
TAKING = (State.OPEN, State.PAUSED, State.SCHEDULED)


class PetitionStatusPanel(Panel):
    """Shows the status of a petition, in its own form and in that of a page that carries it.

    Relies on the attributes and methods of Wagtail's Panel and BoundPanel.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": _("State of the petition"), "icon": "form"} | kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "campaigns/cms/petition_status.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            petition = getattr(self.instance, "petition", self.instance)
            # Show the published row, and not the draft that is being edited.
            rows = Petition.objects.select_related("collection", "locale")
            self.petition = rows.filter(pk=petition.pk).first() if petition else None

        def is_shown(self) -> bool:
            return self.petition is not None

        def get_context_data(
            self, parent_context: Context | dict[str, Any] | None = None
        ) -> dict[str, Any]:
            assert self.petition  # otherwise `is_shown` is False
            context = super().get_context_data(parent_context)
            on_page = not isinstance(self.instance, Petition)
            # A draft that is edited on the page, as long as nothing of the page is public, or is
            # scheduled without it.
            own = (
                on_page
                and not self.instance.live
                and not self.instance.approved_schedule
                and getattr(self.instance, "own_petition", None)
            )
            shown = status(self.petition, self.request.user)
            is_private = (
                on_page and self.instance.pk and self.instance.get_view_restrictions().exists()
            )
            return {
                **context,
                **shown,
                "request": self.request,
                "on_page": on_page,
                "carrier": self.instance,
                "goes_with_page": bool(own),
                "page_is_private": is_private,
            }


class TranslationNote(HelpPanel):
    """A note that replaces the settings in the form of a translation."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(self.instance.is_translation)


def status(petition: Petition, user: User) -> dict[str, Any]:
    """Return the petition's status and the URLs of what the user may do, as template context.

    A URL is "" where the user does not have the permission.
    """
    policy: Any = policy_registry.get(petition)  # that of `cms.permissions`

    def may(action: str) -> bool:
        return bool(policy.user_has_permission_for_instance(user, action, petition))

    original = petition.original
    signatures = f"{reverse(SIGNATURES)}?petition={original.pk}"
    comments = f"{reverse('comments')}?petition={original.pk}" if original.shows_comments else ""
    arrivals = reverse(f"{URLS}:arrivals", args=[petition.pk])
    ledger = reverse(f"{URLS}:ledger", args=[petition.pk])
    sheets = reverse(f"{URLS}:sheets", args=[petition.pk])
    forwarding = reverse(f"{URLS}:forwarding", args=[petition.pk])
    forwards = original.live and original.forwards != Forwards.OFF
    pack = reverse(f"{URLS}:pack", args=[petition.pk])
    brings_in = may("view_signatures") or may("import_signatures")
    statistics = f"{reverse('signatures_statistics')}?petition={original.pk}"
    is_seen = policy.user_sees(user, petition)
    return {
        "petition": petition,
        "original": original,
        "tally": petition.tally,
        # Of another team's petition, which a page may carry, only the public numbers are shown.
        "is_seen": is_seen,
        "count": petition.tally.count if is_seen else petition.progress.count,
        "goal": petition.tally.goal if is_seen else petition.progress.goal,
        "state": petition.state,
        "opens_at": opens_at(petition),
        "goes_live_at": scheduling.go_live_at([petition]).get(petition.pk),
        "zone": timezone.get_current_timezone_name(),
        "edit_url": reverse(f"{URLS}:edit", args=[petition.pk]) if may("change") else "",
        "public_url": petition.get_absolute_url() if petition.live and original.live else "",
        "mails_url": reverse(f"{URLS}:mails", args=[petition.pk]) if may("change") else "",
        "signatures_url": signatures if may("view_signatures") else "",
        "is_too_late": is_too_late(petition.tally),
        "quarantined": may("moderate_signatures") and quarantined(petition.tally),
        "comments_url": comments if may("moderate_signatures") else "",
        "sheets_url": sheets if petition.state in TAKING else "",
        "pack_url": pack if may("export_handover") and petition.state != State.DRAFT else "",
        "forwarding_url": forwarding if forwards and may("control") else "",
        "forwarding_failed": forwards and petition.tally.get_forwarding_stopped_for_display(),
        "ledger_url": ledger if brings_in else "",
        "arrivals_url": arrivals if may("view_signatures") else "",
        "statistics_url": statistics if may("view_signatures") or may("view_statistics") else "",
        "controls": controls(petition, may),
        "askable": askable(petition, may),
        "requests": original.requests.filter(granted=None).select_related("asked_by"),
        "pages": pages(petition, user),
        **clock(petition),
    }


def opens_at(petition: Petition) -> datetime | None:
    """Return when a published petition opens, if that is to come; it may be paused until then."""
    waits = petition.state in (State.SCHEDULED, State.PAUSED)
    is_to_come = waits and not has_opened(petition.tally)
    return petition.original.opens_at if is_to_come else None


def quarantined(tally: Tally) -> int:
    """Return how many signatures only wait to be released; all where nobody has to confirm."""
    if tally.petition.confirms_by_email:
        return confirmed_and_quarantined(tally.signatures.all())
    return tally.signatures.filter(IN_STATE["quarantined"]).count()


def pages(petition: Petition, user: User) -> list[tuple[str, str]]:
    """Return (title, edit URL) of each page that carries the petition, if the user may edit it."""
    return [
        (page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for page in petition.campaign_pages.filter(alias_of=None).order_by("pk")
        if page.permissions_for_user(user).can_edit()
    ]


def clock(petition: Petition) -> dict[str, Any]:
    """Return when the data of the signers is anonymised, and whether that has been done."""
    ends_at = petition.tally.data_ends_at
    is_over = ends_at is not None and ends_at <= timezone.now()
    holds_data = ends_at is not None and petition.tally.holds_data
    return {
        "data_ends_at": ends_at,
        "data_is_overdue": is_over and holds_data,
        # The last survey may be older than the anonymising.
        "data_of": with_data(petition.tally) if holds_data else 0,
        "data_is_gone": is_over and not holds_data,
        "mailings_end_at": petition.tally.mailings_end_at,
    }


def with_data(tally: Tally) -> int:
    """Return how many of the counted signatures still have all their data, by the last survey."""
    survey = getattr(tally, "survey", None)
    if survey is None:
        return tally.total
    without: int = survey.counted - survey.figures.get("all_states", {}).get("confirmed", 0)
    return max(tally.total - without, 0)


def controls(petition: Petition, may: Callable[[str], bool]) -> list[tuple[Text, str]]:
    """Return (label, URL) of each action that is possible now and that the user may do."""
    return [
        (action.label, reverse(f"{URLS}:{action.verb}", args=[petition.pk]))
        for action in ACTIONS
        if action.is_possible(petition) and any(map(may, action.permissions))
    ]


def askable(petition: Petition, may: Callable[[str], bool]) -> list[tuple[Text, str]]:
    """Return (label, URL) of each action to request, for users who may edit but not control."""
    if may("control") or not may("change"):
        return []
    return [
        (action.label, reverse(f"{URLS}:ask_{action.verb}", args=[petition.pk]))
        for action in ACTIONS
        if action.is_askable and action.is_possible(petition)
    ]
