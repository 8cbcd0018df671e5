"""Exporting with a preset: the screen asks only for the purpose."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from campaigns.cms.presets import saving
from campaigns.cms.signatures import earlier_exports
from campaigns.cms.signatures.export_screen import ExportView, OneShapeForm
from campaigns.exports.presets import ExportPreset
from campaigns.exports.rows import heading
from campaigns.exports.shapes import Shape
from campaigns.paragraphs import Text


class PresetExportView(ExportView):
    """Export, as the preset says, what the list shows with the same query."""

    form_class = OneShapeForm
    is_open = False
    preset: ExportPreset

    def offered(self, *, pk: int) -> list[Shape]:
        """Return the shape of the preset, or none if the user may not export it.

        Raise Http404 if the user cannot see the preset.
        """
        self.preset = get_object_or_404(saving.visible_to(self.request.user), pk=pk)
        self.format, self.is_new = self.preset.format, self.preset.is_new
        if self.obstacle():
            return []
        return [saving.shape_of(self.preset)]

    def obstacle(self) -> Text:
        """Return why the user cannot use this preset; "" if they can."""
        return saving.obstacle(self.request.user, self.preset)

    def nothing_to_do(self) -> Text:
        return self.obstacle() or super().nothing_to_do()

    def title(self) -> str:
        return self.preset.name

    def kind(self, shape: Shape) -> str:
        return earlier_exports.mark(f"preset {self.preset.pk}", self.filters)

    def beside(self) -> dict[str, Any]:
        """Return the preset, its columns, and its description in words."""
        [shape] = self.shapes.values()
        return {
            "preset": self.preset,
            "preset_columns": [heading(name) for name in shape.cells],
            "preset_words": saving.in_words(self.preset),
        }

    def wanted(self, form: forms.Form) -> Shape:
        [shape] = self.shapes.values()
        return shape


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    view = PresetExportView.as_view()
    return [path("signatures/export/presets/<int:pk>/", view, name="export_preset")]
