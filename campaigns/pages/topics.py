"""Topics: what campaigns and articles are about, the same in all their languages."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Replace
from django.db.models.signals import pre_delete
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.models import Revision, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField
from wagtail_localize.models import StringSegment, StringTranslation

from campaigns.blocks.story import fetch_renditions
from campaigns.finding.plain_names import PlainColumn
from campaigns.original_languages import originals

if TYPE_CHECKING:
    from campaigns.pages.images import CustomImage

T = TypeVar("T", bound="Topical")


class Topic(TranslatableMixin, models.Model):
    """A topic in one language; a topic without a translation is not shown in that language."""

    title = models.CharField(_("title"), max_length=60)
    slug = models.SlugField(
        _("web address"),
        max_length=60,
        blank=True,
        help_text=_(
            "The name of the topic in the web addresses of the search. If empty, it is made "
            "from the title."
        ),
    )

    translatable_fields = [
        TranslatableField("title"),
        SynchronizedField("slug", overridable=False),
    ]
    panels = [FieldPanel("title"), FieldPanel("slug")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "slug"], name="one_topic_an_address")
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Set a slug if there is none, and check that it is unique in its language.

        Django's form does not check the constraint, since the constraint includes the locale, and
        the locale is not a field of the form.
        """
        super().clean()
        self.slug = self.slug or slugify(anyascii(self.title))[:60] or "topic"
        locale = self.locale_id or self.get_default_locale().pk
        others = Topic.objects.exclude(pk=self.pk).filter(locale=locale, slug=self.slug)
        if others.exists():
            raise ValidationError({"slug": _("Another topic has this web address.")})


def translated(topics: QuerySet[Topic]) -> QuerySet[Topic]:
    """Leave out the topics that were sent to be translated and still have the original's title.

    wagtail-localize creates them with that title. A translator can type the same title on purpose.
    The topics are in alphabetical order.
    """
    title = Replace(OuterRef("title"), Value("&"), Value("&amp;"))  # as wagtail-localize stores it
    sent = StringSegment.objects.filter(
        source__object=OuterRef("translation_key"),
        source__translations__target_locale=OuterRef("locale"),
        source__translations__enabled=True,
        string__data=title,
    )
    typed = StringTranslation.objects.filter(
        context__object=OuterRef("translation_key"),
        locale=OuterRef("locale"),
        has_error=False,
        data=title,
    )
    known = topics.exclude(Exists(sent), ~Exists(typed))
    return known.order_by(PlainColumn("title"), "title")


class Topical(models.Model):
    """A page with topics. They are chosen on the original page and apply to all its translations.

    The field is a ParentalManyToManyField, because that is part of drafts, revisions, copies and
    aliases. wagtail-localize does not copy such a field to translations by default; when configured
    to copy it, it never removes a topic again. This does no harm: as with the settings of a
    petition, only the original's row is read.
    """

    # Attributes of the page class that uses this mixin.
    locale_id: int
    translation_key: UUID
    listing_image: "CustomImage | None"

    topics = ParentalManyToManyField(
        Topic, verbose_name=_("topics"), blank=True, related_name="%(class)ss"
    )

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        pre_delete.connect(hand_on, sender=cls)

    @property
    def is_translation(self) -> bool:
        """Whether this page was translated from another. The original is the oldest row."""
        return self.pk is not None and not originals(type(self)).filter(pk=self.pk).exists()

    @cached_property
    def shown_topics(self) -> list[Topic]:
        """The page's topics in its own language; a draft shows the topics of the draft."""
        if self.is_translation:
            return with_topics([self])[0].shown_topics
        return [topic for topic in self.topics.all() if topic.locale_id == self.locale_id]


def hand_on(sender: type[models.Model], instance: Topical, **kwargs: Any) -> None:
    """Hand the topics of an original that is being deleted to the page that becomes the original.

    A receiver of Django's signal, which is also sent for each page below a deleted page.
    """
    same = sender._default_manager.filter(translation_key=instance.translation_key)
    heir: Any = same.exclude(pk=instance.pk).order_by("pk").first()
    if heir is None or instance.is_translation:
        return
    heir.topics = heir.shown_topics
    heir.save(clean=False, update_fields=["topics"])
    topics = heir.serializable_data()["topics"]
    for revision in Revision.objects.for_instance(heir):
        content = revision.content | {"topics": topics}
        # Revision.save() would make an old revision the page's newest one.
        Revision.objects.filter(pk=revision.pk).update(content=content)


def with_topics(pages: Iterable[T]) -> list[T]:
    """Set `shown_topics` on all the pages. Makes two queries for pages of one class."""
    pages = list(pages)
    chosen: dict[UUID, set[UUID]] = defaultdict(set)
    for model in {type(page) for page in pages}:
        rows = originals(model).filter(
            translation_key__in=[page.translation_key for page in pages], topics__isnull=False
        )
        for key, topic in rows.values_list("translation_key", "topics__translation_key"):
            chosen[key].add(topic)
    all_topics = Topic.objects.filter(
        translation_key__in=set().union(*chosen.values()),
        locale__in={page.locale_id for page in pages},
    )
    topics = list(translated(all_topics))
    for page in pages:
        page.shown_topics = [
            topic
            for topic in topics
            if topic.locale_id == page.locale_id
            and topic.translation_key in chosen[page.translation_key]
        ]
    return pages


def for_cards(pages: Iterable[T]) -> list[T]:
    """Return the pages with what their cards in a list show, with a fixed number of queries.

    These are their topics, and the renditions of their pictures.
    """
    found = with_topics(pages)
    images = [image for page in found if (image := page.listing_image)]
    if images:
        fetch_renditions(images)
    return found
