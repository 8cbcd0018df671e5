"""The reason for a changed setting, as the petition's other languages show it."""

from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale


def passed_on(reason: str, *, of: int, to: int) -> str:
    """Return the reason with a sentence in the other language; "" if there is none.

    The editors wrote it in the language of the original. `of` and `to` are the primary keys of the
    two locales.
    """
    if not reason:
        return ""
    original, other = Locale.objects.get(pk=of), Locale.objects.get(pk=to)
    with translation.override(other.language_code):
        text = gettext(
            "Something that applies in all languages was changed. The reason, as the editors wrote "
            "it (%(language)s): “%(reason)s”"
        )
        return text % {"language": original, "reason": reason}
