"""The definitions of blocks that editors' browsers get are Wagtail's own, and are packed once."""

import re

from django.apps import apps
from django.utils import translation
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.blocks.base import BlockWidget
from wagtail.fields import StreamField

LANGUAGES = ("en", "ru", "ar")
# Ids of the items and paragraphs of a new block. They must be unique only within one block.
NEW_ID = re.compile(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\\"key\\": \\")\w{5}')


def streams() -> list[StreamField]:
    return [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
    ]


def told(widget: BlockWidget) -> tuple[str, str]:
    return NEW_ID.sub("", widget.block_json), str(widget.media)


def test_each_form_is_told_of_blocks_in_its_language_and_they_are_packed_once(monkeypatch):
    forms, wagtail, again = {}, {}, {}

    for language in LANGUAGES:
        with translation.override(language):
            for field in streams():
                forms[field, language] = told(formfield_for_dbfield(field).widget)
                wagtail[field, language] = told(BlockWidget(field.stream_block))
    monkeypatch.delattr(BlockWidget, "_build_block_json")
    for field, language in forms:
        with translation.override(language):
            again[field, language] = told(formfield_for_dbfield(field).widget)

    assert forms == wagtail
    assert again == forms
    for field in streams():
        assert len({forms[field, language] for language in LANGUAGES}) == len(LANGUAGES), field
