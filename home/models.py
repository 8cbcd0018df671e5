"""The home page, plain content pages, and the site's identity and navigation."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PreviewableMixin, Site, TranslatableMixin
from wagtail.search import index

from campaigns.blocks import ArticleBlock
from campaigns.counting import counting
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.news import ArticlePage
from campaigns.pages.public_page import PublicPage
from campaigns.pages.topics import with_topics
from campaigns.petitions.state import is_open
from campaigns.petitions.texts import front_url
from guide.beside import AboutFieldPanel
from home.blocks import NavigationItem, SubmenuBlock
from home.colours import check, is_colour, is_readable


class HomePage(PublicPage):
    heading = models.CharField(_("heading"), max_length=160, blank=True)
    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])
    featured_campaign = models.ForeignKey(
        CampaignPage,
        verbose_name=_("featured campaign"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Shown first and largest. If empty, the newest open campaign is used."),
    )
    body = StreamField(ArticleBlock(required=False), verbose_name=_("story"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("introduction"),
        PageChooserPanel("featured_campaign"),
        FieldPanel("body"),
    ]
    search_fields = [*PublicPage.search_fields, index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.ContentPage",
        "campaigns.CampaignIndexPage",
        "campaigns.NewsIndexPage",
    ]
    page_description = _("The front page, one for each language.")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        own = CampaignPage.public().filter(path__startswith=self.path)
        campaigns = with_topics(with_tallies(own.filter(is_open())[:7]))
        # The featured campaign may have been chosen in another language than this page's.
        keys = Page.objects.filter(pk=self.featured_campaign_id).values("translation_key")
        chosen = own.filter(translation_key__in=keys)
        featured = next(iter(with_tallies(chosen) or campaigns), None)
        return {
            **super().get_context(request, *args, **kwargs),
            "featured": featured,
            "campaigns": [page for page in campaigns if page != featured][:6],
            "articles": with_topics(ArticlePage.public().filter(path__startswith=self.path)[:3]),
            "total": counting.site_total(),
        }


class ContentPage(PublicPage):
    body = StreamField(ArticleBlock(), verbose_name=_("story"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    search_fields = [*PublicPage.search_fields, index.SearchField("body")]
    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]
    page_description = _("A lasting page: about us, privacy, how to help.")

    class Meta:
        verbose_name = _("content page")
        verbose_name_plural = _("content pages")


class Previewed(PreviewableMixin):
    """A snippet with a preview on a page of samples, as Wagtail's PreviewableMixin promises.

    `shown_as` names the attribute of the request in which template tags look for the draft.
    """

    shown_as = ""

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "home/default_texts_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        setattr(request, self.shown_as, self)
        return super().get_preview_context(request, mode_name)


class Navigation(Previewed, TranslatableMixin, models.Model):
    """The links at the top and at the foot of every page, in one language."""

    main = StreamField(
        [("link", NavigationItem()), ("submenu", SubmenuBlock())],
        verbose_name=_("at the top"),
        blank=True,
        help_text=_("A submenu is a word that unfolds the links below it."),
    )
    foot = StreamField([("link", NavigationItem())], verbose_name=_("at the foot"), blank=True)

    panels = [AboutFieldPanel("main", "organisation"), FieldPanel("foot")]
    shown_as = "shown_navigation"

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("navigation")
        verbose_name_plural = _("navigation")
        constraints = [models.UniqueConstraint(fields=["locale"], name="one_navigation_a_language")]

    def __str__(self) -> str:
        return str(_("Navigation: %(language)s") % {"language": self.locale})

    @property
    def full_url(self) -> str:
        return front_url(self.locale.language_code)


class SocialLink(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Name"), max_length=40, help_text=_("“Mastodon”"))
    url = blocks.URLBlock(label=_("Web address"))

    class Meta:
        icon = "link"
        label = _("Link")


@register_setting(icon="home")
class Identity(Previewed, BaseSiteSetting):
    """The name, the logo, the colour and the links of the organisation."""

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
    accent = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[check],
        help_text=_(
            "A dark colour for headings, links and large areas. If empty, the default blue is used."
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
        AboutFieldPanel("name", "organisation"),
        FieldPanel("logo"),
        FieldPanel("accent"),
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
    def colour(self) -> str:
        """The accent colour, or "" where text is not readable on it.

        The preview of a half-typed colour must not break the page.
        """
        return self.accent if is_colour(self.accent) and is_readable(self.accent) else ""
