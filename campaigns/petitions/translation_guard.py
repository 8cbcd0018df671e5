"""Guard the publishing of translations: none is published while one of its texts is missing."""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin
from wagtail_localize.models import StringSegment, StringTranslation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.strings import StringValue

from campaigns.paragraphs import has_letters, paragraphs
from campaigns.petitions.languages import WORDS, InLanguages

# Fields, and parts of a block, that may be the same in every language: names of people.
NAMES = {"attribution", "credit", "targets"}


class Untranslated(ValidationError):
    """Some texts in this language are missing, so the translation cannot be published yet."""


def untranslated(petition: InLanguages) -> list[str]:
    """Return the names of untranslated fields: those that are empty or as in the original.

    A text that is the same in both languages is not missing if the translator has typed it.
    """
    if not petition.is_translation:
        return []
    original: InLanguages = petition.tally.petition
    same = same_as(original, petition)
    return [name for name in WORDS if name in same or size(petition, name) < size(original, name)]


def require_translation(petition: InLanguages) -> None:
    """Raise Untranslated, with the names of the fields, if any text is missing."""
    if names := untranslated(petition):
        message = gettext("This is not translated yet.")
        raise Untranslated({name: [message] for name in names})


def size(petition: InLanguages, name: str) -> int:
    """Return the number of blocks in a stream; for a string, 1, or 0 if it is empty."""
    value = getattr(petition, name)
    return int(bool(value.strip())) if isinstance(value, str) else len(value)


def same_as(original: Model, translation: TranslatableMixin, *, shortest: int = 1) -> set[str]:
    """Return the fields with an untranslated paragraph of at least `shortest` words.

    The paragraphs are compared with those of the current original and of the original that was
    submitted for translation, since untranslated paragraphs are copied from the latter.
    """
    theirs = by_field(original)
    for name, found in sent(translation).items():
        theirs[name] |= found
    same = {
        name: here & theirs[name] for name, here in by_field(translation).items() if name in theirs
    }
    typed = typed_as_in_the_original(translation) if any(same.values()) else set()
    return {
        name
        for name, found in same.items()
        if any(len(each.split()) >= shortest for each in found - typed)
    }


def by_field(instance: Model) -> dict[str, set[str]]:
    """Return the paragraphs that must be translated, by the name of their field."""
    found: dict[str, set[str]] = defaultdict(set)
    for field in instance._meta.concrete_fields:
        if isinstance(field, StreamField):
            # Give new blocks their ids. Values set since the stream was read are written to its raw
            # data as well, where wagtail-localize looks for the alternative texts of images.
            block = field.stream_block
            raw = block.get_prep_value(field.value_from_object(instance))
            setattr(instance, field.name, block.to_python(raw))
    for segment in extract_segments(instance):
        if isinstance(segment, StringSegmentValue):
            add(found, segment.path, segment.string)
    return found


def sent(translation: TranslatableMixin) -> dict[str, set[str]]:
    """Return the original's paragraphs by field, as wagtail-localize stored them."""
    found: dict[str, set[str]] = defaultdict(set)
    segments = StringSegment.objects.filter(source__object=translation.translation_key)
    others = segments.exclude(source__locale=translation.locale_id)
    for path, data in others.values_list("context__path", "string__data"):
        add(found, path, StringValue(data))
    return found


def add(found: dict[str, set[str]], path: str, text: StringValue) -> None:
    parts = path.split(".")
    if not {parts[0], parts[-1]} & NAMES:
        found[parts[0]].update(filter(has_letters, paragraphs(text.render_text())))


def typed_as_in_the_original(translation: TranslatableMixin) -> set[str]:
    """Return the paragraphs that a translator has typed and that equal the original's."""
    rows = StringTranslation.objects.filter(
        context__object=translation.translation_key,
        locale=translation.locale_id,
        has_error=False,
    )
    found = set()
    for typed, original in rows.values_list("data", "translation_of__data"):
        ours, theirs = (paragraphs(StringValue(data).render_text()) for data in (typed, original))
        if ours == theirs:
            found.update(ours)
    return found
