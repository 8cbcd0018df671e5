"""The primary keys of a job's rows: stored when it is requested, and read batch by batch."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from operations.jobs.job import Batch, Job

SIZE = 5_000
# The database itself numbers and aggregates the keys, since there may be a million of them.
SETTLE = f"""
    INSERT INTO {Batch._meta.db_table} (job_id, number, keys)
    SELECT %s, place / {SIZE}, array_agg(id ORDER BY id)
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM ({{rows}}) AS r (id)) AS n
    GROUP BY place / {SIZE}
"""
COUNT = f"SELECT coalesce(sum(cardinality(keys)), 0) FROM {Batch._meta.db_table} WHERE job_id = %s"


def settle(job: Job, rows: QuerySet[Any]) -> int:
    """Store the keys of these rows, which are UUIDs, for a job; return how many there are.

    Call this in the transaction in which the job is requested.
    """
    query = rows.order_by().values_list("pk").query
    sql, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(SETTLE.format(rows=sql), [job.pk, *parameters])
        cursor.execute(COUNT, [job.pk])
        [(total,)] = cursor.fetchall()
    Job.objects.filter(pk=job.pk).update(total=total)
    return int(total)


def of(job: Job) -> Iterator[list[UUID]]:
    """Yield the batches in ascending order, one at a time."""
    for number in range(job.batches.count()):
        yield job.batches.values_list("keys", flat=True).get(number=number)
