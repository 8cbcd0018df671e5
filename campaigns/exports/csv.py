"""Writes signatures as a CSV file: one COPY of PostgreSQL, streamed as it arrives."""

import csv
import io
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.exports.cells import harmless, harmless_row_sql, harmless_sql
from campaigns.exports.rows import PIECE, Asked, Piece, as_sql, kinds
from campaigns.exports.shapes import EVERYTHING, Shape
from campaigns.signatures.signature import Signature
from operations.postgresql import replica

BOM = "\ufeff"
# OFFSET 0 keeps PostgreSQL from evaluating the row again for each cell.
COPY = """
    COPY (SELECT {cells} FROM (
        SELECT *, {is_harmless} AS is_harmless FROM ({rows}) AS r ({names}) OFFSET 0
    ) AS s) TO STDOUT (FORMAT csv, FORCE_QUOTE *)
"""
# A moment in the time zone of the connection, which `pieces` sets, with its offset from UTC. Where
# only the day is known, it is the beginning of the day: then the file has the day alone.
MOMENT = """coalesce(to_char({c}, CASE WHEN {c} = date_trunc('day', {c}) THEN 'YYYY-MM-DD'
    ELSE 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM' END), '')"""
# Columns that nobody typed: numbers, codes, and words of the software.
OURS = {
    *("number", "state", "country", "language", "channel", "updates", "comment_state"),
    "version_id",
}


def csv_file(
    signatures: QuerySet[Signature],
    names: list[str],
    questions: Sequence[Asked] = (),
    shape: Shape = EVERYTHING,
) -> Generator[Piece, None, None]:
    """Return a CSV file in UTF-8 with a byte order mark, in pieces; every field is quoted.

    The labels are translated at once, since the active language is no longer set while the file is
    streamed.
    """
    sql = copy_of(as_sql(signatures, questions, shape), kinds(questions, shape))
    return pieces(heading(names), sql, using=replica.alias())


def heading(names: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(map(harmless, names))
    return f"{BOM}{line.getvalue()}".encode()


def copy_of(rows: str, fields: Sequence[str], *more: str) -> str:
    """Return the statement for rows that `as_sql` has written; `fields` has "" for questions.

    `more` names columns of the rows that follow the cells, and that the caller cuts off.
    """
    columns = [f"c{place}" for place in range(len(fields))]
    typed = [column for field, column in zip(fields, columns, strict=True) if is_typed(field)]
    return COPY.format(
        cells=", ".join([*map(harmless_cell_sql, fields, columns), *more]),
        rows=rows,
        names=", ".join([*columns, *more]),
        is_harmless=harmless_row_sql(typed) if typed else "true",
    )


def is_typed(field: str) -> bool:
    """Return whether a cell may contain untrusted input; "" is the answer to a question."""
    return field != "day" and not field.endswith("_at") and field not in OURS


def harmless_cell_sql(field: str, column: str) -> str:
    cell = cell_sql(field, column)
    if not is_typed(field):
        return cell
    return f"CASE WHEN is_harmless THEN coalesce({column}::text, '') ELSE {cell} END"


def cell_sql(field: str, column: str) -> str:
    if field == "day":
        return f"to_char({column}, 'YYYY-MM-DD')"
    if field.endswith("_at"):
        return MOMENT.format(c=column)
    if not is_typed(field):
        return f"coalesce({column}::text, '')"
    return harmless_sql(f"{column}::text")


def pieces(
    first: bytes,
    sql: str,
    *,
    using: str = DEFAULT_DB_ALIAS,
    end: bytes = b"\r\n",
    cut: Callable[[bytes], bytes] = bytes,
) -> Generator[Piece, None, None]:
    """Yield the heading and the rows as PostgreSQL sends them: libpq returns one row at a time.

    `cut` gets each row, and returns the part of it that is in the file.
    """
    found, size, rows = [first], len(first), 0
    zone = timezone.get_default_timezone_name()
    with in_zone(zone, using) as cursor, cursor.copy(sql) as copy:
        for row in copy:
            found.append(cut(bytes(row[:-1])) + end)
            rows += 1
            size += len(row)
            if size >= PIECE:
                yield Piece(b"".join(found), rows)
                found, size, rows = [], 0, 0
    yield Piece(b"".join(found), rows)


@contextmanager
def in_zone(name: str, using: str) -> Iterator[Any]:
    """Provide a cursor with this time zone.

    An error ends the transaction, and the setting with it.
    """
    setting = "SELECT set_config('TimeZone', %s, true)"
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute(setting, [name])
        yield cursor
        cursor.execute(setting, [connection.timezone_name])
