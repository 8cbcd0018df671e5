"""A backup that is told to stop leaves nothing behind."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings

from operations.backups import scratch
from operations.backups.stopping import stop
from operations.management.commands.backup import Command
from tests.operations.backups.conftest import beside

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def handled() -> Iterator[None]:
    """Where the command does not handle the signal, that fails this test and ends no other."""

    def fail(*args: object) -> None:
        raise AssertionError("Nobody has handled the signal.")

    before = signal.signal(signal.SIGTERM, fail)
    yield
    signal.signal(signal.SIGTERM, before)


def test_a_backup_that_is_stopped_leaves_no_copy_of_the_signers(key, handled):
    there, has_ended = [], threading.Event()

    def stop_within_the_trial() -> None:
        while not there and not has_ended.wait(0.02):
            there.extend(beside("try_%"))
        os.kill(os.getpid(), signal.SIGTERM)

    stopping = threading.Thread(target=stop_within_the_trial)
    stopping.start()
    try:
        with pytest.raises(SystemExit) as ended:
            Command().run_from_argv(["manage.py", "backup", "--skip-checks"])
    finally:
        has_ended.set()
        stopping.join()

    assert there
    assert ended.value.code == 128 + signal.SIGTERM
    assert beside("%") == []
    assert list(settings.BACKUP_FOLDER.iterdir()) == []


@pytest.mark.parametrize("statement", ["create", "drop"])
def test_a_signal_within_the_statement_leaves_no_scratch_database(statement, monkeypatch, handled):
    real = getattr(scratch, statement)

    def stopped(name: str) -> None:
        # Before a DROP, and after a CREATE: the moments in which the database exists.
        if statement == "drop":
            os.kill(os.getpid(), signal.SIGTERM)
        real(name)
        if statement == "create":
            os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    monkeypatch.setattr(scratch, statement, stopped)
    with pytest.raises(SystemExit), scratch.made(scratch.TRIAL):
        assert statement == "drop"

    assert beside("%") == []
