"""Dates and times as people type them: 31/03/2027, 31.03.2027, 31 March 2027, 31 марта 2027 г.

Unclear input is rejected with an example, and never guessed. The order is day, month, year in each
of our languages; only a month in words may come first: March 31, 2027. `static/js/dates.js` keeps
Wagtail's script from replacing what it cannot parse with the current time.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone, translation
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_filters import DateFromToRangeFilter
from django_filters.fields import DateRangeField
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %m %Y")
MOMENTS = tuple(f"{day}{time}" for day in DAYS for time in ("", " %H:%M", " %H:%M:%S"))
# Of a minute that comes twice in one night, `fold` chooses the later one; where the last minute is
# skipped, it chooses the one before the clock changes.
FIRST_MINUTE, LAST_MINUTE = time(0), time(23, 59, fold=1)
EXAMPLE = date(2027, 3, 31)
# Matches a possible month before its day: March 31, Mar. 31, marzo de 31.
WORD_AND_DAY = re.compile(r"\s*([^\W\d_]+)\W+(?:de\s+)?(\d{1,2})(?!\d)[\s.,،/-]*")
WORD = re.compile(r"[^\W\d_]+")
# Words in our languages that can be part of a date, and are ignored.
FILLERS = {"de", "del", "г", "года", "um", "uhr", "à", "at", "a", "las", "в", "الساعة"}


def site_day(moment: datetime | None = None) -> date:
    """Return the day of a moment, or today, in the site's time zone; staff may be in another."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def edge(day: date, minute: time) -> datetime:
    """Return the first or the last minute of a day in the user's time zone.

    In some countries clocks change at midnight. The moment is in UTC, since Python takes one that
    is ambiguous for unequal to all moments of other time zones.
    """
    return timezone.make_aware(datetime.combine(day, minute)).astimezone(UTC)


@cache
def months(language: str) -> dict[str, int]:
    """Return the numbers of the months by their names, in a language and in English."""
    found: dict[str, int] = {}
    for code in ("en", language):
        with translation.override(code):
            for names in (MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP):
                found |= {plain(name): number for number, name in names.items()}
    return found


def plain(name: Any) -> str:
    return str(name).strip(".").casefold()


def in_figures(text: str) -> str:
    """Return the date with Western digits, the month as a number, and spaces between the parts.

    A word that is not the name of a month is left in place, so that parsing fails.
    """
    numbers = months(get_language() or "en")

    def figure(match: re.Match[str]) -> str:
        word = plain(match[0])
        return "" if word in FILLERS else str(numbers.get(word, match[0]))

    digits = "".join(
        str(unicodedata.digit(each)) if each.isdigit() else each
        for each in unicodedata.normalize("NFC", text)
    )
    digits = re.sub(r"(\d)(st|nd|rd|th|er)\b", r"\1", digits)
    first = WORD_AND_DAY.match(digits)
    if first and plain(first[1]) in numbers:
        digits = f"{first[2]} {first[1]} {digits[first.end() :]}"
    figures = WORD.sub(figure, digits)
    # The full stop of “31. März” and of “г.”, and the commas before a time.
    parts = re.sub(r"\.(?!\d)|[,،]", " ", figures).split()
    return " ".join(part for part in parts if part)


def figures_of(value: Any) -> Any:
    """Return typed text in figures; as it is where no figure is left of it, since it is no date.

    As an empty text it would mean that nothing was typed: a filter would then find everything.
    """
    return (in_figures(value) or value) if isinstance(value, str) else value


def refusal(error: ValidationError, example: str) -> ValidationError:
    """Return the error with an example; unchanged for an hour that a clock change skips."""
    if error.code != "invalid":
        return error
    text = _("This is not a date. Please write it like this: %(example)s.")
    # The Russian example ends with a full stop of its own.
    return ValidationError(text % {"example": example.removesuffix(".")}, code="invalid")


class DayField(forms.DateField):
    """A date, in any of the spellings that this module supports."""

    input_formats = DAYS

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(figures_of(value))
        except ValidationError as error:
            raise refusal(error, date_format(EXAMPLE, "DATE_FORMAT")) from None


class LastDayField(DayField):
    """A date that means its last minute, in the user's time zone."""

    def clean(self, value: Any) -> datetime | None:
        """Return the date and time, or None if nothing was typed."""
        day: date | None = super().clean(value)
        return edge(day, LAST_MINUTE) if day else None


class MomentField(forms.DateTimeField):
    """A date and time, typed as in DayField; without a time, the first minute of the day."""

    input_formats = MOMENTS
    stored: Any = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Remember what the input shows: of an hour that comes twice, this text is accepted."""
        self.stored = form.get_initial_for_field(self, field_name)
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(figures_of(value))
        except ValidationError as error:
            if error.code == "ambiguous_timezone" and error.params:
                typed: datetime = error.params["datetime"]
                if isinstance(self.stored, datetime):
                    # In UTC, for the reason given in `edge`.
                    shown = self.stored.astimezone(UTC).replace(second=0, microsecond=0)
                    if timezone.make_naive(shown) == typed:
                        return shown
                for minute in (FIRST_MINUTE, LAST_MINUTE):
                    if typed.time() == minute:
                        return edge(typed.date(), minute)
            raise refusal(error, f"{date_format(EXAMPLE, 'DATE_FORMAT')} 18:00") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return False for the minute of a stored moment, too: inputs do not show its seconds."""
        changed = super().has_changed(initial, data)
        if changed and isinstance(initial, datetime):
            return super().has_changed(initial.replace(second=0, microsecond=0), data)
        return changed


class EndOfDayInput(AdminDateTimeInput):
    """An input that completes a date without a time with its last minute, chosen or typed."""

    def get_config(self) -> dict[str, Any]:
        """Return the options of Wagtail's date picker."""
        config: dict[str, Any] = super().get_config()
        return config | {"defaultTime": "23:59"}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed, completed with 23:59 if it is only a date."""
        typed = super().value_from_datadict(data, files, name)
        return f"{typed} 23:59" if is_day(typed) else typed


def is_day(typed: Any) -> bool:
    if not isinstance(typed, str):
        return False
    try:
        return DayField(required=False).clean(typed) is not None
    except ValidationError:
        return False


class DaysField(DateRangeField):
    """The first and the last day of a filter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = (DayField(required=False), DayField(required=False))

    def compress(self, data_list: list[Any]) -> slice | None:
        """End after the last day, also where its last hour comes twice (`fold`)."""
        days: slice | None = super().compress(data_list)
        return days and slice(days.start, days.stop and days.stop.replace(fold=1))


def register() -> None:
    """Register these fields for all forms and filters of the CMS, with Wagtail's date pickers."""
    DateFromToRangeFilter.field_class = DaysField
    for model_field, form_field, widget in (
        (models.DateField, DayField, AdminDateInput),
        (models.DateTimeField, MomentField, AdminDateTimeInput),
    ):
        override = {"form_class": form_field, "widget": widget}
        register_form_field_override(model_field, override=override)
