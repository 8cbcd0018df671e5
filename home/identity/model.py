"""The settings of the CMS that make a site look like its organisation."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from home.blocks import SocialLink
from home.identity.colours import is_colour, normalised
from home.identity.fields import ColourField
from home.identity.look import Look
from home.identity.palette import BLUES, DROP
from home.identity.widgets import ColourInput, SamplePanel
from home.previewed import Previewed


@register_setting(icon="home")
class Identity(Previewed, BaseSiteSetting):
    """The name, the logo, the colours and the links of the organisation."""

    name = models.CharField(_("name"), max_length=60, default="Lastdrop")
    logo = models.ForeignKey(
        "campaigns.CustomImage",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Shown beside the name instead of the drop, 38 pixels high."),
    )
    colour = ColourField(
        _("colour"),
        help_text=_("For large areas, headings and links. If empty, the default blue is used."),
    )
    second_colour = ColourField(
        _("second colour"),
        help_text=_(
            "For buttons and for the level that rises as people sign. If empty, the default orange "
            "is used."
        ),
    )
    social = StreamField(
        [("link", SocialLink())],
        verbose_name=_("elsewhere"),
        blank=True,
        help_text=_("Where else to find you. Shown at the foot of every page."),
    )
    privacy_page = models.ForeignKey(
        Page,
        verbose_name=_("privacy notice"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Linked next to every form and at the foot of every page."),
    )

    imprint_page = models.ForeignKey(
        Page,
        verbose_name=_("imprint"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who is responsible for the site. Linked at the foot of every page."),
    )
    contact_email = models.EmailField(
        _("email for questions"),
        blank=True,
        help_text=_("Shown at the foot of every page, where programs that collect emails find it."),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("logo"),
        MultiFieldPanel(
            [
                FieldPanel("colour", widget=ColourInput(BLUES["ultramarine"][0])),
                FieldPanel("second_colour", widget=ColourInput(DROP)),
                SamplePanel(),
            ],
            heading=_("Look"),
        ),
        FieldPanel("contact_email"),
        FieldPanel("social"),
        PageChooserPanel("privacy_page"),
        PageChooserPanel("imprint_page"),
    ]
    shown_as = "shown_identity"

    class Meta:
        verbose_name = _("identity")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the name to Wagtail's Site, from which mails and feeds take it.

        `petitions.texts.organisation_name` reads it there.
        """
        super().save(*args, **kwargs)
        Site.objects.filter(pk=self.site_id).update(site_name=self.name)

    @property
    def look(self) -> Look:
        """How the site looks; without a colour that is being typed in the preview."""
        colours = map(normalised, (self.colour, self.second_colour))
        return Look(*(each if is_colour(each) else "" for each in colours))
