"""The news: articles, which may carry any petition, and the index page that lists them."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from campaigns.blocks import ArticleBlock
from campaigns.pages.private import listed, readable
from campaigns.pages.public_page import PublicPage
from campaigns.pages.topics import Topical, for_cards


class NewsIndexPage(PublicPage):
    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*PublicPage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["campaigns.ArticlePage"]
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares it as None
    page_description = _("Lists all articles, the newest first.")
    is_divided = True

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        articles = ArticlePage.public(below=self)
        page = Paginator(articles, 12).get_page(request.GET.get("page"))
        page.object_list = for_cards(page.object_list)
        return {**super().get_context(request, *args, **kwargs), "articles": page}


class ArticlePage(Topical, PublicPage):
    published_on = models.DateField(_("date"), default=timezone.localdate)
    body = StreamField(ArticleBlock(), verbose_name=_("story"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("published_on"),
        FieldPanel("body"),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
    ]
    search_fields = [
        *PublicPage.search_fields,
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]
    parent_page_types = ["campaigns.NewsIndexPage"]
    subpage_types: list[str] = []
    page_description = _("News with pictures and, where it helps, a petition.")

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @classmethod
    def public(cls, *, below: Page | None = None) -> "models.QuerySet[ArticlePage]":
        """Return the live articles that everybody may see, the newest first; see `listed`.

        The image is joined, for the cards that show the articles.
        """
        articles = readable(listed(cls.objects.all(), below))
        articles = articles.select_related("listing_image", "locale")
        return articles.order_by("-published_on", "-pk")
