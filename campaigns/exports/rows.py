"""Reads signatures as rows of a spreadsheet, in bounded memory."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.conditions import state_of
from campaigns.signatures.declarations import ShownIn
from campaigns.signatures.signature import Signature

CHUNK = 2000


EXPORTED = [field for field, column in COLUMNS if ShownIn.EXPORT in column.shown_in]
# The names of a row's cells.
FIELDS = ["number", "petition", "state", *(field.attname for field in EXPORTED)]
CONFIRMED_AT = FIELDS.index("confirmed_at")
YES_OR_NO = [FIELDS.index(field.attname) for field in EXPORTED if isinstance(field, BooleanField)]
SOURCES = ["pk", "tally__petition__title", "moderation", *FIELDS[3:], "anonymised_at"]


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
