"""What every page of ours has, and when its form counts as changed."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from campaigns import caching
from campaigns.petitions import scheduling


def petitions_of(page: Page) -> list[models.Model]:
    """The petitions that a page carries: its own, and those in its story, each once."""
    return petitions_in(getattr(page, "petition", None), getattr(page, "body", None))


def petitions_in(own: models.Model | None, story: Any) -> list[models.Model]:
    blocks = [block.value for block in story or [] if block.block_type == "petition"]
    found = [own, *(value.get("petition") for value in blocks)]
    return list({petition.pk: petition for petition in found if petition}.values())


class PageForm(WagtailAdminPageForm):
    """Knows when nothing was changed, and whose drafts are not for a page of this person.

    For a default that is computed Django compares with a hidden field, which Wagtail's panels do
    not show: every form would count as changed, and approving it would make a new version.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = False
        scheduling.name_time_zone(self.fields, "go_live_at", "expire_at")
        if "topics" in self.fields:
            self.offer_topics()

    def clean(self) -> dict[str, Any]:
        """Nobody reads another team's draft by putting its number on a page, not in a preview."""
        data = super().clean()
        there = petitions_of(self.instance)  # as it was: what was typed comes later
        for petition in petitions_in(data.get("petition"), data.get("body")):
            if petition.live or petition in there or self.for_user is None:
                continue
            if not policy_registry.get(petition).user_sees(self.for_user, petition):
                field = "petition" if petition == data.get("petition") else "body"
                self.add_error(field, _("This petition is another team's, and not published yet."))
        return data

    def offer_topics(self) -> None:
        """Those of the page's language; a translation has those of its original."""
        if self.instance.is_translation:
            del self.fields["topics"]
        else:
            field = self.fields["topics"]
            # A page that is previewed before it is saved has no language of its own yet.
            locale = self.instance.locale_id or self.parent_page.locale_id
            field.queryset = field.queryset.filter(locale=locale)


class PublicPage(Page):
    """What every page of ours has: how it looks in lists and when it is shared."""

    listing_summary = models.CharField(
        _("summary"),
        max_length=255,
        blank=True,
        help_text=_("One or two sentences, shown under the title and in lists."),
    )
    listing_image = models.ForeignKey(
        "campaigns.CustomImage",
        verbose_name=_("picture for lists"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    social_text = models.CharField(
        _("text when shared"),
        max_length=255,
        blank=True,
        help_text=_("Left empty, the summary is taken."),
    )
    social_image = models.ForeignKey(
        "campaigns.CustomImage",
        verbose_name=_("picture when shared"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Left empty, the picture for lists is taken."),
    )

    # Every language has the address of the original, below its own prefix.
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]

    base_form_class = PageForm
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("listing_summary"), FieldPanel("listing_image")], heading=_("In lists")
        ),
        MultiFieldPanel(
            [FieldPanel("social_text"), FieldPanel("social_image")], heading=_("When shared")
        ),
        *Page.promote_panels[:1],  # without “Show in menus”, of which navigation knows nothing
    ]
    search_fields = [*Page.search_fields, index.SearchField("listing_summary")]

    class Meta:
        abstract = True

    @property
    def description(self) -> str:
        return self.search_description or self.social_text or self.listing_summary

    @property
    def shared_image(self) -> models.Model | None:
        return self.social_image or self.listing_image

    @property
    def canonical_url(self) -> str:
        """Its one address: BASE_URL's, whatever name the site is asked by."""
        parts = self.get_url_parts()
        return settings.BASE_URL + parts[2] if parts else ""

    def get_view_restrictions(self) -> models.QuerySet:
        """Wagtail walks up the tree, aliases and all; in most houses there is none to find."""
        if not PageViewRestriction.objects.exists():
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> None:
        """Raises ValidationError; what was to go live by itself then stays a draft.

        Since its moment was set another page may have taken its address, or its petition may be
        gone: the worker has mail to send all the same.
        """
        try:
            with transaction.atomic():
                super().publish(revision, user=user, **kwargs)
        except ValidationError:
            if kwargs.get("log_action") != scheduling.SCHEDULED:
                raise
            scheduling.take_off(self, revision, action="page.unscheduled")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where the page's language is the address's; elsewhere Wagtail would show it again."""
        if self.locale.language_code != translation.get_language():
            raise Http404
        return caching.cacheable(super().serve(request, *args, **kwargs))


def readable(pages: PageQuerySet) -> PageQuerySet:
    """Those that are live and that everybody may read: one query, in most houses.

    Wagtail's `public()` lists the aliases of private pages, which its own view shows to nobody.
    """
    pages = pages.live()
    for path in private_paths():
        pages = pages.exclude(path__startswith=path)
    return pages


def private_paths() -> Iterable[str]:
    """Where the private parts of the tree begin: restricted pages, their aliases, and so on."""
    paths = dict(Page.objects.filter(view_restrictions__isnull=False).values_list("pk", "path"))
    newest = list(paths)
    while newest:
        aliases = Page.objects.filter(alias_of__in=newest).exclude(pk__in=list(paths))
        found = dict(aliases.values_list("pk", "path"))
        newest = list(found)
        paths |= found
    return paths.values()
