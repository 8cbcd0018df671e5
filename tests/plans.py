"""The plans of PostgreSQL for the queries of a piece of code."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models
from django.test.utils import CaptureQueriesContext


@contextmanager
def explained() -> Iterator[list[str]]:
    """Yield a list that has the plans of all SELECTs of the block, once it has ended."""
    plans: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield plans
    for query in captured:
        if query["sql"].strip().startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {query['sql']}")
                plans.append("\n".join(row[0] for row in cursor.fetchall()))


def reading_all(model: type[models.Model], plans: list[str]) -> list[str]:
    """Return the plans that read the whole table of a model."""
    return [plan for plan in plans if f"Seq Scan on {model._meta.db_table} " in plan]
