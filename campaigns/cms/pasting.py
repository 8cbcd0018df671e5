"""Lists pasted as plain text, in every rich text field that offers lists."""

from typing import Any

from wagtail.admin.rich_text.editors.draftail.features import BlockFeature
from wagtail.rich_text.feature_registry import FeatureRegistry


class PastedLists(BlockFeature):
    """The list button, together with the editor plugin that converts pasted text."""

    def construct_options(self, options: dict[str, Any]) -> None:
        super().construct_options(options)
        options.setdefault("plugins", []).append({"type": "PASTED_LISTS"})


def read_pasted_lists(features: FeatureRegistry) -> None:
    button = features.plugins_by_editor["draftail"]["ul"].data
    plugin = PastedLists(button, js=["js/pasted-lists.js"])
    features.register_editor_plugin("draftail", "ul", plugin)
