"""Pages that tell a story, and the campaign pages among them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import CommentPanel, FieldPanel, PageChooserPanel, PublishingPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from campaigns import caching
from campaigns.blocks import StoryBlock, UpdatesBlock
from campaigns.pages.public_page import PublicPage, readable
from campaigns.pages.topics import Topical, originals, with_topics
from campaigns.petitions.panels import PetitionStatusPanel
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import State
from campaigns.petitions.tally import Tally


class CampaignIndexPage(PublicPage):
    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["campaigns.CampaignPage"]
    max_count_per_parent = 1
    page_description = _("Lists all campaigns, open ones first.")

    class Meta:
        verbose_name = _("campaign index")
        verbose_name_plural = _("campaign indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        campaigns = CampaignPage.public().filter(path__startswith=self.path)
        now_open, past = campaigns.filter(is_open()), campaigns.exclude(is_open())
        page = Paginator(past, 12).get_page(request.GET.get("page"))
        return {
            **super().get_context(request, *args, **kwargs),
            "open_campaigns": with_topics(with_tallies(now_open)) if page.number == 1 else [],
            "past_campaigns": with_topics(with_tallies(page.object_list)),
            "past_page": page,
        }


class CampaignPage(Topical, PublicPage):
    """A story with a petition of its own: in a petition block, or else after the story."""

    published_on = models.DateField(_("date"), default=timezone.localdate)
    petition = models.ForeignKey(
        Petition,
        verbose_name=_("petition"),
        on_delete=models.PROTECT,
        null=True,
        related_name="campaign_pages",
        help_text=_(
            "Needed to publish. Several pages may carry the same petition: it has one count."
        ),
    )
    body = StreamField(StoryBlock(), verbose_name=_("story"), blank=True)
    updates = StreamField(
        UpdatesBlock(required=False),
        verbose_name=_("updates"),
        blank=True,
        help_text=_(
            "Shown after the story, the newest first, among what the page tells by itself: when it "
            "opened and closed, 1,000 signatures and more, goal, handing over, victory."
        ),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("goes on as"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Once this campaign has ended its page leads to that one."),
    )

    content_panels = [
        *Page.content_panels,
        PetitionStatusPanel(),
        FieldPanel("published_on"),
        FieldPanel("petition"),
        FieldPanel("body"),
        FieldPanel("updates"),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        PageChooserPanel("successor", "campaigns.CampaignPage"),
    ]
    # Not Wagtail's expiry: it would take the page away when the petition closes.
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
        index.SearchField("body"),
        index.SearchField("updates"),
        index.FilterField("published_on"),
    ]
    parent_page_types = ["campaigns.CampaignIndexPage"]
    subpage_types: list[str] = []
    page_description = _("A story that asks for signatures.")

    class Meta:
        verbose_name = _("campaign page")
        verbose_name_plural = _("campaign pages")

    @classmethod
    def public(cls) -> models.QuerySet:
        """Live campaigns that everybody may see, the newest first, with what cards show."""
        return (
            readable(cls.objects.all())
            .filter(petition__live=True)
            .select_related("petition__locale", "listing_image", "locale")
            .order_by("-published_on", "-pk")
        )

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], *args: Any, **kwargs: Any
    ) -> "CampaignPage":
        """A version that names a petition which was deleted since has none: it can be mended."""
        if not Petition.objects.filter(pk=data["petition"]).exists():
            data = {**data, "petition": None}
        return super().from_serializable_data(data, *args, **kwargs)

    @property
    def card_count(self) -> int | None:
        return self.petition.progress.count

    @property
    def card_goal(self) -> int | None:
        return self.petition.progress.goal

    @property
    def card_state(self) -> State:
        return self.petition.state if self.petition else State.DRAFT

    @property
    def goes_on(self) -> "CampaignPage | None":
        """Once it has ended, the campaign that follows it, where the public may see it."""
        if not self.successor_id or self.card_state not in (State.CLOSED, State.WON):
            return None
        key = self.successor.translation_key
        return self.public().filter(translation_key=key, locale=self.locale_id).first()

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

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Reads no block: what the public sees of the story is kept (see the template)."""
        return {
            **super().get_context(request, *args, **kwargs),
            "petition": self.petition,
            "fragment_seconds": caching.FRAGMENT_SECONDS,
        }

    # The petition's states, as visitors will see them on this page.
    preview_modes = [
        ("", _("As it is now")),
        *((mode, label) for mode, label in Petition.preview_modes),
    ]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        if self.petition and mode_name in ("check_your_email", "thanks"):
            return self.petition.get_preview_template(request, mode_name)
        return self.get_template(request)

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        if not self.petition:
            return super().get_preview_context(request, mode_name)
        self.petition.preview_in(mode_name)
        context = super().get_preview_context(request, mode_name)
        return {**context, **self.petition.step_context()}


