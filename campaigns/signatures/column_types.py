"""Declare the columns of a signature, and write their values as text."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Flag, auto
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_countries.fields import Country

from campaigns.dates import site_day
from campaigns.paragraphs import Text

AnyField = TypeVar("AnyField", bound="models.Field[Any, Any]")

DECLARATION = "signature_column"
# `anonymising` and `kept_for_mailings` reduce these moments to their days, in the site's time zone.
CUT_TO_DAYS = ("signed_at", "confirmed_at", "proven_at")
# Of these moments, a list of people who signed elsewhere has the day; noon is stored.
DAYS_OF_LISTS = ("signed_at", "confirmed_at")


class ShownIn(Flag):
    """Where a column is shown, with the name of its field as the label."""

    NOWHERE = 0
    EXPORT = auto()  # In exported files.
    CMS = auto()  # On the page of a signature in the CMS.
    OWN_PAGE = auto()  # On the signer's own page.
    EVERYWHERE = EXPORT | CMS | OWN_PAGE


@dataclass(frozen=True)
class Column:
    """The declaration of a column. The access report (GDPR, article 15) contains every column."""

    # The column becomes NULL when the signature is anonymised.
    personal: bool
    # Signing again replaces the value while the signature is unconfirmed.
    typed: bool
    shown_in: ShownIn
    # Creates the field of the public form; None if the form does not ask for this column.
    form_field: Callable[[], forms.Field] | None
    # The petition's setting that says whether the form asks for it; "" if the form always asks.
    setting: str
    # The label and the text on the signer's own page, instead of the field's name and `as_text`.
    own_label: Text
    own_text: Callable[[Any], str] | None


def column(
    field: AnyField,
    *,
    personal: bool,
    typed: bool = False,
    shown_in: ShownIn | None = None,
    form_field: Callable[[], forms.Field] | None = None,
    setting: str = "",
    own_label: Text = "",
    own_text: Callable[[Any], str] | None = None,
) -> AnyField:
    """Attach a declaration to a field, for `columns` to read; return the field.

    A personal field has to be nullable. A column is shown everywhere unless `shown_in` says
    otherwise; where it has a form field, the signer's own page has it in a form instead.
    """
    if shown_in is None:
        shown_in = ShownIn.EXPORT | ShownIn.CMS if form_field else ShownIn.EVERYWHERE
    declaration = Column(personal, typed, shown_in, form_field, setting, own_label, own_text)
    setattr(field, DECLARATION, declaration)
    return field


def columns(model: type[models.Model]) -> list[tuple["models.Field[Any, Any]", Column]]:
    """Return (field, declaration) for each declared field of a model, in order of definition."""
    return [
        (field, getattr(field, DECLARATION))
        for field in model._meta.concrete_fields
        if hasattr(field, DECLARATION)
    ]


def value_of(row: Any, name: str) -> Any:
    """Return a column's value: a day if the time is not known, None if the page was deleted."""
    try:
        value = getattr(row, name)
    except ObjectDoesNotExist:
        return None
    return site_day(value) if value and name in CUT_TO_DAYS and row.has_day_only(name) else value


def day_of(field: str) -> models.Func:
    """Return the beginning of a moment's day in the site's time zone, as the CMS shows the day."""
    return models.Func(
        models.Value("day"),
        models.F(field),
        models.Value(settings.TIME_ZONE),
        function="date_trunc",
        output_field=models.DateTimeField(),
    )


def as_text(row: models.Model, field: "models.Field[Any, Any]") -> str:
    """Return a field's value as people read it, in the active language; "" for None."""
    value = value_of(row, field.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, Country):
        return str(value.name)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return str(value)


def moment(value: datetime) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")
