"""Copy rows of the replaced database into the restored one, whatever release wrote them."""

from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import models

BATCH = 5_000
COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0"


def copy(model: type[models.Model], old: psycopg.Connection) -> None:
    """Replace the rows of a table by those of the same table in another database."""
    model._meta.base_manager.all().delete()
    for rows in batches(model, old):
        insert(model, rows)


def batches(model: type[models.Model], old: psycopg.Connection) -> Iterator[list[Any]]:
    """Yield the rows of a table in another database, without those whose parent is not here.

    Columns that an earlier release did not have get their default values.
    """
    table = [model._meta.db_table]
    known = {column for (column,) in old.execute(COLUMNS, table).fetchall()}
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.column in known and (not field.primary_key or isinstance(field, models.UUIDField))
    ]
    columns = ", ".join(str(field.column) for field in fields)
    rows = old.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY id")
    while batch := rows.fetchmany(BATCH):
        made = [
            model(**{f.attname: value for f, value in zip(fields, row, strict=True)})
            for row in batch
        ]
        for field in fields:
            if isinstance(field, models.ForeignKey):
                wanted = {getattr(each, field.attname) for each in made}
                there = set(
                    field.related_model._meta.base_manager.filter(pk__in=wanted).values_list(
                        "pk", flat=True
                    )
                )
                for each in made if field.null else ():
                    if getattr(each, field.attname) not in there:
                        setattr(each, field.attname, None)
                there.add(None)
                made = [each for each in made if getattr(each, field.attname) in there]
        yield made


def insert(model: type[models.Model], rows: list[Any]) -> None:
    """Insert rows with the moments that they have, also where Django writes the current time."""
    every = model._meta.concrete_fields
    stamped = [field.attname for field in every if getattr(field, "auto_now_add", False)]
    moments = [{name: at for name in stamped if (at := getattr(each, name))} for each in rows]
    model._meta.base_manager.bulk_create(rows)
    if stamped:
        for each, values in zip(rows, moments, strict=True):
            vars(each).update(values)
        model._meta.base_manager.bulk_update(rows, stamped)
