"""What translators type is kept by wagtail-localize until they publish: here it becomes words.

No service translates anything by itself.
"""

from django.db.models import Model
from wagtail.models import Page, TranslatableMixin
from wagtail_localize.models import Translation

from campaigns.models.petition import Petition


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
