"""A kind of job for tests, whose work a test gives it; and the worker, for all that waits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, connections

from operations.jobs import kinds, process, running
from operations.jobs.job import Job
from operations.jobs.kinds import Kind
from operations.jobs.work import Work

KEY = "test"


def give(monkeypatch: pytest.MonkeyPatch, work: Callable[[Work], dict[str, Any]]) -> None:
    kinds.discover()
    errors = {"refused": "It was refused."}
    kind = Kind(KEY, work, lambda job: "A test", lambda job: "It is tested.", errors=errors)
    monkeypatch.setitem(kinds.REGISTERED, KEY, kind)


def ask(user: User, **order: Any) -> Job:
    return running.ask(KEY, by=user, order=order, told={}, total=10)


def work_off() -> None:
    """What the worker does with all that is in the queue now, on the connection of the test.

    It has a thread of its own: once a browser was started, that of the tests has a running loop.
    """
    connection = connections[DEFAULT_DB_ALIAS]

    def work() -> None:
        connections[DEFAULT_DB_ALIAS] = connection
        process.run(once=True)

    connection.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(max_workers=1) as threads:
            threads.submit(work).result()
    finally:
        connection.dec_thread_sharing()
