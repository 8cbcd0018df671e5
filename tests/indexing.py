"""What is saved is indexed once somebody reads an index: most tests never do.

Wagtail updates its indexes of search and of references after each save, in about half of the time
that saving takes. While a test's own transaction is open, nobody else can read them, so that
updating them can wait until the first query that names one of their tables.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult

INDEXES = ("wagtailsearch_indexentry", "wagtailcore_referenceindex")
CAN_WAIT = ("insert_or_update_object_task", "update_reference_index_task")


Tasks = dict[tuple[str, tuple[Any, ...]], Task]


class WhenRead(ImmediateBackend):
    """Does each task once, before an index is read; at once where others may, or count queries."""

    waiting: Tasks = {}
    undoable: Tasks = {}  # done inside of a savepoint, which the test may still roll back

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult | None:
        is_counted = connection.force_debug_cursor
        if task.name not in CAN_WAIT or is_counted or not is_in_a_test_s_transaction():
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
    elif WhenRead.waiting and any(name in text for name in INDEXES):
        catch_up()
    return execute(sql, params, many, context)


def caught_up(begin: Callable[..., Any]) -> Callable[..., Any]:
    """CaptureQueriesContext.__enter__, which does not count what was still to be indexed."""

    def enter(context: CaptureQueriesContext) -> Any:
        catch_up()
        return begin(context)

    return enter


def catch_up() -> None:
    """Index what waits: a test that rolls back again and again has this done before, once."""
    waiting = dict(WhenRead.waiting)
    WhenRead.waiting.clear()
    if not all(block._from_testcase for block in connection.atomic_blocks):
        WhenRead.undoable |= waiting
    for (_, args), task in waiting.items():
        ImmediateBackend.enqueue(task.get_backend(), task, list(args), {})


def forget() -> None:
    """What the test before has saved is no longer there."""
    WhenRead.waiting.clear()
    WhenRead.undoable.clear()
    if catch_up_before_reading in connection.execute_wrappers:
        connection.execute_wrappers.remove(catch_up_before_reading)
