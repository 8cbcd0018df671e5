"""The two teams are made once for a file; each test works in a transaction of its own."""

import contextlib
import copy
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from campaigns import caching
from tests import indexing

Make = Callable[[], SimpleNamespace]


@contextlib.contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction, or a savepoint within one, as a test's own (tests/indexing.py)."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The world that `make` of this file makes, with its indexes."""
    for clear in (cache.clear, caching.clear, indexing.forget):  # what another file's tests left
        clear()
    with django_db_blocker.unblock(), translation.override("en"), rolled_back():
        world = request.module.make()
        indexing.catch_up()
        with django_db_blocker.block():
            yield world


@pytest.fixture
def world(made: SimpleNamespace, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), rolled_back():
        yield copy.deepcopy(made)
