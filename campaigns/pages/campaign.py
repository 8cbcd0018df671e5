"""Campaign pages, and the index page that lists them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.urls import Resolver404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, PublishingPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from campaigns import freshness
from campaigns.blocks import StoryBlock, UpdatesBlock
from campaigns.blocks.choosers import CampaignChooser
from campaigns.blocks.pictures import check_film
from campaigns.pages import timeline
from campaigns.pages.composing import PetitionKey, WithPetition
from campaigns.pages.images import CustomImage, PicturePanel
from campaigns.pages.private import chosen_keys, listed, readable
from campaigns.pages.public_page import CAMPAIGN_PROMOTE_PANELS, Headed, PublicPage
from campaigns.pages.topics import Topical, for_cards
from campaigns.petitions.panels import PetitionStatusPanel
from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.state import State, is_open, is_published
from guide.help_links import AboutFieldPanel


class CampaignIndexPage(PublicPage):
    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*PublicPage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["campaigns.CampaignPage"]
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares it as None
    page_description = _("Lists all campaigns, open ones first.")
    is_divided = True

    class Meta:
        verbose_name = _("campaign index")
        verbose_name_plural = _("campaign indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        campaigns = CampaignPage.public(below=self)
        campaigns = campaigns.order_by(is_open().desc(), "-published_on", "-pk")
        page = Paginator(campaigns, 12).get_page(request.GET.get("page"))
        page.object_list = for_cards(with_tallies(page.object_list))
        return {
            **super().get_context(request, *args, **kwargs),
            "campaigns": page,
            "open_campaigns": [each for each in page if each.card_state == State.OPEN],
            "past_campaigns": [each for each in page if each.card_state != State.OPEN],
        }


class CampaignPage(WithPetition, Topical, Headed, PublicPage):
    """A page with a story and a petition of its own, shown in a block of the story or after it."""

    published_on = models.DateField(_("date"), default=timezone.localdate)
    petition = PetitionKey(
        Petition,
        verbose_name=_("petition"),
        on_delete=models.PROTECT,
        null=True,
        related_name="campaign_pages",
        help_text=_(
            "Required for publishing. Several pages may carry the same petition, which has a "
            "single count."
        ),
    )
    film = models.URLField(
        _("film"),
        blank=True,
        validators=[check_film],
        help_text=_(
            "The web address of a film on YouTube, Vimeo or a PeerTube server. It plays in the "
            "place of the picture after a click; until then readers see the picture."
        ),
    )
    body = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)
    updates = StreamField(
        UpdatesBlock(required=False),
        verbose_name=_("updates"),
        blank=True,
        help_text=_(
            "Shown after the story, the newest first, together with what the page adds by "
            "itself: the opening and the closing, milestones from 1,000 signatures on, the "
            "goal, the handover and the victory."
        ),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("continues as"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "Once this campaign has ended, its page links to the campaign that you choose here."
        ),
    )

    is_template = models.BooleanField(
        _("offer as a template"),
        default=False,
        db_default=False,
        help_text=_(
            "Whoever presses “New campaign” can then begin from this one: with its story, its "
            "topics, and the settings and texts of its petition."
        ),
    )

    content_panels = [
        *Page.content_panels,
        PetitionStatusPanel(),
        FieldPanel("published_on"),
        AboutFieldPanel("listing_summary", "head", widget=AdminAutoHeightTextInput),
        PicturePanel("listing_image"),
        FieldPanel("caption", widget=AdminAutoHeightTextInput(attrs={"rows": 2})),
        FieldPanel("film"),
        FieldPanel("petition"),
        AboutFieldPanel("body", "story"),
        AboutFieldPanel("updates", "running"),
        AboutFieldPanel("topics", "topics", widget=forms.CheckboxSelectMultiple),
        FieldPanel("successor", widget=CampaignChooser),
        FieldPanel("is_template"),
    ]
    promote_panels = CAMPAIGN_PROMOTE_PANELS
    # Wagtail's expiry date is left out: editors would mistake it for the closing time of the
    # petition, and the page would disappear.
    settings_panels = [
        PublishingPanel(
            children=[
                panel for panel in PublishingPanel().children if panel.field_name != "expire_at"
            ]
        ),
        CommentPanel(),
    ]
    search_fields = [
        *PublicPage.search_fields,
        *map(index.SearchField, ("caption", "body", "updates")),
        index.FilterField("published_on"),
    ]
    parent_page_types = ["campaigns.CampaignIndexPage"]
    subpage_types: list[str] = []
    page_description = _("A story that asks for signatures.")

    class Meta:
        verbose_name = _("campaign page")
        verbose_name_plural = _("campaign pages")

    @classmethod
    def public(cls, *, below: Page | None = None) -> "models.QuerySet[CampaignPage]":
        """Return the live campaigns that everybody may see, the newest first; see `listed`.

        The petition, its language and the image are joined, for the cards that show the campaigns.
        """
        return (
            readable(listed(cls.objects.all(), below))
            .filter(is_published())
            .select_related("petition__locale", "listing_image", "locale")
            .order_by("-published_on", "-pk")
        )

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], *args: Any, **kwargs: Any
    ) -> "CampaignPage":
        """Load a revision whose petition has since been deleted, without its petition.

        Otherwise modelcluster would raise an exception, because that row is gone, and editors could
        not repair the page. Wagtail calls this method to load a revision.
        """
        page = super().from_serializable_data({**data, "petition": None}, *args, **kwargs)
        if page and Petition.objects.filter(pk=data["petition"]).exists():
            page.petition_id = data["petition"]
        return page

    @property
    def shown_picture(self) -> CustomImage | None:
        """The picture at the top: the victory's picture once the petition is won and has one."""
        petition = self.petition
        won = petition.tally.won_image if petition and petition.state == State.WON else None
        return won or self.listing_image

    def clean(self) -> None:
        super().clean()
        if self.film and not self.listing_image:
            message = _("A film needs a picture, which readers see until they press play.")
            raise ValidationError({"film": message})

    @property
    def card_count(self) -> int | None:
        return self.petition.progress.count if self.petition else None

    @property
    def card_goal(self) -> int | None:
        return self.petition.progress.goal if self.petition else None

    @property
    def card_state(self) -> State:
        return self.petition.state if self.petition else State.DRAFT

    @property
    def goes_on(self) -> "CampaignPage | None":
        """The campaign that follows this one once this one has ended.

        None while this one is open, and where the public cannot see the successor in this language.
        """
        if not self.successor_id or self.card_state not in (State.CLOSED, State.WON):
            return None
        keys = chosen_keys(self.successor_id)
        return self.public().filter(translation_key__in=keys, locale=self.locale_id).first()

    @property
    def shows_petition_itself(self) -> bool:
        """Whether a block of the story shows the page's own petition."""
        return any(
            block.block_type == "petition"
            and (block.value.get("petition") or self.petition) == self.petition
            for block in self.body
        )

    @property
    def petition_after_story(self) -> bool:
        return self.petition is not None and not self.shows_petition_itself

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Route the URL of an update of this campaign; leave every other URL to Wagtail."""
        path = "/".join(["", *path_components, ""])
        if self.live and (update := timeline.update_at(self.updates, path)):
            return RouteResult(self, kwargs={"update": update})
        found: RouteResult = super().route(request, path_components)
        return found

    def resolve_subpage(self, path: str) -> timeline.Entry:
        """Return the update at a path below the page, for Wagtail's redirects to it."""
        if update := timeline.update_at(self.updates, path):
            return update
        raise Resolver404

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        if kwargs.get("update"):
            return "campaigns/update.html"
        template: str = super().get_template(request, *args, **kwargs)
        return template

    def get_cached_paths(self) -> list[str]:
        """Return the paths that Wagtail purges from a caching proxy when the page changes."""
        return ["/", *(f"/{update.path}" for update in timeline.updates_of(self.updates))]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the context without reading any block: the template caches the rendered story."""
        return {
            **super().get_context(request, *args, **kwargs),
            "petition": self.petition,
            "fragment_seconds": freshness.FRAGMENT_SECONDS,
            "update": kwargs.get("update"),
        }

    # The states of the petition, as visitors will see them on this page.
    preview_modes = [
        ("now", _("As it is now")),
        *Petition.preview_modes,
    ]

    @property
    def default_preview_mode(self) -> str:
        """Preview a draft petition as open, as the public will see it: it cannot be signed yet."""
        is_draft = self.petition is not None and self.petition.state == State.DRAFT
        return "open" if is_draft else "now"

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        self.show_newest_petition(request)
        if self.petition and mode_name in ("check_your_email", "thanks"):
            return self.petition.get_preview_template(request, mode_name)
        return self.get_template(request)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        if not self.petition:
            return super().get_preview_context(request, mode_name)
        self.petition.preview_in(mode_name)
        context = super().get_preview_context(request, mode_name)
        return {**context, **self.petition.step_context()}


def with_tallies(pages: Iterable[CampaignPage]) -> list[CampaignPage]:
    """Return the pages with the tallies of their petitions, using one query for all pages."""
    pages = list(pages)
    fetch_tallies([page.petition for page in pages if page.petition])
    return pages
