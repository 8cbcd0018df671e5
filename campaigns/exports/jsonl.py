"""Writes signatures as JSON Lines (jsonlines.org), for programs: one object in each line.

The names of the fields, and *yes* and *no*, are the same in every language. Answers to questions
are in an object of their own, by the text of the question, at the end.
"""

import json
from collections.abc import Generator, Sequence

from django.db.models import QuerySet
from django.utils.translation import override

from campaigns.exports import csv
from campaigns.exports.cells import clean_sql, quoted
from campaigns.exports.rows import Asked, Piece, as_sql, columns, kinds
from campaigns.exports.shapes import EVERYTHING, Shape
from campaigns.signatures.signature import Signature
from operations.postgresql import replica

# JSON escapes these two characters, so that COPY finds nothing to quote, and writes what there is.
COPY = """
    COPY (SELECT {line} FROM ({rows}) AS s ({names}))
    TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
"""


def jsonl_file(
    signatures: QuerySet[Signature],
    names: list[str],
    questions: Sequence[Asked] = (),
    shape: Shape = EVERYTHING,
) -> Generator[Piece, None, None]:
    """A file in UTF-8, piece by piece. The headings of other formats (`names`) are not needed."""
    fields, keys = keys_of(questions, shape)
    return pieces(sql_of(signatures, questions, shape), fields, keys)


def keys_of(questions: Sequence[Asked], shape: Shape) -> tuple[list[str], list[str]]:
    """The cells of a shape, with "" for each question, and the names by which they are known."""
    found = columns(questions, shape)
    names = [each if isinstance(each, str) else each.label for each in found]
    return kinds(questions, shape), names


def sql_of(signatures: QuerySet[Signature], questions: Sequence[Asked], shape: Shape) -> str:
    with override("en"):
        return as_sql(signatures, questions, shape)


def pieces(rows: str, fields: Sequence[str], keys: Sequence[str]) -> Generator[Piece, None, None]:
    """The file for rows that `sql_of` has written."""
    places = [f"c{place}" for place in range(len(fields))]
    cells = list(zip(fields, keys, places, strict=True))
    line = object_sql([(key, value_sql(field, c)) for field, key, c in cells if field])
    if "" in fields:
        answers = object_sql([(key, value_sql(field, c)) for field, key, c in cells if not field])
        line = f"left({line}, -1) || ',\"answers\":' || {answers} || '}}'"
    statement = COPY.format(line=line, rows=rows, names=", ".join(places))
    return csv.pieces(b"", statement, using=replica.alias(), end=b"\n")


def object_sql(pairs: Sequence[tuple[str, str]]) -> str:
    """SQL for an object: PostgreSQL's own function takes fifty pairs at most."""
    names = [quoted(f"{json.dumps(key, ensure_ascii=False)}:") for key, _value in pairs]
    inner = " || ',' || ".join(
        f"{name} || {pair[1]}" for name, pair in zip(names, pairs, strict=True)
    )
    return f"'{{' || {inner} || '}}'"


def value_sql(field: str, column: str) -> str:
    """SQL for a value: a text, or null where there is none."""
    if field == "day" or field.endswith("_at"):
        text = csv.cell_sql(field, column)
    elif csv.is_typed(field):
        text = clean_sql(f"{column}::text")
    else:
        text = f"{column}::text"
    return f"coalesce(to_json(nullif({text}, ''))::text, 'null')"
