"""The base class of all public pages, and their form in the CMS."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.forms import Form, ModelMultipleChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import StreamValue
from wagtail.models import Page, PageViewRestriction, Revision
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from campaigns import cache_control, scheduling, slugs
from campaigns.blocks.own_files import OwnPetitions
from campaigns.dates import site_day
from campaigns.pages import page_guard
from campaigns.pages.images import CustomImage
from campaigns.paragraphs import one_line
from campaigns.petitions.petition import Petition


def petitions_of(page: Page) -> list[Petition]:
    """Return the petitions that a page carries, its own and those in its story, each once."""
    return petitions_in(getattr(page, "petition", None), getattr(page, "body", None))


def petitions_in(own: Petition | None, story: StreamValue | None) -> list[Petition]:
    blocks = [block.value for block in story or [] if block.block_type == "petition"]
    found = [own, *(value.get("petition") for value in blocks)]
    return list({petition.pk: petition for petition in found if petition}.values())


class PageForm(OwnPetitions, WagtailAdminPageForm):
    """The form of every public page in the CMS.

    It detects whether anything was changed: for a computed default, Django compares the input with
    a hidden field that Wagtail does not render, and every form would count as changed. Relies on
    Wagtail's `base_form_class` and `for_user`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = False
        scheduling.name_time_zone(self.fields, "go_live_at", "expire_at")
        if "topics" in self.fields:
            self.offer_topics()
        if self.instance.pk is None and "published_on" in self.fields:
            # Readers and feeds go by the days of the site. The model's default goes by the account.
            self.initial["published_on"] = site_day()

    def clean(self) -> dict[str, Any]:
        """Reject a new address that the site itself uses."""
        data: dict[str, Any] = super().clean()
        is_new = self.parent_page and "slug" in self.changed_data
        if is_new and slugs.is_taken_below(self.parent_page, data.get("slug", "")):
            self.add_error("slug", slugs.TAKEN)
        return data

    def offer_topics(self) -> None:
        """Offer the topics in the page's language; a translation has the topics of its original."""
        if self.instance.is_translation:
            del self.fields["topics"]
        else:
            field = self.fields["topics"]
            assert isinstance(field, ModelMultipleChoiceField)
            assert field.queryset is not None
            # A new page that is previewed before it is saved has no locale of its own yet.
            locale = self.instance.locale_id or self.parent_page.locale_id
            field.queryset = field.queryset.filter(locale=locale)


