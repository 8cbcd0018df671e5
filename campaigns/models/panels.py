"""Panels of the CMS that show rather than ask."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import HelpPanel, Panel
from wagtail.permissions import policy_registry

from campaigns.models.petition import Petition

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
    """Shown in place of the rules of a petition that is a translation."""

    class BoundPanel(HelpPanel.BoundPanel):
        def is_shown(self) -> bool:
            return self.instance.is_translation


def status(petition: Petition, user: AbstractBaseUser) -> dict[str, Any]:
    """What staff see of a petition at a glance, and where they may go from there."""
    policy = policy_registry.get(petition)

    def may(action: str) -> bool:
        return policy.user_has_permission_for_instance(user, action, petition)

    rules = petition.rules
    signatures = f"{reverse('signatures_modeladmin_index')}?petition={rules.pk}"
    return {
        "petition": petition,
        "rules": rules,
        "tally": petition.tally,
        "state": petition.state,
        "zone": timezone.get_current_timezone_name(),
        "edit_url": reverse(f"{URLS}:edit", args=[petition.pk]) if may("change") else "",
        "public_url": petition.get_absolute_url() if petition.live and rules.live else "",
        "signatures_url": signatures if may("view_signatures") else "",
        "controls": controls(petition) if may("control") else [],
    }


# In which states each verb of `publishing` has something to do. Nothing but moving concerns a
# petition that nobody can see yet.
POSSIBLE = {
    "pause": {"open", "scheduled"},
    "resume": {"paused"},
    "close": {"open", "paused"},
    "win": {"open", "paused", "closed", "scheduled"},
    "unwin": {"won"},
    "move": {"draft", "open", "scheduled", "paused", "closed", "won"},
}
LABELS = {
    "pause": _("Pause"),
    "resume": _("Resume"),
    "close": _("Close now"),
    "win": _("Declare victory"),
    "unwin": _("Take victory back"),
    "move": _("Move to another collection"),
}


def possible(petition: Petition) -> list[str]:
    """The verbs of `publishing` that have something to do now."""
    return [verb for verb, states in POSSIBLE.items() if petition.state in states]


def controls(petition: Petition) -> list[tuple[str, str]]:
    """Label and address of each action that acts at once."""
    return [
        (LABELS[verb], reverse(f"{URLS}:control", args=[petition.pk, verb]))
        for verb in possible(petition)
    ]
