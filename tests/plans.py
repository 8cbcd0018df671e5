"""Many rows, and the plans of PostgreSQL for the queries of a piece of code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.test.utils import CaptureQueriesContext

# What differs between signatures that are copied.
OTHER_SIGNATURES = {
    "id": "gen_random_uuid()",
    "email_key": "sha256(number::text::bytea)",
    "email": "number || '@example.org'",
}


def copy(model: type[models.Model], times: int, others: dict[str, str]) -> None:
    """Copy each row of a table so many times, with other values for some of the columns."""
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields]
    names = [name for name in names if name and (name != "id" or name in others)]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(others.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns})"
            f" SELECT {values} FROM {table}, generate_series(1, %s) number",
            [times],
        )
        cursor.execute(f"ANALYZE {table}")


@contextmanager
def explained() -> Iterator[list[str]]:
    """Yield a list to which the plans of the block's SELECTs are added, each before it is done."""
    plans: list[str] = []

    def explain(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        # A query that is read with a named cursor is planned for its first rows, unlike here.
        is_named = getattr(context["cursor"], "name", None)
        if not is_named and sql.strip().startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    # While queries are captured, no index waits to be updated (tests/indexing.py).
    with CaptureQueriesContext(connection), connection.execute_wrapper(explain):
        yield plans


def reading_all(model: type[models.Model], plans: list[str]) -> list[str]:
    """Return the plans that read the whole table of a model."""
    return [plan for plan in plans if f"Seq Scan on {model._meta.db_table} " in plan]
