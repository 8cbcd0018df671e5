"""What translators type is kept by wagtail-localize until they publish: here it becomes words.

No service translates anything by itself.
"""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import gettext as _
from wagtail.models import Page, TranslatableMixin
from wagtail.whitelist import check_url
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation

from campaigns.petitions.petition import Petition


def translation_of(instance: TranslatableMixin) -> Translation | None:
    """The translation that makes this page or petition, unless it was stopped."""
    return (
        Translation.objects.filter(
            source__object=instance.translation_key,
            target_locale=instance.locale_id,
            enabled=True,
        )
        .select_related("source", "target_locale")
        .first()
    )


def newest(petition: Petition) -> Petition:
    """The petition as it would be published now, with what its translator typed last."""
    if translation := translation_of(petition):
        return translation.source.get_ephemeral_translated_instance(
            translation.target_locale, fallback=True
        )
    return petition.get_latest_revision_as_object()


def take_over(instance: Page | Petition, *, by: Model) -> None:
    """Make a draft of what the translator typed last, if there is a translator.

    Raises ValidationError where a text does not fit its field.
    """
    if translation := translation_of(instance):
        translation.save_target(user=by, publish=False)


@receiver(post_save, sender=StringTranslation)
@receiver(post_save, sender=SegmentOverride)
def examine(sender: type, instance: Model, update_fields: Any = None, **kwargs: Any) -> None:
    """Marks what must not reach a page as wagtail-localize does: its translator sees why, and the
    page goes on with the original."""
    if update_fields and not {"data", "data_json"} & set(update_fields):
        return
    said = trouble(instance)
    if (instance.has_error, instance.field_error) != (bool(said), said):
        instance.has_error, instance.field_error = bool(said), said
        sender.objects.filter(pk=instance.pk).update(has_error=bool(said), field_error=said)


def trouble(typed: StringTranslation | SegmentOverride) -> str:
    """What is wrong with it, or nothing."""
    if isinstance(typed, SegmentOverride):
        is_unsafe = isinstance(typed.data, str) and check_url(typed.data) is None
        return _("This web address cannot be used as a link.") if is_unsafe else ""
    # Where wagtail-localize sees a comment, browsers may see a picture: "<!--><img …>-->".
    is_hidden = "<!" in typed.data or "<?" in typed.data
    return (
        _("The text contains formatting that cannot be stored. Please retype it.")
        if is_hidden
        else ""
    )
