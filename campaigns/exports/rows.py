"""The rows and the cells of a spreadsheet of signatures, read in bounded memory."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, F, Func, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.petitions.questions import CHECKBOX
from campaigns.petitions.tally import Tally
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import IN_STATE, state_of
from campaigns.signatures.declarations import ShownIn
from campaigns.signatures.replies import Replies, answers
from campaigns.signatures.signature import Signature

CHUNK = 2000  # Rows that are read at once.
PIECE = 64 * 1024  # Bytes of a file that are passed on at once.
BETWEEN = " | "  # Two answers in one cell.


EXPORTED = [field for field, column in COLUMNS if ShownIn.EXPORT in column.shown_in]
# The names of a row's cells.
FIELDS = ["number", "petition", "state", *(field.attname for field in EXPORTED)]
CONFIRMED_AT = FIELDS.index("confirmed_at")
FLAGS = [field.attname for field in EXPORTED if isinstance(field, BooleanField)]
YES_OR_NO = [FIELDS.index(name) for name in FLAGS]
SOURCES = ["pk", "tally__petition__title", "moderation", *FIELDS[3:], "anonymised_at"]


class Piece(NamedTuple):
    """A part of a file, with the number of the rows that are in it."""

    content: bytes
    rows: int


class Asked(NamedTuple):
    """A column for the questions with one label, of one petition or of several.

    They are the kinds of the questions by their keys. Where somebody has answered two of them,
    since one was removed and asked again, both answers stand in the cell.
    """

    label: str
    kinds: dict[str, str]


class Row(tuple[Any, ...]):
    """A signature as it is exported: a cell for each of FIELDS, and for each question."""

    __slots__ = ()

    @property
    def number(self) -> UUID:
        number: UUID = self[0]
        return number

    @property
    def state(self) -> str:
        state: str = self[2]
        return state


def asked(signatures: QuerySet[Signature]) -> list[Asked]:
    """What the petitions of these signatures have asked, each label once."""
    tallies = Tally.objects.filter(pk__in=signatures.order_by().values("tally"))
    found: dict[str, Asked] = {}
    for questions in tallies.order_by("pk").values_list("questions", flat=True):
        for was in questions:
            column = found.setdefault(was["label"], Asked(was["label"], {}))
            column.kinds[was["key"]] = was["kind"]
    return list(found.values())


def headings(questions: Sequence[Asked] = ()) -> list[str]:
    """The names of the columns, in the active language; questions as the editors wrote them."""
    names = [_("number"), _("petition"), _("state"), *(field.verbose_name for field in EXPORTED)]
    return [capfirst(str(name)) for name in names] + [each.label for each in questions]


def rows(signatures: QuerySet[Signature], questions: Sequence[Asked] = ()) -> Iterator[Row]:
    """A row for each signature, read in chunks through a server-side cursor.

    The texts are looked up at once, in the active language: while the file is streamed, it is no
    longer active.
    """
    texts = {True: _("yes"), False: _("no")}
    found = signatures.values_list(*SOURCES, "replies").iterator(chunk_size=CHUNK)
    return (row_of(values, texts, questions) for values in found)


def row_of(values: tuple[Any, ...], texts: dict[bool, str], questions: Sequence[Asked]) -> Row:
    *cells, anonymised_at, replies = values
    cells[2] = state_of(
        anonymised_at=anonymised_at, moderation=cells[2], confirmed_at=cells[CONFIRMED_AT]
    )
    for place in YES_OR_NO:
        cells[place] = texts[cells[place]]
    return Row(cells + [cell_of(replies, each, texts) for each in questions])


def cell_of(replies: Replies | None, question: Asked, texts: dict[bool, str]) -> str:
    given = answers(replies)
    found = [given[key] for key in question.kinds if key in given]
    return BETWEEN.join(texts[each] if isinstance(each, bool) else each for each in found)


def as_cells(
    signatures: QuerySet[Signature], questions: Sequence[Asked] = ()
) -> QuerySet[Signature, tuple[Any, ...]]:
    """A query for the same rows, in which the database does what `row_of` does."""
    states = [When(condition, then=Value(name)) for name, condition in IN_STATE.items()]
    cells: dict[str, Combinable] = dict(zip(FIELDS, map(F, SOURCES), strict=False))
    cells["state"] = Case(*states, output_field=TextField())
    for name in FLAGS:
        yes = When(**{name: True}, then=Value(_("yes")))
        cells[name] = Case(yes, default=Value(_("no")), output_field=TextField())
    for question in questions:
        parts = [answer_sql(key, kind) for key, kind in question.kinds.items()]
        cells[f"question {question.label}"] = Func(
            Value(BETWEEN), *parts, function="concat_ws", output_field=TextField()
        )
    return signatures.values_list(*cells.values())


def answer_sql(key: str, kind: str) -> Combinable:
    """The answer to the question with this key as text; NULL for none."""
    groups = (KeyTransform(group, "replies") for group in ("personal", "other"))
    answer = Coalesce(*(KeyTextTransform(key, group) for group in groups))
    if kind != CHECKBOX:
        return answer
    texts = {"true": _("yes"), "false": _("no")}
    whens = [When(Exact(answer, Value(tick)), then=Value(text)) for tick, text in texts.items()]
    return Case(*whens, output_field=TextField())
