"""The list of an appeal's representatives: parsing an uploaded file and searching for areas."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Func, QuerySet, Value
from django.db.models.functions import StrIndex
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.appeals.appeal import Appeal, Representative
from campaigns.canonical_emails import exact
from campaigns.finding.plain_names import PlainColumn, PlainText
from campaigns.paragraphs import Text, with_commas
from campaigns.signing.fields import PlainEmailField, plain

MOST_ROWS = 20_000
EMAIL = PlainEmailField()
# With more areas than this, a select box is too long: readers type a part of the name instead.
MOST_OFFERED = 400
MOST_FOUND = 50
BETWEEN = " .,'’`-‐‑–—/()"
# Accepted headings in lower case: those that the CMS names in each language (a test compares them),
# and others that are common in such lists.
HEADINGS = {
    "area": {
        *("area", "constituency", "district", "region", "postcode", "wahlkreis", "bezirk"),
        *("gebiet", "circonscription", "zone", "distrito", "zona", "округ", "الدائرة"),
    },
    "name": {"name", "representative", "nom", "nombre", "имя", "الاسم"},
    "email": {
        *("email", "e-mail", "mail", "email address", "e-mail-adresse", "courriel"),
        *("adresse e-mail", "correo", "correo electrónico", "dirección de correo", "почта"),
        *("электронная почта", "адрес электронной почты", "البريد", "البريد الإلكتروني"),
    },
}

NO_HEADINGS = gettext_lazy(
    "The first row must have the headings “area”, “name” and “email”, in any order."
)
TOO_MANY = gettext_lazy("This list has more than 20,000 rows. Please divide it among appeals.")


class Row(NamedTuple):
    area: str
    name: str
    email: str


class Problem(NamedTuple):
    """An error in a row, given by its number in the file; 0 stands for the file as a whole."""

    number: int
    text: Text


def understood(rows: list[tuple[int, list[str]]]) -> tuple[list[Row], list[Problem]]:
    """Return the representatives of a list and the problems in it. The first row has the headings.

    Each row is paired with its number in the file.
    """
    if len(rows) > MOST_ROWS + 1:
        return [], [Problem(0, TOO_MANY)]
    heads = [" ".join(cell.split()).casefold() for cell in rows[0][1]]
    places = {
        name: next((place for place, head in enumerate(heads) if head in known), None)
        for name, known in HEADINGS.items()
    }
    if None in places.values():
        return [], [Problem(0, NO_HEADINGS)]
    found: dict[Row, int] = {}
    problems = []
    for number, cells in rows[1:]:
        values = {
            name: cells[place] if place is not None and place < len(cells) else ""
            for name, place in places.items()
        }
        try:
            row = Row(**{name: plain(value) for name, value in values.items()})
            row = row._replace(email=exact(row.email.lower()))  # normalised for comparing
        except ValidationError as error:
            problems.append(Problem(number, error.messages[0]))
            continue
        if text := problem_of(row):
            problems.append(Problem(number, text))
        elif first := found.get(row._replace(name="")):
            problems.append(
                Problem(number, _("The same area and email address as in row %s.") % first)
            )
        else:
            found[row._replace(name="")] = number
            found[row] = number
    return [row for row in found if row.name], problems


def problem_of(row: Row) -> str:
    missing = [name for name, value in row._asdict().items() if not value]
    if missing:
        labels = {"area": _("area"), "name": _("name"), "email": _("email")}
        return _("This is empty: %s.") % with_commas(labels[name] for name in missing)
    if max(len(row.area), len(row.name)) > 120:
        return _("The area or the name is longer than 120 characters.")
    try:
        EMAIL.clean(row.email)
    except ValidationError:
        return _("This is not an email address: %s") % row.email[:80]
    return ""


def replace(appeal: Appeal, rows: list[Row]) -> None:
    """Replace the representatives of an appeal with these."""
    with transaction.atomic():
        Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
        # A representative who is also in the new list keeps their row: a reader may be writing to
        # them at this moment.
        Representative.objects.bulk_create(
            [Representative(appeal=appeal, **row._asdict()) for row in rows],
            update_conflicts=True,
            unique_fields=["appeal", "area", "email"],
            update_fields=["name"],
        )
        kept = {(row.area, row.email) for row in rows}
        there = appeal.representatives.values_list("pk", "area", "email")
        gone = [key for key, *which in there if tuple(which) not in kept]
        appeal.representatives.filter(pk__in=gone).delete()


def areas(appeal: Appeal, *, part: str = "") -> list[str]:
    """Return the areas of an appeal in alphabetical order, or those whose name contains `part`.

    Accents and punctuation between words are ignored: “st gallen” finds St. Gallen.
    """
    names = appeal.representatives.values_list("area", flat=True)
    rows = names.distinct().order_by(PlainColumn("area"), "area")
    if part:
        place = StrIndex(joined(PlainColumn("area")), joined(PlainText(Value(part))))
        rows = rows.alias(place=place).filter(place__gt=0)
    return list(rows[: MOST_OFFERED + 1])


def joined(text: Func) -> Func:
    """Remove spaces and punctuation between the words of a name."""
    return Func(text, Value(BETWEEN), Value(""), function="translate", output_field=CharField())


def present(appeal: Appeal, *, area: str, name: str, email: str) -> Representative | None:
    """Return the representative of an area with this name, preferably at this email address.

    Return None if the area has no such representative any longer. A successor in office may have
    the same email address, and was not written to.
    """
    rows = appeal.representatives.filter(area=area, name=name)
    return rows.filter(email=email).first() or rows.first()


def of_area(appeal: Appeal, area: str) -> QuerySet[Representative]:
    return appeal.representatives.filter(area=area).order_by("name", "pk")
