"""Mark what a translator chose for their language and somebody has deleted since.

wagtail-localize would fail on it whenever it puts the translation together. A choice that is marked
as an error is left out, and the translation uses what the original has.
"""

import json
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, Q
from django.db.models.signals import post_delete
from django.utils.translation import gettext as _
from wagtail.blocks import ListBlock
from wagtail.blocks.field_block import ChooserBlock
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail_localize.models import SegmentOverride, TranslationContext, TranslationSource

from campaigns.appeals.appeal import Appeal


def register() -> None:
    """Listen to the deletion of whatever can be chosen for one language."""
    for model in (get_image_model(), get_document_model(), Page, Appeal):
        post_delete.connect(mark, sender=model)


def mark(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Mark each choice of the row. A receiver of Django's signal, before `instance.pk` is gone.

    A choice in a block is marked as well if that of the original was deleted: wagtail-localize
    finds the model of the choice by what the original has there.
    """
    stored = [json.dumps(instance.pk), json.dumps(str(instance.pk))]
    of_original = Q(
        context__path__contains=".",
        context__overridablesegment__data_json__in=stored,
    )
    overrides = SegmentOverride.objects.filter(Q(data_json__in=stored) | of_original)
    for override in overrides.select_related("context").distinct():
        model = override.context and chosen_model(override.context)
        if model and issubclass(model, sender):  # a field may choose pages of one class only
            reason = _(
                "What was chosen here has been deleted. The translation uses what the original "
                "has, until you choose again."
            )
            override.has_error, override.field_error = True, reason
            override.save(update_fields=["has_error", "field_error"])


def chosen_model(context: TranslationContext) -> type[Model] | None:
    """Return the model from which this field or block chooses; None if it is no chooser."""
    source = TranslationSource.objects.filter(object=context.object_id).first()
    model = source.specific_content_type.model_class() if source else None
    name, *blocks = context.field_path.split(".")
    try:
        field: Any = model._meta.get_field(name) if model else None
        if isinstance(field, StreamField):
            block: Any = field.stream_block
            for part in blocks:
                is_list = isinstance(block, ListBlock)
                block = block.child_block if is_list else block.child_blocks[part]
            return block.model_class if isinstance(block, ChooserBlock) else None
    except (FieldDoesNotExist, KeyError, AttributeError):  # since then the code has changed
        return None
    return field.related_model if isinstance(field, ForeignKey) else None
