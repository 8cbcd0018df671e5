"""Exports that a job makes later: the order, as plain data, and the file made from it.

The order contains a complete SQL statement: filters, permissions and the texts in the user's
language are already resolved in it. So the job needs neither the request nor the list.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet

from campaigns.exports import csv, jsonl, xlsx
from campaigns.exports.rows import CHUNK, Asked, Piece, Row, as_sql
from campaigns.exports.shapes import Shape
from campaigns.signatures.signature import Signature
from operations.postgresql import replica

# Called with the number of rows that are done.
Advance = Callable[[int], None]


def is_large(rows: int) -> bool:
    """Return whether a job makes the file; smaller files are streamed."""
    return bool(rows > settings.EXPORT_STREAMED_ROWS)


@dataclass(frozen=True)
class Ordered:
    """An ordered file: its format, the statement for the rows, and the columns with their names.

    `fields` are cells of a shape, and "" for the answers to a question.
    """

    format: str
    sql: str
    fields: list[str]
    names: list[str]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def order(
    signatures: QuerySet[Signature],
    names: list[str],
    questions: Sequence[Asked],
    shape: Shape,
    *,
    format: str,
) -> Ordered:
    fields, keys = jsonl.keys_of(questions, shape)
    if format == "jsonl":
        return Ordered(format, jsonl.sql_of(signatures, questions, shape), fields, keys)
    if format == "xlsx":
        names = xlsx.titles(names, fields)
    return Ordered(format, as_sql(signatures, questions, shape), fields, names)


def made(ordered: Ordered, *, advance: Advance) -> Generator[Piece, None, None]:
    """Return the file in pieces. An exception from `advance` ends it."""
    if ordered.format == "xlsx":
        found = rows(ordered.sql, using=replica.alias())
        yield from xlsx.pieces(told(found, advance), ordered.names)
        return
    done = 0
    for piece in copied(ordered):
        done += piece.rows
        advance(done)
        yield piece


def copied(ordered: Ordered) -> Iterator[Piece]:
    """Return the file, in pieces, in a format that PostgreSQL writes."""
    if ordered.format == "jsonl":
        return jsonl.pieces(ordered.sql, ordered.fields, ordered.names)
    sql = csv.copy_of(ordered.sql, ordered.fields)
    return csv.pieces(csv.heading(ordered.names), sql, using=replica.alias())


def rows(sql: str, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[Row]:
    """Yield the rows, read in chunks through a server-side cursor."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(f"DECLARE ordered NO SCROLL CURSOR FOR {sql}")
        while True:
            cursor.execute(f"FETCH {CHUNK} FROM ordered")
            found = cursor.fetchall()
            if not found:
                break
            yield from found
        cursor.execute("CLOSE ordered")


def told(found: Iterator[Row], advance: Advance) -> Iterator[Row]:
    for number, row in enumerate(found, start=1):
        if number % CHUNK == 0:
            advance(number)
        yield row
