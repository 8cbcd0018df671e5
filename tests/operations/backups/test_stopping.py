"""A backup that is told to stop leaves nothing behind."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from operations.backups import scratch
from operations.backups.stopping import stop
from servers.processes import ROOT
from tests.deploy.conftest import database_url
from tests.operations.backups.conftest import beside
from tests.waiting import wait

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_backup_that_is_stopped_leaves_no_copy_of_the_signers(key):
    known = {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "SIGNATURE_KEY": settings.SIGNATURE_KEY,
        "BACKUP_RECIPIENTS": ",".join(settings.BACKUP_RECIPIENTS),
        "BACKUP_FOLDER": str(settings.BACKUP_FOLDER),
    }
    command = [sys.executable, "manage.py", "backup"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | known) as process:
        there = wait(lambda: bool(beside("try_%")))
        process.send_signal(signal.SIGTERM)

    assert there
    assert process.returncode == 128 + signal.SIGTERM
    assert beside("%") == []
    assert list(settings.BACKUP_FOLDER.iterdir()) == []


@pytest.mark.parametrize("statement", ["create", "drop"])
def test_a_signal_within_the_statement_leaves_no_scratch_database(statement, monkeypatch):
    real = getattr(scratch, statement)

    def stopped(name: str) -> None:
        # Before a DROP, and after a CREATE: the moments in which the database exists.
        if statement == "drop":
            os.kill(os.getpid(), signal.SIGTERM)
        real(name)
        if statement == "create":
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, stop)
    monkeypatch.setattr(scratch, statement, stopped)
    try:
        with pytest.raises(SystemExit), scratch.made(scratch.TRIAL):
            assert statement == "drop"
    finally:
        signal.signal(signal.SIGTERM, before)

    assert beside("%") == []
