"""The CMS settings for the identity of the organisation and the look of its site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page, Site

from campaigns.pages.images import CustomImage, Rendition
from campaigns.sharing.appearance import Appearance
from campaigns.workflow.seen_forms import SeenForm
from guide.help_links import AboutFieldPanel
from home.blocks import SocialLink
from home.identity.colours import is_colour, normalised
from home.identity.fields import ColourField
from home.identity.font_pairs import Faces, in_mails
from home.identity.look import Look
from home.identity.palette import BLUES, DROP
from home.identity.signs import Sign, has_outline
from home.identity.widgets import ColourInput, SamplePanel
from home.previewed import Previewed


def picture(**words: Any) -> "models.ForeignKey[CustomImage | None]":
    """Return a foreign key to an optional image, with the given name and help text."""
    return models.ForeignKey(
        "campaigns.CustomImage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        **words,
    )


def shown(chosen: CustomImage | None) -> Rendition | None:
    """Return a logo at twice its size on pages, for sharp screens; None if its file is missing."""
    return chosen.shown("max-480x152") if chosen else None


class IdentityForm(SeenForm, WagtailAdminModelForm):
    """The form of the identity."""


@register_setting(icon="home")
class Identity(Previewed, BaseSiteSetting):
    """The name, the logo, the colours and the links of the organisation."""

    name = models.CharField(_("name"), max_length=60, default="Lastdrop")
    faces = models.CharField(
        _("type"),
        max_length=6,
        choices=Faces,
        default=Faces.POSTER,
        help_text=_(
            "The fonts of headings and of text, on pages, sharing cards and posters. Emails have "
            "the fonts of the mail program."
        ),
    )
    logo = picture(
        verbose_name=_("logo"),
        help_text=_(
            "Shown beside the name on every page, in emails and in the CMS, 38 pixels high. A PNG "
            "or a WebP with a transparent background looks best."
        ),
    )
    logo_on_dark = picture(
        verbose_name=_("logo for dark backgrounds"),
        help_text=_(
            "For the foot of every page, and for readers whose device is set to dark. If empty, "
            "the logo is shown there on a white background."
        ),
    )
    logo_has_name = models.BooleanField(
        _("the logo contains the name"),
        default=False,
        help_text=_("The name is then not written beside the logo. Screen readers still say it."),
    )
    sign = models.CharField(
        _("symbol"),
        max_length=5,
        choices=Sign,
        default=Sign.DROP,
        help_text=_(
            "The shape that fills up as people sign, and that is shown where a campaign has no "
            "picture. Without a logo, the symbol is also shown beside the name."
        ),
    )
    sign_picture = picture(
        verbose_name=_("picture of our own symbol"),
        help_text=_(
            "A PNG or a WebP with a transparent background, roughly square and at least 180 pixels "
            "in size. In the count and on areas of colour its outline is filled with the second "
            "colour. It is also the icon in browser tabs and on home screens."
        ),
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
        _("email address for questions"),
        blank=True,
        help_text=_(
            "Shown at the foot of every page, where programs that collect email addresses find it."
        ),
    )

    panels = [
        AboutFieldPanel("name", "organisation"),
        MultiFieldPanel(
            [
                FieldPanel("colour", widget=ColourInput(BLUES["ultramarine"][0])),
                FieldPanel("second_colour", widget=ColourInput(DROP)),
                FieldPanel("faces"),
                SamplePanel(),
                FieldPanel("logo"),
                FieldPanel("logo_on_dark"),
                FieldPanel("logo_has_name"),
                FieldPanel("sign"),
                FieldPanel("sign_picture"),
            ],
            heading=_("Look"),
        ),
        FieldPanel("contact_email"),
        FieldPanel("social"),
        PageChooserPanel("privacy_page"),
        PageChooserPanel("imprint_page"),
    ]
    edit_handler = ObjectList(panels, base_form_class=IdentityForm)
    shown_as = "shown_identity"

    class Meta:
        verbose_name = _("identity")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Copy the name to Wagtail's Site, where emails and feeds read it.

        They read it through `petitions.texts.organisation_name`.
        """
        super().save(*args, **kwargs)
        Site.objects.filter(pk=self.site_id).update(site_name=self.name)

    def clean(self) -> None:
        super().clean()
        if self.sign != Sign.OWN:
            return
        if self.sign_picture is None:
            raise ValidationError({"sign_picture": _("Choose the picture of your symbol.")})
        if self.own_sign is None:
            raise ValidationError(
                {
                    "sign_picture": _(
                        "This picture has no transparent background, so its outline cannot be "
                        "filled. Choose a PNG or a WebP with a transparent background."
                    )
                }
            )

    @property
    def own_sign(self) -> Rendition | None:
        """The picture of the sign; None if it is not used, is missing or has no outline."""
        if self.sign != Sign.OWN or self.sign_picture is None:
            return None
        found = self.sign_picture.shown("max-400x400|format-png")
        return found if found and has_outline(found) else None

    @property
    def look(self) -> Look:
        """How the site looks; colours that are not complete yet, in the preview, are left out."""
        colours = map(normalised, (self.colour, self.second_colour))
        first, second = (each if is_colour(each) else "" for each in colours)
        faces = self.faces if self.faces in Faces else Faces.POSTER.value
        sign = self.sign if self.sign in (Sign.DROP, Sign.ROUND) else Sign.DROP.value
        if own := self.own_sign:
            return Look(first, second, faces, Sign.OWN.value, str(own.file.name))
        return Look(first, second, faces, sign)

    @property
    def appearance(self) -> Appearance:
        """The parts of the look that emails, cards and posters need."""
        own = self.own_sign
        return Appearance(
            colours=self.look.colours,
            faces=self.look.faces,
            prose=in_mails(self.look.faces),
            shape=self.look.sign,
            logo=shown(self.logo),
            logo_on_dark=shown(self.logo_on_dark),
            logo_has_name=self.logo_has_name,
            sign=own,
        )
