"""Panels of the CMS that show rather than ask."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import HelpPanel, Panel
from wagtail.permissions import policy_registry

from campaigns.petitions.petition import Petition

URLS = "wagtailsnippets_campaigns_petition"


class PetitionStatusPanel(Panel):
    """Where a petition stands, for its own form and for the page that carries it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"heading": _("Where the petition stands"), "icon": "form"} | kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "campaigns/cms/petition_status.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            petition = getattr(self.instance, "petition", self.instance)
            # Not the version that is being edited: the row that the public has.
            rows = Petition.objects.select_related("collection", "locale")
            self.petition = rows.filter(pk=petition.pk).first() if petition else None

        def is_shown(self) -> bool:
            return self.petition is not None

        def get_context_data(self, parent_context: dict | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            on_page = not isinstance(self.instance, Petition)
            shown = status(self.petition, self.request.user)
            return {**context, **shown, "on_page": on_page}


class TranslationNote(HelpPanel):
    """Shown in place of the settings of a petition that is a translation."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance.is_translation


def status(petition: Petition, user: AbstractBaseUser) -> dict[str, Any]:
    """What staff see of a petition at a glance, and where they may go from there."""
    policy = policy_registry.get(petition)

    def may(action: str) -> bool:
        return policy.user_has_permission_for_instance(user, action, petition)

    original = petition.original
    signatures = f"{reverse('signatures_modeladmin_index')}?petition={original.pk}"
    return {
        "petition": petition,
        "original": original,
        "tally": petition.tally,
        "state": petition.state,
        "zone": timezone.get_current_timezone_name(),
        "edit_url": reverse(f"{URLS}:edit", args=[petition.pk]) if may("change") else "",
        "public_url": petition.get_absolute_url() if petition.live and original.live else "",
        "mails_url": reverse(f"{URLS}:mails", args=[petition.pk]) if may("change") else "",
        "signatures_url": signatures if may("view_signatures") else "",
        "controls": controls(petition, may),
        **clock(petition),
    }


def clock(petition: Petition) -> dict[str, Any]:
    """When its signers' data is anonymised, and whether it has been."""
    ends_at = petition.tally.data_ends_at
    is_over = ends_at is not None and ends_at <= timezone.now()
    return {
        "data_ends_at": ends_at,
        "data_is_overdue": is_over and petition.tally.holds_data,
        "data_is_gone": is_over and not petition.tally.holds_data,
    }


# In which states each verb of `publishing` has something to do. Only moving concerns a petition
# that nobody can see yet.
SEEN = {"open", "scheduled", "paused", "closed", "won"}
POSSIBLE = {
    "pause": {"open", "scheduled"},
    "resume": {"paused"},
    "close": {"open", "paused"},
    "win": {"open", "paused", "closed", "scheduled"},
    "unwin": {"won"},
    "deliver": {"open", "paused", "closed", "won"},
    "undeliver": SEEN,
    "hold": SEEN,
    "unhold": {*SEEN, "draft"},
    "move": {*SEEN, "draft"},
}
LABELS = {
    "pause": _("Pause"),
    "resume": _("Resume"),
    "close": _("Close now"),
    "win": _("Declare victory"),
    "unwin": _("Take victory back"),
    "deliver": _("Handed over"),
    "undeliver": _("Not handed over after all"),
    "hold": _("Do not empty data"),
    "unhold": _("End the hold"),
    "move": _("Move to another collection"),
}
# The right that each verb needs over the petition; the others need that to control it.
NEEDS = {"hold": "hold_signatures", "unhold": "hold_signatures"}


def needs(verb: str) -> str:
    return NEEDS.get(verb, "control")


def possible(petition: Petition) -> list[str]:
    """The verbs of `publishing` that have something to do now."""
    done = {
        "hold" if petition.tally.held_at else "unhold",
        "deliver" if petition.tally.handed_over_at else "undeliver",
    }
    return [
        verb for verb, states in POSSIBLE.items() if petition.state in states and verb not in done
    ]


def controls(petition: Petition, may: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Label and address of each action that acts at once, for somebody who may do it."""
    return [
        (LABELS[verb], reverse(f"{URLS}:control", args=[petition.pk, verb]))
        for verb in possible(petition)
        if may(needs(verb))
    ]
