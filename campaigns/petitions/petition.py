"""The petition: a letter that asks for signatures, with its texts and its settings."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import (
    CollectionMember,
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from campaigns import scheduling
from campaigns.blocks import DemandBlock, TargetBlock
from campaigns.blocks.thanks import WithThanksBlocks
from campaigns.counting.progress import Progress
from campaigns.paragraphs import ParagraphsField
from campaigns.petitions import translation_guard
from campaigns.petitions.languages import InLanguages
from campaigns.petitions.permission_names import PERMISSIONS
from campaigns.petitions.questions import WithQuestions
from campaigns.petitions.settings import SETTING_CONSTRAINTS, PetitionSettings
from campaigns.petitions.signed_versions import versions
from campaigns.petitions.state import State, state_at
from campaigns.petitions.tally import Tally
from campaigns.petitions.texts import (
    StepTexts,
    Texts,
    default_consent,
    default_texts,
)


class HasSignatures(Exception):
    """People have signed this petition: it can be closed, but neither unpublished nor deleted."""


class Petition(
    CollectionMember,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    InLanguages,
    TranslatableMixin,
    versions.WithVersions,
    StepTexts,
    WithThanksBlocks,
    WithQuestions,
    PetitionSettings,
    index.Indexed,
):
    """A petition in one language. Its settings are read from the published row of the original.

    Whatever must not be drafted, translated or restored (paused, won, the totals) is in `Tally`.
    """

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(
        _("web address"),
        max_length=80,
        blank=True,
        help_text=_(
            "The last part of the petition’s web address. It cannot change after the first "
            "publication."
        ),
    )
    ask = models.CharField(
        _("ask"),
        max_length=255,
        help_text=_(
            "One sentence that says who should do what: “Call on the President to repeal …”"
        ),
    )
    salutation = models.CharField(_("salutation"), max_length=160, help_text=_("“Dear Mayor,”"))
    opening = ParagraphsField(_("opening"))
    demands = StreamField(DemandBlock(required=False), verbose_name=_("demands"), blank=True)
    close = ParagraphsField(_("close"), blank=True)
    targets = StreamField(TargetBlock(required=False), verbose_name=_("addressed to"), blank=True)
    consent = ParagraphsField(
        _("consent"),
        default=default_consent,
        help_text=_(
            "What people agree to by ticking the box. The exact text is stored with each signature."
        ),
    )

    revisions = GenericRelation("wagtailcore.Revision", related_query_name="petition")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="petition",
        for_concrete_model=False,
    )

    search_fields = [
        index.FilterField("id"),
        index.SearchField("title", boost=3),
        index.AutocompleteField("title"),
        *map(index.SearchField, ["ask", "salutation", "opening", "demands", "close", "targets"]),
        index.FilterField("live"),
        index.FilterField("locale"),
        index.FilterField("collection"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="one_petition_an_address"),
            *SETTING_CONSTRAINTS,
        ]
        permissions = [*PERMISSIONS]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def tally(self) -> Tally:  # type: ignore[override]  # the mixins declare a plain attribute
        return Tally.objects.select_related("petition", "survey").get(
            translation_key=self.translation_key
        )

    @property
    def original(self) -> "Petition":  # type: ignore[override]  # as above
        """The petition in its first language, whose settings apply to all languages."""
        return self if self.tally.petition_id == self.pk else self.tally.petition

    @property
    def progress(self) -> Progress:
        """The count and the goal, as far as they are public."""
        return self.original.shown_at(self.tally.count, is_won=self.tally.won_at is not None)

    @property
    def is_published(self) -> bool:
        """Whether the public may see it in this language."""
        return self.live and self.tally.petition.live

    def state_at(self, moment: datetime) -> State:
        return state_at(self.tally, moment) if self.live else State.DRAFT

    previewed_state: State | None = None  # set by previews in the CMS, which show every state
    is_of_others = False  # set by lists of the CMS: the user may read its public numbers alone
    goes_live_later = False  # set by the list of campaigns: its draft is scheduled

    @property
    def state(self) -> State:
        return self.previewed_state or self.state_at(timezone.now())

    def preview_in(self, mode: str) -> None:
        """Set the state to that of a preview mode; the other modes show the steps after signing."""
        self.previewed_state = State(mode) if mode in State.values else None

    @cached_property
    def texts(self) -> Texts:  # type: ignore[override]  # the mixins declare a plain attribute
        """The texts of each step in the petition's language, with today's default texts."""
        code = self.locale.language_code
        return Texts(code, self, *default_texts(code).sources)

    def url_path(self, name: str = "petition", *, framed: bool = False) -> str:
        """Return the path of a public view (petition, sign …) in the petition's language."""
        name = f"framed_{name}" if framed else name
        return url_path_of(name, self.slug, self.locale.language_code)

    def get_absolute_url(self) -> str:
        return self.url_path()

    @property
    def full_url(self) -> str:
        return settings.BASE_URL + self.url_path()

    def clean(self) -> None:
        super().clean()
        self.settle_names()
        if self.pk and not self.is_translation:
            self.require_promise()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; record versions if live. Raises Untranslated, Unexplained or KeptTooLong."""
        if self.is_draft_of_live():
            self.live = True  # The revision that wagtail-localize makes next is the draft.
            return
        with transaction.atomic():
            self.settle_names()
            super().save(*args, **kwargs)
            if kwargs.get("update_fields"):
                return
            Tally.objects.get_or_create(
                translation_key=self.translation_key, defaults={"petition": self}
            )
            if self.live:
                self.original.record_questions()
                translation_guard.require_translation(self)
                self.require_reason()
                others = () if self.is_translation else self.get_translations().filter(live=True)
                versions.record_all(self, others)

    def publish(
        self, revision: Revision, user: User | None = None, *args: Any, **options: Any
    ) -> None:
        """Publish, or raise as `save` does; a scheduled revision that fails is unscheduled."""
        petition, options = revision.as_object(), scheduling.with_publisher(revision, user, options)
        with scheduling.or_take_off(self, revision, options, action="petition.unscheduled"):
            translation_guard.require_translation(petition)
            if not petition.is_scheduled:
                petition.require_reason()
                versions.record(petition, by=options["user"])
            super().publish(revision, *args, **options)

    @property
    def is_scheduled(self) -> bool:
        """Whether publishing now would only schedule the petition."""
        return self.go_live_at is not None and self.go_live_at > timezone.now()

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Raise HasSignatures if people have signed: they must find the letter where it was."""
        if self.tally.is_signed:
            raise HasSignatures
        super().unpublish(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise HasSignatures if protected; ProtectedError for an original with translations."""
        with transaction.atomic():
            if self.is_protected:
                raise HasSignatures
            self.own_versions.delete()
            if self.tally.petition_id == self.pk:
                if translations := set(self.get_translations()):
                    raise models.ProtectedError("The petition has translations.", translations)
                self.tally.delete()
            return super().delete(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "Petition":
        """Load a revision's content (RevisionMixin) with today's collection and public slug."""
        unread = dict.fromkeys(["collection", "latest_revision", "locale", "locked_by"])
        petition = super().with_content_json({**content, **unread})  # which sets today's
        petition.collection = self.collection
        petition.slug = self.slug if self.first_published_at else petition.slug
        return petition

    preview_modes = [
        ("open", _("While it is open")),
        ("closed", _("Once it has closed")),
        ("paused", _("While it is paused")),
        ("scheduled", _("Before it opens")),
        ("won", _("Once it is won")),
        ("check_your_email", _("After signing: check your email")),
        ("thanks", _("Thanks")),
    ]

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        after_signing = mode_name in ("check_your_email", "thanks")
        return f"campaigns/{mode_name if after_signing else 'petition_detail'}.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        self.preview_in(mode_name)
        return {**super().get_preview_context(request, mode_name), **self.step_context()}

    def step_context(self) -> dict[str, Any]:
        return {"petition": self, "texts": self.texts}


@lru_cache(maxsize=1000)
def url_path_of(name: str, slug: str, language: str) -> str:
    with translation.override(language):
        return reverse(name, args=[slug])


def fetch_tallies(petitions: Iterable[Petition]) -> list[Petition]:
    """Load the tallies of all these petitions with one query; return the petitions."""
    petitions, fetched = list(petitions), Tally.objects.select_related("petition", "survey")
    keys = {petition.translation_key for petition in petitions}
    found = fetched.in_bulk(keys, field_name="translation_key")
    for petition in petitions:
        petition.tally = found[petition.translation_key]
    return petitions
