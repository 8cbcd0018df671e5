"""The form field for the columns of a file and their order: a position for each column."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from campaigns.exports.rows import heading
from campaigns.exports.shapes import ANSWERS

LARGEST = 999


class ColumnsWidget(forms.Widget):
    """A text box for the position of each column; it needs neither JavaScript nor a mouse."""

    use_fieldset = True

    def __init__(self, cells: Sequence[str]) -> None:
        super().__init__()
        self.cells = cells

    def id_for_label(self, id_: str) -> str:
        """Return no id, since each box has a label of its own."""
        return ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        """Return the input, by the names of the columns."""
        return {cell: str(data.get(f"{name}_{cell}", "")).strip() for cell in self.cells}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        """Render the boxes with the input, in the order of the columns."""
        typed = value if isinstance(value, dict) else positions(value or [])
        shown = sorted(self.cells, key=lambda cell: (cell not in typed, by_number(typed.get(cell))))
        boxes = [(f"{name}_{cell}", heading(cell), typed.get(cell, "")) for cell in shown]
        return render_to_string("campaigns/cms/columns.html", {"boxes": boxes})


class ColumnsField(forms.Field):
    """The chosen columns in their order. `initial` are the columns to start from."""

    def __init__(self, *, cells: Sequence[str], initial: Sequence[str]) -> None:
        super().__init__(
            label=_("Columns"),
            help_text=_(
                "The columns appear in the file in the order of these numbers. To leave a column "
                "out of the file, empty its box."
            ),
            widget=ColumnsWidget(cells),
            initial=list(initial),
        )

    def clean(self, value: dict[str, str]) -> list[str]:
        """Return the names of the columns that have a position; Django calls this."""
        typed = {}
        for name, text in value.items():
            if not text:
                continue
            if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= LARGEST):
                raise ValidationError(
                    _("“%(name)s”: type a whole number from 1 to %(largest)s, or nothing."),
                    params={"name": heading(name), "largest": LARGEST},
                )
            typed[name] = int(text)
        if not typed:
            raise ValidationError(_("Give at least one column a number."))
        if list(typed) == [ANSWERS]:
            raise ValidationError(_("Give a number to at least one column other than the answers."))
        return ordered(typed, self.initial)


def positions(cells: Sequence[str]) -> dict[str, int]:
    """Return the columns numbered from 1."""
    return {name: number for number, name in enumerate(cells, start=1)}


def ordered(typed: Mapping[str, int], before: Sequence[str]) -> list[str]:
    """Return the columns in the order of their positions.

    If two columns have the same position, the column that was moved there takes it: it comes before
    the other if it was moved up, and after the other if it was moved down.
    """
    was = positions(before)

    def place(name: str) -> tuple[int, int, int]:
        number, earlier = typed[name], was.get(name, LARGEST)
        return number, (number > earlier) - (number < earlier), earlier

    return sorted(typed, key=place)


def by_number(text: Any) -> float:
    """Return the place of a box on the screen; the last if its input is not a number."""
    text = str(text or "")
    return int(text[:9]) if text.isascii() and text.isdecimal() else float("inf")
