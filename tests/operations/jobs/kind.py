"""A kind of job for tests, whose work a test gives it; and the worker, for all that waits."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

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
    """What the worker does with all that is in the queue now."""
    process.run(once=True)
