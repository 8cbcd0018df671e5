"""Refuse the files and the draft petitions of other teams in forms: choosers do not offer them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.forms import BoundField, ModelChoiceField, ModelForm
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex, Revision
from wagtail.permissions import policy_registry
from wagtail.rich_text import RichText

from campaigns.blocks.story import parts

# A link to a document in rich text, and its key.
LINK = re.compile(r'<a\b(?=[^>]*\slinktype="document")([^>]*)\sid="([^"]*)"')
SEEN = ("choose", "add", "change", "delete")  # Whoever may do one of these sees a file in the CMS.
NOT_OWN = _(
    "This shows a document or a picture that you may not choose. Please choose another one, or ask "
    "somebody who may."
)
NOT_PUBLISHED = _("This petition belongs to another team and is not published yet.")


class OwnField(BoundField):
    """A field that shows again what was sent, without the objects that the user may not choose.

    A chooser shows the title of the object, and of a picture the picture itself.
    """

    form: Any  # It has `is_of_others`.

    def value(self) -> Any:
        value = super().value()
        if not self.form.is_bound:
            return value
        if isinstance(self.field, ModelChoiceField) and self.field.queryset is not None:
            chosen = found(self.field.queryset.model, value)
            return None if chosen and self.form.is_of_others(chosen) else value
        take_out(value, self.form.is_of_others)
        return value


class OwnFiles(ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A mixin for Wagtail's forms of what shows files.

    Otherwise anybody could read another team's document by putting its primary key into the form of
    something of their own. What any version of the object showed may be shown again: a colleague's
    file that was taken out and is put back, or an older version that becomes the newest.
    """

    for_user: Any = None  # Wagtail's forms set it.
    bound_field_class = OwnField

    def is_of_others(self, chosen: Model) -> bool:
        """Return whether the user may not choose this object here, if it is a file."""
        if not isinstance(chosen, file_models()) or not self.for_user:
            return False
        file = type(chosen), str(chosen.pk)
        return not (may_see(self.for_user, chosen) or self.has_shown(file))

    def has_shown(self, file: tuple[type[Model], str]) -> bool:
        return any(file in files_in(version) for version in versions(self.instance, file[1]))

    def _post_clean(self) -> None:
        """Compare the object with what it was: Django puts the input into it here."""
        before = files_in(self.instance)
        super()._post_clean()  # type: ignore[misc]  # the stubs of Django lack it
        for file, field in files_in(self.instance).items():
            if file in before or not self.for_user or may_choose(self.for_user, *file):
                continue
            if not self.has_shown(file):
                self.add_error(field if field in self.fields else None, NOT_OWN)
                if isinstance(getattr(self.instance, field), Model):
                    setattr(self.instance, field, None)  # A panel may describe the picture.


class OwnPetitions(OwnFiles):
    """A mixin for the forms of pages, which also refuses the draft petitions of other teams.

    Otherwise anybody could read another team's draft by putting its primary key into the form of a
    page and opening the preview.
    """

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("petition", "body"):
            if any(map(self.is_draft_of_others, petitions_in(data.get(name)))):
                self.add_error(name, NOT_PUBLISHED)
        return data

    def is_of_others(self, chosen: Model) -> bool:
        return super().is_of_others(chosen) or self.is_draft_of_others(chosen)

    def is_draft_of_others(self, chosen: Model) -> bool:
        if not petitions_in(chosen) or chosen.live or not self.for_user:
            return False
        # What the stored page shows may stay. A petition that `clean` refuses never gets here.
        shown = [getattr(self.instance, name, None) for name in ("petition", "body")]
        is_present = any(chosen in petitions_in(value) for value in shown)
        # The method is defined in campaigns.cms.permissions, a layer above.
        sees = policy_registry.get(chosen).user_sees
        return not (is_present or sees(self.for_user, chosen))


def petitions_in(value: Any) -> list[Any]:
    model = apps.get_model("campaigns", "Petition")
    return [part for part in parts(value) if isinstance(part, model)]


def files_in(row: Model) -> dict[tuple[type[Model], str], str]:
    """Return the model and the key of each file that an object shows, with the field's name."""
    models = {ContentType.objects.get_for_model(each).pk: each for each in file_models()}
    # Wagtail has no public method that reads the references of an unsaved object.
    references = ReferenceIndex._extract_references_from_object(row)
    return {
        (models[kind], key): path.partition(".")[0]
        for kind, key, path, _content in references
        if kind in models
    }


def versions(row: Model, word: str) -> Iterator[Model]:
    """Yield an object as it is stored, and then its versions with a word, the newest first."""
    if row.pk is None:
        return
    yield from type(row)._default_manager.filter(pk=row.pk)
    revisions = Revision.objects.for_instance(row).alias(text=Cast("content", TextField()))
    for revision in revisions.filter(text__contains=word).order_by("-created_at", "-pk"):
        yield revision.as_object()


def file_models() -> tuple[type[Model], type[Model]]:
    return get_image_model(), get_document_model()


def take_out(value: Any, is_unwanted: Callable[[Model], bool]) -> None:
    """Take objects out of the blocks of a value, and documents out of the links in its texts."""

    def broken(link: re.Match[str]) -> str:
        document = found(get_document_model(), link[2])
        return f'<a{link[1]} id="0"' if document and is_unwanted(document) else link[0]

    for part in parts(value):
        if isinstance(part, dict):
            chosen = {name: each for name, each in part.items() if isinstance(each, Model)}
            part.update({name: None for name, each in chosen.items() if is_unwanted(each)})
        elif isinstance(part, RichText):
            part.source = LINK.sub(broken, part.source)


def found(model: type[Model], key: Any) -> Model | None:
    """Return the object with a key that was sent; None if there is none."""
    try:
        return model._default_manager.filter(pk=key).first()  # “+12” and “012” are keys, too.
    except (TypeError, ValueError):
        return None


def may_choose(user: Any, model: type[Model], key: str) -> bool:
    """Return whether a user sees a file in the CMS, or there is no file with this key."""
    file = found(model, key)
    return file is None or may_see(user, file)


def may_see(user: Any, file: Model) -> bool:
    return bool(policy_registry.get(file).user_has_any_permission_for_instance(user, SEEN, file))
