"""Makes the files of Wagtail's own reports harmless: staff typed the titles in them."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from campaigns.exports.cells import clean, harmless

wagtails = SpreadsheetExportMixin.preprocess_field_value


def preprocess_field_value(
    self: SpreadsheetExportMixin, field: str, value: Any, export_format: str
) -> Any:
    """Return Wagtail's value for a cell. In an XLSX file, Wagtail itself makes it no formula.

    It would not write an XLSX file at all if a cell contained a control character.
    """
    cell = wagtails(self, field, value, export_format)
    if not isinstance(cell, str):
        return cell
    return harmless(cell) if export_format == self.FORMAT_CSV else clean(cell)


def register() -> None:
    SpreadsheetExportMixin.preprocess_field_value = preprocess_field_value  # type: ignore[method-assign]  # from outside
