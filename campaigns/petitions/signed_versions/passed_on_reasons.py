"""The reasons for which a change of the original changes the petition's other languages, too."""

from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Locale


class Reason(NamedTuple):
    """Why a version is replaced; the text may be empty if only a small mistake is corrected."""

    text: str
    is_small_mistake: bool = False


def passed_on(reason: Reason, *, of: int, to: int) -> Reason:
    """Return the reason with a sentence in the other language, if it has a text.

    The editors wrote it in the language of the original. `of` and `to` are the primary keys of the
    two locales.
    """
    if not reason.text:
        return reason
    original, other = Locale.objects.get(pk=of), Locale.objects.get(pk=to)
    with translation.override(other.language_code):
        text = gettext(
            "Something that applies in all languages was changed. The reason, as the editors wrote "
            "it (%(language)s): “%(reason)s”"
        )
        return reason._replace(text=text % {"language": original, "reason": reason.text})


def of_targets(locale: int) -> Reason:
    """Return the reason if only the targets of the original, or their contacts, have changed.

    The original itself may then have no new version. `locale` is the primary key of the locale.
    """
    with translation.override(Locale.objects.get(pk=locale).language_code):
        text = gettext(
            "The targets of the original have changed, or have other contacts. On these depends "
            "whether signatures in this language are emailed to them."
        )
    return Reason(text)
