"""Slow rounds of the worker do not hold up the rounds that must run each second."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from campaigns.models import Petition, Tally
from operations import rounds
from operations.worker import Worker
from tests import database
from tests.factories import make_petition, make_signature
from tests.waiting import wait

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def petition() -> Petition:
    return make_petition(title="Signed")


@contextlib.contextmanager
def ready() -> Iterator[threading.Thread]:
    """A thread with a worker that does all its rounds except sending emails."""
    every = [replace(each, due_at=0.0) for each in rounds.discover()]
    worker = Worker([each for each in every if each.thread != "mail"])
    thread = threading.Thread(target=worker.run)
    try:
        yield thread
    finally:
        worker.stop()
        thread.join()


@contextlib.contextmanager
def held(table: str) -> Iterator[None]:
    """Lock the table against writes of other connections, which then wait."""
    with database.transaction_elsewhere() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def total() -> int:
    return Tally.objects.get().total


def test_counting_goes_on_while_a_survey_and_anything_else_take_their_time(petition):
    tables = ("campaigns_survey", "campaigns_dailykey")

    def are_waited_for() -> list[bool]:
        return [database.waiting(table=table) > 0 for table in tables]

    with ready() as worker, held(tables[0]), held(tables[1]):
        worker.start()
        assert wait(lambda: all(are_waited_for()))
        for number in (1, 2, 3):
            make_signature(petition, email=f"{number}@example.org")
            assert wait(lambda number=number: total() == number)
        still = are_waited_for()

    assert still == [True, True]
