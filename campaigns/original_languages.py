"""Find the original among the translations of a page or a snippet: the oldest row."""

from typing import TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import TranslatableMixin

M = TypeVar("M", bound=models.Model)
T = TypeVar("T", bound=TranslatableMixin)


def originals(model: type[M]) -> QuerySet[M]:
    """Return the rows that are not translations: the oldest row of each translation key."""
    older = model._default_manager.filter(
        translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk")
    )
    return model._default_manager.exclude(Exists(older))


def original_of(row: T) -> T | None:
    """Return the row from which this one was translated; None if it is the original itself."""
    found = originals(type(row)).filter(translation_key=row.translation_key).first()
    return None if found == row else found