def published_petitions() -> models.QuerySet[Petition]:
    """Those that are published in their language and by whose rules: the original's row."""
    tallies = Tally.objects.filter(translation_key=OuterRef("translation_key"))
    return Petition.objects.filter(Exists(tallies.filter(petition__live=True)), live=True)


def bare_petitions() -> models.QuerySet[Petition]:
    """Those that no page carries: the public is led to them, for there is no other way."""
    return published_petitions().exclude(campaign_pages__live=True)


def listed_petitions() -> models.QuerySet[Petition]:
    """Those that the public may be told of: one whose pages are all private is private."""
    on_pages = CampaignPage.public().values("petition")
    told = Q(pk__in=bare_petitions().values("pk")) | Q(pk__in=on_pages)
    return published_petitions().filter(told)


def in_state(state: State, key: str = "petition__translation_key") -> Exists:
    """The condition that the published petition with this key is in a state, as `state_at` says."""
    now = timezone.now()
    tallies = Tally.objects.filter(translation_key=OuterRef(key), petition__live=True)
    decisions = {
        State.WON: Q(won_at__isnull=False),
        State.CLOSED: Q(petition__closes_at__lte=now),
        State.PAUSED: Q(paused_at__isnull=False),
        State.SCHEDULED: Q(petition__opens_at__gt=now),
    }
    for other, decision in decisions.items():
        if other == state:
            return Exists(tallies.filter(decision))
        tallies = tallies.exclude(decision)
    return Exists(tallies)


def is_open() -> Exists:
    """The condition that a campaign page's petition takes signatures now."""
    return in_state(State.OPEN)


def with_tallies(pages: Iterable[CampaignPage]) -> list[CampaignPage]:
    """The pages with their petitions' tallies: one query, however many there are."""
    pages = list(pages)
    fetch_tallies([page.petition for page in pages])
    return pages


def fetch_tallies(petitions: Iterable[Petition]) -> list[Petition]:
    """The petitions with their tallies: one query, however many there are."""
    petitions = list(petitions)
    keys = {petition.translation_key for petition in petitions}
    tallies = Tally.objects.filter(translation_key__in=keys).select_related("petition")
    found = {tally.translation_key: tally for tally in tallies}
    for petition in petitions:
        petition.tally = found[petition.translation_key]
    return petitions


def open_campaigns(*, besides: Petition | None = None, limit: int = 3) -> list[CampaignPage]:
    """The newest campaigns that take signatures, in the language of the petition or the reader."""
    code = besides.locale.language_code if besides else translation.get_language()
    campaigns = CampaignPage.public().filter(is_open(), locale__language_code=code)
    if besides:
        campaigns = campaigns.exclude(petition__translation_key=besides.translation_key)
    return with_tallies(campaigns[:limit])


def next_campaigns(petition: Petition, *, limit: int = 3) -> list[CampaignPage]:
    """Where its signers may sign next: the chosen campaign, then others on its topics, the newest.

    Open ones in its language, never with the petition itself: three queries.
    """
    key = petition.translation_key
    chosen = Page.objects.filter(pk=petition.original.next_campaign_id)
    own = CampaignPage.objects.filter(petition__translation_key=key)
    topics = originals(CampaignPage).filter(translation_key__in=own.values("translation_key"))
    alike = originals(CampaignPage).filter(
        topics__translation_key__in=topics.values("topics__translation_key")
    )
    campaigns = CampaignPage.public().filter(is_open(), locale=petition.locale_id)
    nearest = Case(
        When(translation_key__in=chosen.values("translation_key"), then=0),
        When(translation_key__in=alike.values("translation_key"), then=1),
        default=2,
    )
    others = campaigns.exclude(petition__translation_key=key)
    return with_tallies(others.order_by(nearest, "-published_on", "-pk")[:limit])
