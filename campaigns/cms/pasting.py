"""Pasted text in rich text fields: lists in plain text, and what cannot be stored."""

from collections.abc import Mapping
from typing import Any

from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.admin.rich_text.editors.draftail.features import BlockFeature, EntityFeature
from wagtail.rich_text.feature_registry import FeatureRegistry


class RichTextArea(DraftailRichTextArea):
    """Wagtail's widget, without halves of characters (lone surrogates), which PostgreSQL refuses.

    They come from programs that cut a text in the middle of an emoji. Set by
    `WAGTAILADMIN_RICH_TEXT_EDITORS`.
    """

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        html: str | None = super().value_from_datadict(data, files, name)
        return html and html.encode(errors="ignore").decode()


class PastedLists(BlockFeature):
    """The list button, together with the editor plugin that converts pasted text."""

    def construct_options(self, options: dict[str, Any]) -> None:
        super().construct_options(options)
        options.setdefault("plugins", []).append({"type": "PASTED_LISTS"})


def read_pasted_lists(features: FeatureRegistry) -> None:
    """Load the plugin with the buttons for lists and for links, of which it replaces a part."""
    buttons = features.plugins_by_editor["draftail"]
    js = ["js/pasted-lists.js"]
    features.register_editor_plugin("draftail", "ul", PastedLists(buttons["ul"].data, js=js))
    link = EntityFeature(buttons["link"].data, js=[*buttons["link"].js, *js])
    features.register_editor_plugin("draftail", "link", link)
