"""A process that starts checks that it has the key of the database, for which it may wait."""

import os
import signal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError

from campaigns.models import KeyFingerprint
from campaigns.signatures import key_fingerprint
from operations import keyring

pytestmark = pytest.mark.django_db


def test_an_empty_database_learns_its_key_and_refuses_another(settings):
    key_fingerprint.verify()
    key_fingerprint.verify()
    assert KeyFingerprint.objects.count() == 1

    settings.SIGNATURE_KEY = "another key"
    with pytest.raises(ImproperlyConfigured, match="SIGNATURE_KEY"):
        key_fingerprint.verify()


def test_the_worker_refuses_a_foreign_key(settings):
    key_fingerprint.verify()
    settings.SIGNATURE_KEY = "another key"

    with pytest.raises(ImproperlyConfigured):
        call_command("worker")


def test_the_fingerprint_tells_nothing_of_the_key(settings):
    key_fingerprint.verify()

    assert settings.SIGNATURE_KEY not in KeyFingerprint.objects.get().value


def test_who_starts_while_the_database_is_away_waits_for_it(monkeypatch, settings):
    answers = iter([OperationalError, OperationalError, None])

    def learn(**values: object) -> tuple[KeyFingerprint, bool]:
        if failure := next(answers):
            raise failure
        return KeyFingerprint(value=keyring.fingerprint(settings.SIGNATURE_KEY)), False

    monkeypatch.setattr(KeyFingerprint.objects, "get_or_create", learn)
    monkeypatch.setattr(key_fingerprint, "PAUSE", 0)
    monkeypatch.setattr(key_fingerprint.connection, "close", lambda: None)

    key_fingerprint.wait_and_verify()

    assert list(answers) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_waits_for_the_database_can_be_stopped(monkeypatch, number):
    tries, before = [], {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}

    def learn(**values: object) -> None:
        assert not tries, "It waits on."
        tries.append(values)
        os.kill(os.getpid(), number)
        raise OperationalError

    monkeypatch.setattr(KeyFingerprint.objects, "get_or_create", learn)
    monkeypatch.setattr(key_fingerprint, "PAUSE", 0)
    monkeypatch.setattr(key_fingerprint.connection, "close", lambda: None)

    try:
        with pytest.raises(SystemExit) as left:
            call_command("worker")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

    assert left.value.code is None  # as after a stop at any other time
