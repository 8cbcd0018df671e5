"""A petition in several languages: its translated texts and its rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from wagtail.models import Locale, Revision, TranslatableMixin
from wagtail_localize.fields import TranslatableField

from campaigns import slugs
from campaigns.paragraphs import one_line
from campaigns.petitions.tally import Tally
from campaigns.petitions.texts import STEPS, default_consent

LETTER = ["title", "ask", "salutation", "opening", "demands", "close", "targets", "consent"]
WORDS = [*LETTER, *STEPS, "thanks_blocks", "questions"]


class InLanguages(TranslatableMixin):
    """The translated texts of a petition. Settings are read from the original instead."""

    # Attributes of the petition that uses this mixin.
    tally: Tally
    title: str
    slug: str
    consent: str
    live: bool
    has_unpublished_changes: bool
    live_revision: Revision | None
    live_revision_id: int | None
    first_published_at: datetime | None
    last_published_at: datetime | None
    collection_id: int | None

    translatable_fields = [TranslatableField(name) for name in WORDS]

    class Meta:
        abstract = True

    @classmethod
    def in_all_languages(cls, keys: Iterable[object]) -> models.QuerySet[Self]:
        """Return petitions and their translations, in the order in which they are locked.

        It is always the same, which prevents deadlocks.
        """
        same = cls._default_manager.filter(pk__in=keys).values("translation_key")
        return cls._default_manager.filter(translation_key__in=same).order_by("pk")

    def clean_fields(self, *args: Any, **kwargs: Any) -> None:
        self.title = one_line(self.title)
        super().clean_fields(*args, **kwargs)

    def begin_in(self, locale: Locale) -> None:
        """Make a new row a draft in this language, with the consent of the language.

        The model's default for the consent is in the language in which a user reads the CMS.
        """
        self.locale, self.consent = locale, default_consent(locale.language_code)
        self.live, self.has_unpublished_changes = False, True

    def settle_names(self) -> None:
        """Bring the title into one line; set a locale and a slug on a new petition without them."""
        self.title = one_line(self.title)
        if self.locale_id is None:
            self.locale = self.get_default_locale()
        self.slug = self.slug or self.free_slug()

    def free_slug(self, stem: str = "") -> str:
        """Return a slug made from the stem that no other petition in the language has.

        The stem is the title unless another is given.
        """
        others: models.QuerySet[Any] = type(self)._default_manager.exclude(pk=self.pk)
        there = others.filter(locale=self.locale)
        return slugs.free_slug(stem or self.title, among=there, fallback="petition")

    @property
    def is_translation(self) -> bool:
        return self.pk is not None and self.tally.petition_id != self.pk

    @property
    def is_protected(self) -> bool:
        """Whether people have signed it: an original, or a translation that was ever published."""
        return self.tally.is_signed and (not self.is_translation or self.own_versions.exists())

    @property
    def own_versions(self) -> models.QuerySet[Any]:
        """The versions in the petition's language; for an original, those in all languages."""
        versions: models.QuerySet[Any] = self.tally.versions.all()
        return versions.filter(locale=self.locale_id) if self.is_translation else versions

    def is_draft_of_live(self) -> bool:
        """Return whether wagtail-localize is saving a draft over the row that the public reads.

        wagtail-localize sets `live` to False and saves the row before it makes a revision.
        Unpublishing differs from that, since it empties `live_revision` as well.
        """
        if self.live or not self.is_translation:
            return False
        rows: models.QuerySet[Any] = type(self)._default_manager.filter(pk=self.pk)
        row = rows.filter(live=True).values("live_revision").first()
        return row is not None and row["live_revision"] == self.live_revision_id is not None

    def copy_for_translation(self, *args: Any, **kwargs: Any) -> Self:
        """Return an unsaved draft in another language; extends Wagtail's TranslatableMixin.

        Its slug is made from the original's, since a petition in that language may have the same.
        """
        copy: Self = super().copy_for_translation(*args, **kwargs)
        copy.slug = copy.free_slug(self.slug)
        copy.live, copy.has_unpublished_changes = False, True
        copy.live_revision = copy.first_published_at = copy.last_published_at = None
        # wagtail-localize copies the collection in which the petition was when the translation
        # began.
        copy.collection_id = self.tally.petition.collection_id
        return copy
