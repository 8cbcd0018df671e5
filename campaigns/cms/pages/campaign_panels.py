"""The panels of a campaign page's form, in the order in which readers see their content."""

from typing import Any

from django import forms
from django.template import Context
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.models import Page

from campaigns.cms.pages.campaign_form import SHOWN, CampaignForm, letter_editor, names
from campaigns.cms.petitions.changes import drafted
from campaigns.cms.petitions.views import home_url
from campaigns.pages.campaign import CampaignPage
from campaigns.pages.composing import first_page
from campaigns.petitions.petition import Petition


class LetterPanel(Panel):
    """The form of the page's own petition, or its letter for users who cannot edit it here.

    Relies on the attributes and methods of Wagtail's Panel and BoundPanel.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "campaigns/cms/letter.html"

        @cached_property
        def inner(self) -> Any:
            """The panels of the petition; None where the form has none."""
            letter = getattr(self.form, "letter", None)
            if letter is None:
                return None
            return letter_editor().get_bound_panel(
                instance=letter.instance,
                request=self.request,
                form=letter,
                prefix=f"{self.prefix}-letter",
            )

        def is_shown(self) -> bool:
            return self.inner is not None or self.instance.petition_id is not None

        @property
        def media(self) -> forms.Media:
            return self.inner.media if self.inner else forms.Media()

        def get_context_data(
            self, parent_context: Context | dict[str, Any] | None = None
        ) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            if self.inner:
                petition = self.form.own
                change = drafted(petition.get_latest_revision_as_object()) if petition else None
                return {**context, "shown_name": SHOWN, "change": change}
            row = Petition.objects.get(pk=self.instance.petition_id)
            first = Page.objects.filter(pk=first_page(row)).exclude(pk=self.instance.pk).first()
            url = home_url(row, self.request.user)
            return {**context, "letter": row, "first": first, "petition_url": url}


def editor() -> TabbedInterface:
    """Return the tabs of the form: Wagtail's, with the petition below the story."""
    panels = [panel for panel in CampaignPage.content_panels if names(panel) != ["petition"]]
    other = FieldPanel("petition", heading=_("Use an existing petition"))
    below = next(n for n, panel in enumerate(panels, 1) if names(panel) == ["body"])
    content = [*panels[:below], LetterPanel(), *panels[below:], other]
    return TabbedInterface(
        [
            ObjectList(content, heading=_("Content")),
            ObjectList(CampaignPage.promote_panels, heading=_("Promote")),
            ObjectList(CampaignPage.settings_panels, heading=_("Settings")),
        ],
        base_form_class=CampaignForm,
    )


def register() -> None:
    """Set the page's form; Wagtail reads the attribute."""
    CampaignPage.edit_handler = editor()  # type: ignore[attr-defined]
