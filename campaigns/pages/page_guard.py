"""Guard the publishing of translated pages: no page is published half translated."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from wagtail.models import Page

from campaigns.original_languages import original_of
from campaigns.paragraphs import with_commas
from campaigns.petitions import translating, translation_guard

# On a page that was translated without wagtail-localize, a text with at least this many words that
# equals the original's counts as untranslated; a shorter one may be a name.
BY_HAND = 4


def untranslated(page: Page) -> list[str]:
    """Return the labels of the fields that still have the original's text, or its petition.

    Return [] for an original, and for an alias, which has no texts of its own.
    """
    original = original_of(page)
    if original is None or page.alias_of_id:
        return []
    # Without wagtail-localize, nobody can declare that a text is the same on purpose.
    shortest = 1 if translating.translation_of(page) else BY_HAND
    names = translation_guard.same_as(original, page, shortest=shortest)
    petition = getattr(page, "petition", None)
    if petition and petition.locale_id != page.locale_id:
        names.add("petition")
    fields = [field for field in page._meta.get_fields() if field.name in names]
    return [str(getattr(field, "verbose_name", field.name)) for field in fields]


def missing(page: Page) -> list[str]:
    """Return the untranslated fields of the newest draft, with its translator's latest texts."""
    return untranslated(translating.newest(page))


def require_translation(page: Page) -> None:
    """Raise ValidationError if a text is not translated."""
    if names := untranslated(page):
        text = gettext("Still to be translated: %(fields)s.")
        raise ValidationError(text % {"fields": with_commas(names)})
