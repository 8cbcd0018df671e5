"""The two teams are made once for a file; each test works in a transaction of its own."""

import copy
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests import arranged, indexing

Make = Callable[[], SimpleNamespace]


@pytest.fixture(scope="module")
def made(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The world that `make` of this file makes, with its indexes."""
    arranged.clear()
    with django_db_blocker.unblock(), translation.override("en"), arranged.rolled_back():
        world = request.module.make()
        indexing.catch_up()
        with django_db_blocker.block():
            yield world


@pytest.fixture
def world(made: SimpleNamespace, django_db_blocker: DjangoDbBlocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), arranged.rolled_back():
        yield copy.deepcopy(made)
