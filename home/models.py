"""The home page, content pages and the navigation; also imports the identity, for Django."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index

from campaigns.blocks import ArticleBlock
from campaigns.blocks.choosers import CampaignChooser
from campaigns.counting import counting
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.news import ArticlePage
from campaigns.pages.private import chosen_keys
from campaigns.pages.public_page import PublicPage
from campaigns.pages.topics import for_cards
from campaigns.petitions import translating, translation_guard
from campaigns.petitions.state import is_open
from campaigns.petitions.texts import front_url
from guide.help_links import AboutFieldPanel
from home.blocks import NavigationItem, SubmenuBlock, without
from home.identity.model import Identity
from home.previewed import Previewed

__all__ = ["ContentPage", "HomePage", "Identity", "Navigation"]


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
        FieldPanel("featured_campaign", widget=CampaignChooser),
        FieldPanel("body"),
    ]
    search_fields = [
        *PublicPage.search_fields,
        index.SearchField("heading"),
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.ContentPage",
        "campaigns.CampaignIndexPage",
        "campaigns.NewsIndexPage",
    ]
    page_description = _("The home page, one for each language.")

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        own = CampaignPage.public(below=self)
        campaigns = for_cards(with_tallies(own.filter(is_open())[:7]))
        # The featured campaign may have been chosen in another language than that of this page.
        chosen = own.filter(translation_key__in=chosen_keys(self.featured_campaign_id))
        featured = next(iter(with_tallies(chosen) or campaigns), None)
        return {
            **super().get_context(request, *args, **kwargs),
            "featured": featured,
            "campaigns": [page for page in campaigns if page != featured][:6],
            "articles": for_cards(ArticlePage.public(below=self)[:3]),
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

    def clean(self) -> None:
        """Leave out the links of a translation whose label is not translated yet.

        wagtail-localize fills them with the original's label, and the row is public at once.
        """
        super().clean()
        if not translating.translation_of(self):
            return
        typed = translation_guard.typed_as_in_the_original(self)
        for place, labels in translation_guard.sent(self).items():
            setattr(self, place, without(labels - typed, getattr(self, place)))

    @property
    def full_url(self) -> str:
        return front_url(self.locale.language_code)
