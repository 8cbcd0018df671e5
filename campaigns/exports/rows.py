"""The rows and cells of a spreadsheet of signatures, read with bounded memory.

The database computes every cell, for all formats.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import BooleanField, Case, F, Func, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.exports.shapes import ANSWERS, EVERYTHING, Answers, Shape
from campaigns.paragraphs import Text
from campaigns.petitions.questions import CHECKBOX, TEXT
from campaigns.petitions.tally import Tally
from campaigns.signatures.column_types import DAYS_OF_LISTS, day_of
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import SHOWN_COMMENT, STATE, TYPED_BY_SIGNERS
from campaigns.signatures.question_answers import OTHER, PERSONAL
from campaigns.signatures.signature import Signature
from operations.postgresql import replica

CHUNK = 2000  # rows that are read at once
PIECE = 64 * 1024  # bytes of a file that are passed on at once
BETWEEN = " | "  # between two answers in one cell

Row = tuple[Any, ...]
FIELDS = {field.attname: field for field, _column in COLUMNS}


class Piece(NamedTuple):
    """A part of a file, with the number of rows in it."""

    content: bytes
    rows: int


class Asked(NamedTuple):
    """A column for all questions with the same label, in one petition or several.

    `kinds` has the kind of each question by its key. If somebody has answered two of the questions,
    since one was removed and asked again, the cell contains both answers.
    """

    label: str
    kinds: dict[str, str]


def day() -> Combinable:
    """Return the day of signing in the site’s time zone."""
    return TruncDate("signed_at", tzinfo=timezone.get_default_timezone())


# Cells that are not columns of a signature, with their headings.
WORKED_OUT: dict[str, tuple[Text, Callable[[], Combinable]]] = {
    "number": (gettext_lazy("number"), lambda: F("pk")),
    "petition": (gettext_lazy("petition"), lambda: F("tally__petition__title")),
    "state": (gettext_lazy("state"), lambda: STATE),
    "day": (gettext_lazy("day of signing"), day),
    "approved_comment": (
        gettext_lazy("comment"),
        lambda: Case(When(SHOWN_COMMENT, then=F("comment"))),
    ),
}


def asked(signatures: QuerySet[Signature], shape: Shape = EVERYTHING) -> list[Asked]:
    """Return the questions of these signatures' petitions that the shape shows, one per label."""
    if ANSWERS not in shape.cells:
        return []
    tallies = Tally.objects.filter(pk__in=signatures.order_by().values("tally"))
    found: dict[str, Asked] = {}
    for questions in tallies.order_by("pk").values_list("questions", flat=True):
        for was in questions:
            if shape.answers is Answers.ALL or is_harmless(was):
                column = found.setdefault(was["label"], Asked(was["label"], {}))
                column.kinds[was["key"]] = was["kind"]
    return list(found.values())


def is_harmless(question: dict[str, Any]) -> bool:
    """Return whether the answers reveal nothing personal, as `Answers.CHOSEN` requires."""
    return not question["is_personal"] and question["kind"] != TEXT


def columns(questions: Sequence[Asked] = (), shape: Shape = EVERYTHING) -> list[str | Asked]:
    """Return the columns of a file in order, with the questions in place of ANSWERS."""
    found: list[str | Asked] = []
    for name in shape.cells:
        found += questions if name == ANSWERS else [name]
    return found


def kinds(questions: Sequence[Asked], shape: Shape) -> list[str]:
    """Return the names of a file's cells, with "" for the answers to a question."""
    return [each if isinstance(each, str) else "" for each in columns(questions, shape)]


def headings(questions: Sequence[Asked] = (), shape: Shape = EVERYTHING) -> list[str]:
    """Return the headings in the active language; questions as the editors wrote them."""
    return [
        heading(each) if isinstance(each, str) else each.label for each in columns(questions, shape)
    ]


def heading(name: str) -> str:
    """Return the heading of a column of a shape."""
    if name == ANSWERS:
        return capfirst(_("answers to questions"))
    text = WORKED_OUT[name][0] if name in WORKED_OUT else FIELDS[name].verbose_name
    return capfirst(str(text))


def rows(
    signatures: QuerySet[Signature], questions: Sequence[Asked] = (), shape: Shape = EVERYTHING
) -> Iterator[Row]:
    """Return a row for each signature, read in chunks through a server-side cursor.

    The labels are translated at once, since the active language is no longer set while the file is
    streamed.
    """
    return read(as_cells(signatures, questions, shape), replica.alias())


def read(cells: QuerySet[Signature, Row], using: str) -> Iterator[Row]:
    with transaction.atomic(using):
        yield from cells.using(using).iterator(chunk_size=CHUNK)


def as_cells(
    signatures: QuerySet[Signature], questions: Sequence[Asked], shape: Shape, *more: str
) -> QuerySet[Signature, Row]:
    """Return a query for the rows of a file: a column per cell of the shape and per question.

    `more` are columns that follow them, and that are not in the file.
    """
    cells = [
        cell(each) if isinstance(each, str) else answers_sql(each, shape)
        for each in columns(questions, shape)
    ]
    found = shape.narrowed(signatures)
    if shape.is_sorted:
        found = found.order_by(*cells)
    return found.values_list(*cells, *more)


def as_sql(signatures: QuerySet[Signature], questions: Sequence[Asked], shape: Shape) -> str:
    """Return the query of `as_cells` as text, with its parameters in it, since COPY accepts none.

    The last column is the primary key of the signature's tally.
    """
    query = as_cells(signatures, questions, shape, "tally_id").query
    # A filter that matches nothing must still result in a statement.
    rows, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
    composed: str = connection.ops.compose_sql(rows, parameters)  # type: ignore[attr-defined]  # PostgreSQL's
    return composed


def cell(name: str) -> Combinable:
    if name in WORKED_OUT:
        return WORKED_OUT[name][1]()
    if isinstance(FIELDS[name], BooleanField):
        # Anonymising empties the answer, whatever it was.
        unknown = When(anonymised_at__isnull=False, then=Value(None))
        yes = When(**{name: True}, then=Value(_("yes")))
        return Case(unknown, yes, default=Value(_("no")), output_field=TextField())
    if name in DAYS_OF_LISTS:
        is_online = When(channel__in=TYPED_BY_SIGNERS, then=F(name))
        # The beginning of the day, as where the time was deleted: files then have the day alone.
        return Case(is_online, default=day_of(name))
    return F(name)


def answers_sql(question: Asked, shape: Shape) -> Combinable:
    """Return the answers to the questions of one column, as text."""
    groups = (PERSONAL, OTHER) if shape.answers is Answers.ALL else (OTHER,)
    parts = [answer_sql(key, kind, groups) for key, kind in question.kinds.items()]
    return Func(Value(BETWEEN), *parts, function="concat_ws", output_field=TextField())


def answer_sql(key: str, kind: str, groups: Sequence[str]) -> Combinable:
    """Return the answer to the question with this key as text; NULL if there is none."""
    given = [KeyTextTransform(key, KeyTransform(group, "replies")) for group in groups]
    answer = Coalesce(*given) if len(given) > 1 else given[0]
    if kind != CHECKBOX:
        return answer
    texts = {"true": _("yes"), "false": _("no")}
    whens = [When(Exact(answer, Value(tick)), then=Value(text)) for tick, text in texts.items()]
    return Case(*whens, output_field=TextField())
