"""Update Wagtail's indexes only before they are read: most tests never read them.

Wagtail updates its search index and reference index after each save, which takes about half of the
time of saving. While a test's own transaction is open, no other connection can read the indexes, so
the updates can wait until the first query that names one of their tables.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult

# The task that updates each index, by the table of the index.
TASK_OF = {
    "wagtailsearch_indexentry": "insert_or_update_object_task",
    "wagtailcore_referenceindex": "update_reference_index_task",
}

Tasks = dict[tuple[str, tuple[Any, ...]], Task]


class WhenRead(ImmediateBackend):
    """Run each task once, before an index is read.

    Run it at once outside of a test's transaction, and while a test counts queries.
    """

    waiting: Tasks = {}
    undoable: Tasks = {}  # done within a savepoint that the test may still roll back

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult | None:
        is_counted = connection.force_debug_cursor
        if task.name not in TASK_OF.values() or is_counted or not is_in_a_test_s_transaction():
            return super().enqueue(task, args, kwargs)
        self.waiting[task.module_path, tuple(args)] = task
        if catch_up_before_reading not in connection.execute_wrappers:
            connection.execute_wrappers.append(catch_up_before_reading)
        return None


def is_in_a_test_s_transaction() -> bool:
    return any(block._from_testcase for block in connection.atomic_blocks)


def catch_up_before_reading(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    text = str(sql)
    if text.startswith("ROLLBACK TO SAVEPOINT"):
        WhenRead.waiting |= WhenRead.undoable
        WhenRead.undoable.clear()
    elif WhenRead.waiting and (names := [name for table, name in TASK_OF.items() if table in text]):
        catch_up(names)
    return execute(sql, params, many, context)


def caught_up(begin: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap CaptureQueriesContext.__enter__: index first, so that those queries are not counted."""

    def enter(context: CaptureQueriesContext) -> Any:
        catch_up()
        return begin(context)

    return enter


def catch_up(names: Collection[str] = TASK_OF.values()) -> None:
    """Run the waiting tasks of these names. A test with many rollbacks calls this at first."""
    waiting = {key: task for key, task in WhenRead.waiting.items() if task.name in names}
    WhenRead.waiting = {key: task for key, task in WhenRead.waiting.items() if key not in waiting}
    if not all(block._from_testcase for block in connection.atomic_blocks):
        WhenRead.undoable |= waiting
    for (_, args), task in waiting.items():
        ImmediateBackend.enqueue(task.get_backend(), task, list(args), {})


def forget() -> None:
    """Drop the waiting tasks of the previous test, whose rows are gone."""
    WhenRead.waiting.clear()
    WhenRead.undoable.clear()
    if catch_up_before_reading in connection.execute_wrappers:
        connection.execute_wrappers.remove(catch_up_before_reading)
