"""Translations of pages and petitions that wagtail-localize stores until they are published.

People translate the texts; no translation service is used.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import CharField, Field
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, TranslatableMixin
from wagtail.whitelist import check_url
from wagtail_localize.models import (
    SegmentOverride,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.strings import StringValue

from campaigns.paragraphs import MARK, ParagraphsField
from campaigns.petitions.petition import Petition
from campaigns.petitions.texts import NEVER_FILLED_IN, STEPS, never_filled_in

Typed = StringTranslation | SegmentOverride
Draft = TypeVar("Draft", Page, Petition)


def translation_of(instance: TranslatableMixin) -> Translation | None:
    """Return the enabled translation that produces this page or petition; None without one."""
    return (
        Translation.objects.filter(
            source__object=instance.translation_key,
            target_locale=instance.locale_id,
            enabled=True,
        )
        .select_related("source", "target_locale")
        .first()
    )


def has_errors(instance: TranslatableMixin) -> bool:
    """Return whether a text was typed for this translation that cannot be used."""
    if not (translation := translation_of(instance)):
        return False
    typed = translation.source.stringsegment_set.get_translations(translation.target_locale)
    return bool(typed.filter(has_error=True).exists())


def changed_by_others(instance: Page | Petition, *, since: datetime, than: User) -> bool:
    """Return whether others have changed a translation's texts or its original, as it was sent."""
    translation = translation_of(instance)
    if not translation:
        return False
    here = {"context__object": instance.translation_key, "locale": instance.locale_id}
    return translation.source.last_updated_at > since or any(
        model.objects.filter(**here, updated_at__gt=since).exclude(last_translated_by=than).exists()
        for model in (StringTranslation, SegmentOverride)
    )


def newest(instance: Draft) -> Draft:
    """Return the page or petition as it would be published, with its translator's latest texts."""
    if translation := translation_of(instance):
        version: Draft = translation.source.get_ephemeral_translated_instance(
            translation.target_locale, fallback=True
        )
        if isinstance(version, Page) and version.slug != instance.slug:
            version.slug = free_slug(instance, version.slug)
    else:
        version = instance.get_latest_revision_as_object()
    return version


def free_slug(page: Page, slug: str) -> str:
    """Return the slug of the original as the translated page can have it.

    wagtail-localize chooses the same slug when it publishes. A slug without Latin letters stays as
    it is.
    """
    wanted = slugify(slug) or page.slug
    return str(find_available_slug(page.get_parent(), wanted, ignore_page_id=page.pk))


def take_over(instance: Page | Petition, *, by: User) -> None:
    """Make a draft with the translator's latest texts, if this is a translation.

    Raises ValidationError if a text does not fit into its field. The row that the public reads does
    not change: wagtail-localize itself would save the draft of a page over it.
    """
    if not (translation := translation_of(instance)):
        return
    if isinstance(instance, Page):
        page = newest(instance)
        page.full_clean()
        page.save_revision(user=by)
    else:
        newest(instance).full_clean()
        translation.save_target(user=by, publish=False)


@receiver(post_save, sender=StringTranslation)
@receiver(post_save, sender=SegmentOverride)
def examine(
    sender: type[Typed], instance: Typed, update_fields: Iterable[str] | None = None, **kwargs: Any
) -> None:
    """Mark a text that must not reach a page, in the way in which wagtail-localize marks errors.

    The translator then sees the reason, and the page uses the text of the original.
    """
    if update_fields and not {"data", "data_json"} & set(update_fields):
        return
    error = error_in(instance)
    if (instance.has_error, instance.field_error) != (bool(error), error):
        instance.has_error, instance.field_error = bool(error), error
        sender.objects.filter(pk=instance.pk).update(has_error=bool(error), field_error=error)


def field_of(typed: StringTranslation) -> "Field[Any, Any] | None":
    """Return the field that contains the text, alone or in a paragraph or a block."""
    if typed.context is None:
        return None
    # The content type of the object is that of Wagtail's own Page model for every page.
    source = TranslationSource.objects.filter(object=typed.context.object_id).first()
    model = source and source.specific_content_type.model_class()
    name = typed.context.path.split(".")[0]
    fields = model._meta.concrete_fields if model else ()
    return next((field for field in fields if field.name == name), None)


def misfit(field: "Field[Any, Any]", text: str) -> str:
    """Return why the field does not accept the text, such as its length; "" if it does."""
    text = StringValue(text).render_text()
    try:
        field.run_validators(text)
    except ValidationError as error:
        return " ".join(error.messages)
    return _("This text has to be in one line.") if {"\r", "\n"} & {*text} else ""


def error_in(typed: Typed) -> str:
    """Return what is wrong with the text; "" if nothing is."""
    if isinstance(typed, SegmentOverride):
        is_unsafe = isinstance(typed.data, str) and check_url(typed.data) is None
        return _("This web address cannot be used as a link.") if is_unsafe else ""
    field = field_of(typed)
    if MARK in typed.data and not isinstance(field, ParagraphsField):
        return _("A new paragraph cannot begin here.")
    if isinstance(field, CharField) and (reason := misfit(field, typed.data)):
        return reason
    name = typed.context.path if typed.context else ""
    if name in STEPS and (found := never_filled_in(name, typed.data)):
        return str(NEVER_FILLED_IN % {"placeholder": found[0]})
    # In some markup wagtail-localize sees a comment where browsers see an image: "<!--><img …>-->".
    is_hidden = "<!" in typed.data or "<?" in typed.data
    return (
        _("The text contains formatting that cannot be stored. Please retype it.")
        if is_hidden
        else ""
    )
