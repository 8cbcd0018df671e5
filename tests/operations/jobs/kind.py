"""A kind of job whose work is set by the test, and a function that does all waiting jobs."""

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
    """Do all jobs that are in the queue now, as the worker does, on the connection of the test.

    Use another thread: once a browser has started, the tests' thread has a running event loop.
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
