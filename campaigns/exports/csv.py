"""Writes signatures as a CSV file, by one COPY of PostgreSQL that is passed on as it comes."""

import csv
import io
from collections.abc import Generator, Sequence

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.exports.cells import harmless, harmless_sql, quoted
from campaigns.exports.rows import PIECE, Asked, Piece, as_sql, kinds
from campaigns.exports.shapes import EVERYTHING, Shape
from campaigns.signatures.signature import Signature

BOM = "\ufeff"
COPY = "COPY (SELECT {cells} FROM ({rows}) AS s ({names})) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
# A moment in the site's time zone, and how far that is from UTC.
MOMENT = """
    coalesce(to_char({c} AT TIME ZONE {zone}, 'YYYY-MM-DD"T"HH24:MI:SS')
    || CASE WHEN {offset} < interval '0' THEN '-' ELSE '+' END
    || to_char(greatest({offset}, -({offset})), 'HH24:MI'), '')
"""


def csv_file(
    signatures: QuerySet[Signature],
    names: list[str],
    questions: Sequence[Asked] = (),
    shape: Shape = EVERYTHING,
) -> Generator[Piece, None, None]:
    """A CSV file in UTF-8 with a byte order mark, piece by piece; every field is quoted.

    The texts are looked up at once, in the active language: while the file is streamed, it is no
    longer active.
    """
    return pieces(heading(names), copy_sql(signatures, questions, shape))


def heading(names: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(map(harmless, names))
    return f"{BOM}{line.getvalue()}".encode()


def copy_sql(signatures: QuerySet[Signature], questions: Sequence[Asked], shape: Shape) -> str:
    """The whole statement; COPY takes no parameters, so they are written into it."""
    return copy_of(as_sql(signatures, questions, shape), kinds(questions, shape))


def copy_of(rows: str, fields: Sequence[str]) -> str:
    """The statement for rows that `as_sql` has written; "" for the cells of questions."""
    columns = [f"c{place}" for place in range(len(fields))]
    cells = ", ".join(map(cell_sql, fields, columns))
    return COPY.format(cells=cells, rows=rows, names=", ".join(columns))


def cell_sql(field: str, column: str) -> str:
    if field == "day":
        return f"to_char({column}, 'YYYY-MM-DD')"
    if not field.endswith("_at"):
        return harmless_sql(f"{column}::text")
    zone = quoted(timezone.get_default_timezone_name())
    offset = f"({column} AT TIME ZONE {zone}) - ({column} AT TIME ZONE 'UTC')"
    return MOMENT.format(c=column, zone=zone, offset=offset)


def pieces(first: bytes, sql: str, *, end: bytes = b"\r\n") -> Generator[Piece, None, None]:
    """The heading, and the rows as PostgreSQL sends them: libpq gives one row at a time."""
    found, size, rows = [first], len(first), 0
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for row in copy:
            found.append(bytes(row[:-1]) + end)
            rows += 1
            size += len(row)
            if size >= PIECE:
                yield Piece(b"".join(found), rows)
                found, size, rows = [], 0, 0
    yield Piece(b"".join(found), rows)
