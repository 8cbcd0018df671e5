"""Exports that a job makes later: the order, as plain data, and the file made from it.

The order contains a complete SQL statement: filters, permissions and the texts in the user's
language are already resolved in it. So the job needs neither the request nor the list.
"""

from collections import Counter
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
# The name of the last column of the ordered rows, which is not in the file.
TALLY = "tally"


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


def made(
    ordered: Ordered, *, advance: Advance, counts: Counter[int]
) -> Generator[Piece, None, None]:
    """Return the file in pieces. An exception from `advance` ends it.

    When the file is complete, `counts` has the number of its rows by the primary key of their
    tally: signatures may have come, also to other petitions, since the file was ordered.
    """
    if ordered.format == "xlsx":
        found = counted(rows(ordered.sql, using=replica.alias()), counts)
        yield from xlsx.pieces(told(found, advance), ordered.names)
        return
    done = 0
    for piece in copied(ordered, counts):
        done += piece.rows
        advance(done)
        yield piece


def copied(ordered: Ordered, counts: Counter[int]) -> Iterator[Piece]:
    """Return the file, in pieces, in a format that PostgreSQL writes."""
    delimiter = jsonl.DELIMITER if ordered.format == "jsonl" else b","

    def cut(row: bytes) -> bytes:
        cells, _delimiter, tally = row.rpartition(delimiter)
        counts[int(tally.strip(b'"'))] += 1
        return cells

    if ordered.format == "jsonl":
        return jsonl.pieces(ordered.sql, ordered.fields, ordered.names, TALLY, cut=cut)
    sql = csv.copy_of(ordered.sql, ordered.fields, TALLY)
    return csv.pieces(csv.heading(ordered.names), sql, using=replica.alias(), cut=cut)


def counted(found: Iterator[Row], counts: Counter[int]) -> Iterator[Row]:
    for *cells, tally in found:
        counts[tally] += 1
        yield tuple(cells)


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
