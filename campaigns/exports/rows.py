"""Signatures as rows of a spreadsheet, read in bounded memory."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

CHUNK = 2000


class Row(NamedTuple):
    """A signature as it is exported; the state is derived as in `Signature.state`."""

    number: UUID
    petition: str
    state: str
    name: str | None
    email: str | None
    country: str | None
    postcode: str | None
    comment: str | None
    updates: str
    shown_as: str | None
    language: str
    signed_at: datetime
    confirmed_at: datetime | None
    channel: str
    source: str
    version: int | None


FIELDS = (
    "id",
    "tally__petition__title",
    "moderation",
    "name",
    "email",
    "country",
    "postcode",
    "comment",
    "updates",
    "shown_as",
    "language",
    "signed_at",
    "confirmed_at",
    "channel",
    "source",
    "version_id",
    "anonymised_at",
)


def headings() -> list[str]:
    """The names of the columns, in the active language."""
    names = [
        _("number"),
        _("petition"),
        _("state"),
        _("name"),
        _("email"),
        _("country"),
        _("postcode"),
        _("comment"),
        _("keep me informed"),
        _("shown as"),
        _("language"),
        _("signed"),
        _("confirmed"),
        _("channel"),
        _("source"),
        _("version"),
    ]
    return [capfirst(name) for name in names]


def rows(signatures: QuerySet) -> Iterator[Row]:
    """Each signature once, read through a cursor of the server's, never all at once.

    In the language of who asks: while the file is streamed theirs is active no more.
    """
    said = {True: _("yes"), False: _("no")}
    found = signatures.values_list(*FIELDS).iterator(chunk_size=CHUNK)
    return (row_of(values, said) for values in found)


def row_of(values: tuple, said: dict[bool, str]) -> Row:
    *columns, anonymised_at = values
    row = Row(*columns)
    state = "anonymised" if anonymised_at else row.state
    return row._replace(
        state=state or ("confirmed" if row.confirmed_at else "pending"),
        updates=said[row.updates],
    )
