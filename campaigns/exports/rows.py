"""The rows and the cells of a spreadsheet of signatures, read in bounded memory."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, F, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import IN_STATE, state_of
from campaigns.signatures.declarations import ShownIn
from campaigns.signatures.signature import Signature

CHUNK = 2000  # Rows that are read at once.
PIECE = 64 * 1024  # Bytes of a file that are passed on at once.


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


class Row(tuple[Any, ...]):
    """A signature as it is exported: a cell for each of FIELDS."""

    __slots__ = ()

    @property
    def number(self) -> UUID:
        number: UUID = self[0]
        return number

    @property
    def state(self) -> str:
        state: str = self[2]
        return state


def headings() -> list[str]:
    """The names of the columns, in the active language."""
    names = [_("number"), _("petition"), _("state"), *(field.verbose_name for field in EXPORTED)]
    return [capfirst(str(name)) for name in names]


def rows(signatures: QuerySet[Signature]) -> Iterator[Row]:
    """A row for each signature, read in chunks through a server-side cursor.

    The texts are looked up at once, in the active language: while the file is streamed, it is no
    longer active.
    """
    texts = {True: _("yes"), False: _("no")}
    found = signatures.values_list(*SOURCES).iterator(chunk_size=CHUNK)
    return (row_of(values, texts) for values in found)


def row_of(values: tuple[Any, ...], texts: dict[bool, str]) -> Row:
    *cells, anonymised_at = values
    cells[2] = state_of(
        anonymised_at=anonymised_at, moderation=cells[2], confirmed_at=cells[CONFIRMED_AT]
    )
    for place in YES_OR_NO:
        cells[place] = texts[cells[place]]
    return Row(cells)


def as_cells(signatures: QuerySet[Signature]) -> QuerySet[Signature, tuple[Any, ...]]:
    """A query for the same rows, in which the database does what `row_of` does."""
    states = [When(condition, then=Value(name)) for name, condition in IN_STATE.items()]
    cells: dict[str, Combinable] = dict(zip(FIELDS, map(F, SOURCES), strict=False))
    cells["state"] = Case(*states, output_field=TextField())
    for name in FLAGS:
        yes = When(**{name: True}, then=Value(_("yes")))
        cells[name] = Case(yes, default=Value(_("no")), output_field=TextField())
    return signatures.values_list(*cells.values())
