"""The screen for choosing the columns of one shape, before they are exported or saved."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from campaigns.cms.presets.columns import ColumnsField
from campaigns.cms.screens import Button
from campaigns.cms.signatures.export_screen import NEW, ExportView, OneShapeForm, may_take
from campaigns.exports.shapes import SHAPES, Shape

SAVE = "save"


class ColumnsForm(OneShapeForm):
    """A form that asks for the columns and the purpose."""

    field_order = ["columns", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        [key] = self.counts
        cells = SHAPES[key].cells
        self.fields["columns"] = ColumnsField(cells=cells, initial=cells)
        self.order_fields(self.field_order)


class ColumnsExportView(ExportView):
    """Export one shape with chosen columns, or redirect to where they are saved as a preset."""

    form_class = ColumnsForm

    def offered(self, *, shape: str) -> list[Shape]:
        """Return the shape named in the URL.

        Raise Http404 if there is no such shape, or PermissionDenied without its permission.
        """
        super().offered()
        if shape not in SHAPES:
            raise Http404
        if not may_take(self.request.user, shape):
            raise PermissionDenied
        return [SHAPES[shape]]

    def title(self) -> str:
        [shape] = self.shapes.values()
        return str(shape.name)

    def beside(self) -> dict[str, Any]:
        """Return the link back to all shapes."""
        return {"all_shapes": self.address(to=reverse("export_signatures"))}

    def buttons(self) -> list[Button]:
        save = Button(_("Save as a preset"), SAVE, "yes", "button-secondary", is_unchecked=True)
        return [*super().buttons(), save]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if SAVE not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        assert isinstance(form, ColumnsForm)
        if form.has_error("columns"):
            form.errors.pop("purpose", None)
            return self.form_invalid(form)
        [shape] = self.shapes
        query = {
            **self.filters,
            "shape": shape,
            "columns": " ".join(form.cleaned_data["columns"]),
            "format": self.format,
            NEW: "yes" if self.is_new else "",
        }
        return redirect(reverse("save_export_preset", query=query))

    def wanted(self, form: forms.Form) -> Shape:
        [shape] = self.shapes.values()
        return shape.with_columns(form.cleaned_data["columns"])


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    columns = ColumnsExportView.as_view()
    return [
        path("signatures/export/", ExportView.as_view(), name="export_signatures"),
        path("signatures/export/<slug:shape>/", columns, name="export_columns"),
    ]
