"""What many tests begin with is made once for those that follow one another in a file.

It is made before the test's own transaction begins, in one that stays open. Each test works in a
savepoint, with copies of the objects. What the next test does not ask for is taken back.
"""

import contextlib
import copy
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from campaigns import caching
from tests import indexing

Make = Callable[[], SimpleNamespace]
MAKERS: dict[str, Make] = {}  # by the name of the fixture; each may need those before it


@contextlib.contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction, or a savepoint within one, as a test's own (tests/indexing.py)."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def clear() -> None:
    """Clear what earlier tests left in this process."""
    cache.clear()
    caching.clear()
    indexing.forget()


class Arranged:
    """What there is before the transaction of the current test begins."""

    def __init__(self) -> None:
        self.made: dict[str, SimpleNamespace] = {}
        self.blocks: list[contextlib.ExitStack] = []

    def begin(self, names: list[str]) -> None:
        """Make these and no others."""
        while self.made and (is_lost() or [*self.made] != names[: len(self.made)]):
            self.made.popitem()
            self.blocks.pop().close()
        if missing := [name for name in names if name not in self.made]:
            clear()
            for name in missing:
                with contextlib.ExitStack() as stack:  # if it cannot be made, nothing stays open
                    stack.enter_context(rolled_back())
                    self.made[name] = MAKERS[name]()
                    indexing.catch_up()  # within the same savepoint
                    self.blocks.append(stack.pop_all())
            clear()

    def __call__(self, name: str) -> SimpleNamespace:
        """Return copies, or make it now: a test that commits has no transaction to make it in."""
        return copy.deepcopy(self.made[name]) if name in self.made else MAKERS[name]()


def is_lost() -> bool:
    """Whether a test has ended the transaction, as the end of its connection does."""
    return connection.connection.info.transaction_status != TransactionStatus.INTRANS


def first(request: pytest.FixtureRequest) -> list[str]:
    """What must be there before the transaction of this test, which does not commit."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server"} & {*request.fixturenames}:
        return []
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    return [name for name in MAKERS if name in {*request.fixturenames} - {*parameters}]
