"""The guard on publishing a translation: none is published while one of its texts is missing."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from wagtail.fields import StreamField
from wagtail_localize.models import StringTranslation
from wagtail_localize.strings import StringValue

from campaigns.petitions.languages import WORDS, InLanguages


class Untranslated(ValidationError):
    """Texts of this language are missing, so the translation cannot be published yet."""


def untranslated(petition: InLanguages) -> list[str]:
    """The names of the fields that are not translated: empty, or the same as in the original.

    A text that is the same in both languages is not missing if the translator has typed it.
    """
    if not petition.is_translation:
        return []
    ours = {name: texts(petition, name) for name in WORDS}
    theirs = {name: texts(petition.tally.petition, name) for name in WORDS}
    same = {name: set(ours[name]) & set(theirs[name]) for name in WORDS if name != "targets"}
    typed = typed_as_in_the_original(petition) if any(same.values()) else set()
    return [
        name
        for name in WORDS
        if len(ours[name]) < len(theirs[name]) or same.get(name, set()) - typed
    ]


def typed_as_in_the_original(petition: InLanguages) -> set[str]:
    rows = StringTranslation.objects.filter(
        context__object=petition.translation_key,
        locale=petition.locale_id,
        has_error=False,
        data=models.F("translation_of__data"),
    )
    return {StringValue(data).render_text().strip() for data in rows.values_list("data", flat=True)}


def require_translation(petition: InLanguages) -> None:
    """Raise Untranslated, with the names of the fields, if any text is missing."""
    if names := untranslated(petition):
        message = gettext("This is not translated yet.")
        raise Untranslated({name: [message] for name in names})


def texts(petition: InLanguages, name: str) -> list[str]:
    """The texts of one field, one for each block of a stream; an empty list for an empty field."""
    value = getattr(petition, name)
    if isinstance(petition._meta.get_field(name), StreamField):
        value = [block.value["name"] if name == "targets" else block.value for block in value]
    else:
        value = [value]
    return [text.strip().replace("\r\n", "\n") for text in value if text.strip()]
