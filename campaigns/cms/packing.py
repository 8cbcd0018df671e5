"""Block definitions of StreamFields for the editor's browser, packed once for each language.

Wagtail packs them again for each form that it shows: a template for each input of each block. The
result depends on the language alone.
"""

from django.utils.translation import get_language
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.telepath import JSContext
from wagtail.blocks.base import BlockWidget
from wagtail.fields import StreamField

_packed: dict[tuple[StreamField, str | None], tuple[JSContext, str]] = {}


class PackedOnce(BlockWidget):
    """The widget of a StreamField, whose blocks do not change while the process runs."""

    def __init__(self, field: StreamField) -> None:
        super().__init__(field.stream_block)
        self.field = field

    def _build_block_json(self) -> None:
        key = self.field, get_language()
        if key not in _packed:
            super()._build_block_json()
            _packed[key] = self._js_context, self._block_json
        self._js_context, self._block_json = _packed[key]


def register() -> None:
    """Use this widget for the StreamFields in all forms of the CMS."""
    register_form_field_override(StreamField, override=lambda field: {"widget": PackedOnce(field)})
