"""Refuse the documents and pictures of other teams in forms: choosers do not offer them."""

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex, Revision
from wagtail.permissions import policy_registry

SEEN = ("choose", "add", "change", "delete")  # Whoever may do one of these sees a file in the CMS.
NOT_OWN = _(
    "This shows a document or a picture that you may not choose. Please choose another one, or ask "
    "somebody who may."
)


class OwnFiles(ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A mixin for Wagtail's forms of what shows files.

    Otherwise anybody could read another team's document by putting its primary key into the form of
    something of their own. What any version of the object showed may be shown again: a colleague's
    file that was taken out and is put back, or an older version that becomes the newest.
    """

    for_user: Any = None  # Wagtail's forms set it.

    def _post_clean(self) -> None:
        """Compare the object with what it was: Django puts the input into it here."""
        before = files_in(self.instance)
        super()._post_clean()  # type: ignore[misc]  # the stubs of Django lack it
        for file, field in files_in(self.instance).items():
            if file in before or not self.for_user or may_choose(self.for_user, *file):
                continue
            if not any(file in files_in(version) for version in versions(self.instance, file[1])):
                self.add_error(field if field in self.fields else None, NOT_OWN)


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


def may_choose(user: Any, model: type[Model], key: str) -> bool:
    """Return whether a user sees a file in the CMS, or there is no file with this key."""
    try:
        file = model._default_manager.filter(pk=key).first()  # “+12” and “012” are keys, too.
    except ValueError:
        return True
    return file is None or may_see(user, file)


def may_see(user: Any, file: Model) -> bool:
    return bool(policy_registry.get(file).user_has_any_permission_for_instance(user, SEEN, file))
