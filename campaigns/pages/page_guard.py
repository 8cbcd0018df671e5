"""The guard on publishing a page in another language: none is published half translated."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from wagtail.models import Page

from campaigns.original_languages import original_of
from campaigns.petitions import translating, translation_guard

# A text of so many words that is the same in two languages was forgotten, and is no name.
BY_HAND = 4


def untranslated(page: Page) -> list[str]:
    """The labels of the fields with a text that is still the original's; none for an original.

    An alias has no texts of its own.
    """
    original = original_of(page)
    if original is None or page.alias_of_id:
        return []
    # In a page that was written by hand nobody can say that a text is meant to be the same.
    shortest = 1 if translating.translation_of(page) else BY_HAND
    names = translation_guard.same_as(original, page, shortest=shortest)
    fields = [field for field in page._meta.get_fields() if field.name in names]
    return [str(getattr(field, "verbose_name", field.name)) for field in fields]


def missing(page: Page) -> list[str]:
    """The same of the newest draft, with the latest texts of its translator."""
    return untranslated(translating.newest(page))


def require_translation(page: Page) -> None:
    """Raise ValidationError if a text is missing."""
    if names := untranslated(page):
        text = gettext("Still to be translated: %(fields)s.")
        raise ValidationError(text % {"fields": ", ".join(names)})
