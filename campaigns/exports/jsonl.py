"""Writes signatures as JSON Lines (jsonlines.org), for programs: one object in each line.

The names of the fields, and *yes* and *no*, are the same in every language. The answers to
questions are in an object of their own at the end, keyed by the text of the question.
"""

import json
from collections.abc import Callable, Generator, Sequence

from django.db.models import QuerySet
from django.utils.translation import override

from campaigns.exports import csv
from campaigns.exports.cells import clean_sql, quoted
from campaigns.exports.rows import Asked, Piece, as_sql, columns, kinds
from campaigns.exports.shapes import EVERYTHING, Shape
from campaigns.signatures.signature import Signature
from operations.postgresql import replica

# JSON escapes these two characters, so COPY has nothing to quote and writes the text unchanged.
COPY = """
    COPY (SELECT {line} FROM ({rows}) AS s ({names}))
    TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
"""
DELIMITER = b"\x02"


def jsonl_file(
    signatures: QuerySet[Signature],
    names: list[str],
    questions: Sequence[Asked] = (),
    shape: Shape = EVERYTHING,
) -> Generator[Piece, None, None]:
    """Return a file in UTF-8, in pieces.

    It does not need the headings of other formats (`names`).
    """
    fields, keys = keys_of(questions, shape)
    return pieces(sql_of(signatures, questions, shape), fields, keys)


def keys_of(questions: Sequence[Asked], shape: Shape) -> tuple[list[str], list[str]]:
    """Return the cells of a shape, with "" for each question, and the keys of the JSON object."""
    found = columns(questions, shape)
    names = [each if isinstance(each, str) else each.label for each in found]
    return kinds(questions, shape), names


def sql_of(signatures: QuerySet[Signature], questions: Sequence[Asked], shape: Shape) -> str:
    with override("en"):
        return as_sql(signatures, questions, shape)


def pieces(
    rows: str,
    fields: Sequence[str],
    keys: Sequence[str],
    *more: str,
    cut: Callable[[bytes], bytes] = bytes,
) -> Generator[Piece, None, None]:
    """Return the file for rows that `sql_of` has written, in pieces.

    `more` names columns of the rows that follow the cells, and that `cut` cuts off.
    """
    places = [f"c{place}" for place in range(len(fields))]
    cells = list(zip(fields, keys, places, strict=True))
    line = object_sql([(key, value_sql(field, c)) for field, key, c in cells if field])
    if "" in fields:
        answers = object_sql([(key, value_sql(field, c)) for field, key, c in cells if not field])
        line = f"left({line}, -1) || ',\"answers\":' || {answers} || '}}'"
    line, names = ", ".join([line, *more]), ", ".join([*places, *more])
    statement = COPY.format(line=line, rows=rows, names=names)
    return csv.pieces(b"", statement, using=replica.alias(), end=b"\n", cut=cut)


def object_sql(pairs: Sequence[tuple[str, str]]) -> str:
    """Return SQL for a JSON object. PostgreSQL's own function is limited to fifty pairs."""
    names = [quoted(f"{json.dumps(key, ensure_ascii=False)}:") for key, _value in pairs]
    inner = " || ',' || ".join(
        f"{name} || {pair[1]}" for name, pair in zip(names, pairs, strict=True)
    )
    return f"'{{' || {inner} || '}}'"


def value_sql(field: str, column: str) -> str:
    """Return SQL for a JSON value: a text, or null if it is empty."""
    if field == "day" or field.endswith("_at"):
        text = csv.cell_sql(field, column)
    elif csv.is_typed(field):
        text = clean_sql(f"{column}::text")
    else:
        text = f"{column}::text"
    return f"coalesce(to_json(nullif({text}, ''))::text, 'null')"