class PublicPage(Page):
    """The base of all page classes: the texts and images for lists and for sharing."""

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
        _("text for sharing"),
        max_length=255,
        blank=True,
        help_text=_("If empty, the summary is used."),
    )
    social_image = models.ForeignKey(
        "campaigns.CustomImage",
        verbose_name=_("picture for sharing"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("If empty, the picture for lists is used."),
    )

    # Whether the page shows a paginated list, of which `?page=` selects a page.
    is_divided = False

    # A translation has the path of its original, below the prefix of its own language.
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]

    base_form_class = PageForm
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("listing_summary"), FieldPanel("listing_image")], heading=_("In lists")
        ),
        MultiFieldPanel(
            [FieldPanel("social_text"), FieldPanel("social_image")], heading=_("When shared")
        ),
        *Page.promote_panels[:1],  # Without “Show in menus”: our navigation does not use it.
    ]
    search_fields = [*Page.search_fields, index.SearchField("listing_summary")]

    class Meta:
        abstract = True

    def clean_fields(self, *args: Any, **kwargs: Any) -> None:
        self.title = one_line(self.title)
        super().clean_fields(*args, **kwargs)

    @property
    def description(self) -> str:
        return self.search_description or self.social_text or self.listing_summary

    @property
    def shared_image(self) -> CustomImage | None:
        return self.social_image or self.listing_image

    @property
    def source(self) -> Page:
        """The page that an alias shows, also that of an alias of an alias; else the page itself."""
        source: Page = self
        while source.alias_of:
            source = source.alias_of
        return source

    @property
    def canonical_url(self) -> str:
        """The URL of the page, or of its source, below BASE_URL, whichever host was requested."""
        parts = self.source.get_url_parts()
        return settings.BASE_URL + parts[2] if parts else ""

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Return the view restrictions of this page and its ancestors, and of those of its source.

        Of the source of an alias, Wagtail takes its own restrictions alone: an alias elsewhere
        would show what lies in a private section. Most sites have no restriction at all, which one
        cheap query detects.
        """
        if not PageViewRestriction.objects.exists():
            return PageViewRestriction.objects.none()
        found = super().get_view_restrictions()
        return found | Page.get_view_restrictions(self.source) if self.alias_of_id else found

    def serve_password_required_response(
        self, request: HttpRequest, form: Form, action_url: str
    ) -> HttpResponse:
        """Ask for the password of a private page, without a word of the page itself.

        Wagtail promises to call this method wherever the password is missing or wrong. The form
        sets a cookie, so nginx cannot store it in place of an old copy, from when the page was
        public: it gets a redirect, which it can store (config.middleware.CacheMiddleware).
        """
        if "HTTP_X_OLD_COPY" in request.META and request.path != action_url:
            return redirect(action_url)
        form.initial.setdefault("return_url", self.url)
        return render(request, "campaigns/private.html", {"form": form, "action_url": action_url})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the stored slug where wagtail-localize has removed all letters from it.

        It stores slugs in Latin letters only, and Wagtail would make a new one from the title.
        """
        if self.pk and not self.slug:
            self.slug = Page.objects.values_list("slug", flat=True).get(pk=self.pk)
        super().save(*args, **kwargs)

    def get_route_paths(self) -> list[str]:
        """Return the paths from which Wagtail redirects once the page is renamed or moved.

        None of a draft: nobody outside knows its address, and would learn the new one.
        """
        is_known = self.live or self.first_published_at
        return [*self.get_cached_paths()] if is_known else []

    def publish(
        self, revision: Revision, user: User | None = None, *args: Any, **options: Any
    ) -> None:
        """Publish as Wagtail's `publish` does, after checking that every text is translated.

        Raises ValidationError; a scheduled page then stays a draft, and is no longer scheduled.
        """
        options = scheduling.with_publisher(revision, user, options)
        with scheduling.or_take_off(self, revision, options, action="page.unscheduled"):
            page_guard.require_translation(revision.as_object())
            super().publish(revision, *args, **options)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve the page only under the prefix of its own language, else raise Http404.

        An alias below another language leads to its page, since its form would be in two languages.
        `?page=` is part of the cache key, so it is taken off where no list is divided.
        """
        language = translation.get_language()
        if self.alias_of_id and self.source.locale.language_code != language:
            part = kwargs["update"].path if "update" in kwargs else ""
            return cache_control.cacheable(redirect(f"{self.source.get_url(request)}{part}"))
        if self.locale.language_code != language:
            raise Http404
        if "page" in request.GET and not self.is_divided:
            return cache_control.cacheable(redirect(request.path))
        return cache_control.cacheable(super().serve(request, *args, **kwargs))


# On a campaign page, the text and the picture for lists are content.
CAMPAIGN_PROMOTE_PANELS: list[Any] = [
    MultiFieldPanel(
        [
            FieldPanel("social_text"),
            FieldPanel(
                "social_image",
                help_text=_(
                    "If empty, the petition’s picture for sharing is used, or else a card with its "
                    "title and count."
                ),
            ),
        ],
        heading=_("When shared"),
    ),
    *PublicPage.promote_panels[2:],
]


class Headed(models.Model):
    """A page whose head shows its text and picture for lists; its form labels them accordingly."""

    listing_summary = models.CharField(
        _("lead"),
        max_length=255,
        blank=True,
        help_text=_("One or two sentences, shown on the page and in lists."),
    )
    listing_image = models.ForeignKey(
        "campaigns.CustomImage",
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "Shown at the top of the page and in lists. Readers who cannot see it are told its "
            "description, which you write with the picture."
        ),
    )
    caption = models.CharField(
        _("caption"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Who and what the picture shows, where and when. It is shown below the lead; the "
            "credit is shown on the picture itself."
        ),
    )

    class Meta:
        abstract = True
