"""A dead or hung worker is noticed, and only a healthy one reports to systemd and Docker."""

import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F

from operations import heartbeat
from operations.doctor import upkeep
from operations.doctor.findings import Asked
from operations.heartbeat import Heart, Heartbeat
from operations.rounds import Round
from operations.worker import Worker, failing

pytestmark = pytest.mark.django_db


def age(**passed: int) -> None:
    Heartbeat.objects.update(beat_at=F("beat_at") - timedelta(**passed))


def test_a_worker_is_seen_while_it_lives_and_missed_when_it_dies():
    assert heartbeat.failings() == ["No worker has given a sign of life within a minute."]

    heart = Heart()
    heart.beat({"mail": 0.0, "totals": 1.0})
    assert heartbeat.failings() == []
    heart.beat({"mail": 0.0, "totals": 0.0})  # too soon to be stored
    assert Heartbeat.objects.count() == 2

    age(minutes=2)
    assert heartbeat.failings() == ["No worker has given a sign of life within a minute."]
    age(days=7)
    heartbeat.delete_old()
    assert not Heartbeat.objects.exists()


def test_a_thread_that_hangs_is_named_and_another_worker_does_not_hide_it():
    hanging, well = Heart(), Heart()
    hanging.host = "one"
    hanging.beat({"mail": 420.0, "totals": 0.0})
    well.beat({"mail": 0.0, "totals": 0.0})

    assert heartbeat.failings() == [
        "The thread “mail” of the worker on one has hung for 7 minutes."
    ]


def test_a_worker_that_died_on_another_machine_is_missed():
    def beat(host: str) -> None:
        heart = Heart()
        heart.host = host
        heart.beat({"mail": 0.0, "totals": 0.0})

    beat("web1")
    beat("web2")
    age(minutes=5)
    assert heartbeat.missing() == []  # No worker is alive, which failings() reports already.
    beat("web1")  # systemd has started another one there
    assert (heartbeat.failings(), heartbeat.missing()) == ([], ["web2"])
    assert [each.what for each in upkeep.running(Asked())] == [
        "A worker has died, and no other one runs on its machine: web2."
    ]

    beat("web2")
    assert heartbeat.missing() == []


def test_a_round_that_fails_each_time_is_named_until_it_succeeds():
    bad, well = (Round(name, lambda: None, every=60) for name in ("bad", "well"))
    bad.put_off()
    bad.put_off()
    assert failing([bad, well]) == ""  # It may have been a coincidence.
    bad.put_off()
    assert failing([bad, well]) == "bad"
    bad.run()
    assert failing([bad, well]) == ""

    heart = Heart()
    heart.beat({"main": 0.0, "mail": 0.0}, {"main": "bad, worse"})
    assert heartbeat.failing_rounds() == ["bad", "worse"]
    heart.last = -float("inf")
    heart.beat({"main": 0.0, "mail": 0.0}, {"main": failing([well])})
    assert heartbeat.failing_rounds() == []

    heart.last = -float("inf")
    heart.beat({"main": 0.0}, {"main": "bad"})
    age(minutes=2)  # Rounds of a dead worker are not reported.
    assert heartbeat.failing_rounds() == []


def test_systemd_and_docker_hear_only_of_a_worker_that_is_well(tmp_path, monkeypatch, settings):
    settings.HEARTBEAT_FILE = str(tmp_path / "heartbeat")
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.setblocking(False)
        Heart().beat({"mail": 301.0})
        with pytest.raises(BlockingIOError):
            systemd.recv(100)
        assert not Path(settings.HEARTBEAT_FILE).exists()

        heart = Heart()
        heart.begin()
        heart.beat({"mail": 0.0})

        assert [systemd.recv(100), systemd.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
        assert Path(settings.HEARTBEAT_FILE).exists()


def test_a_worker_works_on_where_the_folder_of_its_file_is_missing(tmp_path, settings):
    settings.HEARTBEAT_FILE = str(tmp_path / "missing" / "heartbeat")

    Heart().beat({"mail": 0.0})

    assert heartbeat.failings() == []


def test_the_worker_tells_how_long_each_thread_has_been_in_its_round():
    told, is_stopped, let_go = [], [], threading.Event()

    class Listener:
        def beat(self, ages: dict[str, float], failing: dict[str, str]) -> None:
            told.append(dict(ages))

        def stop(self) -> None:
            is_stopped.append(True)

    quick = Round("quick", lambda: None, every=0, thread="quick")
    stuck = Round("stuck", let_go.wait, every=0, thread="stuck")
    worker = Worker([quick, stuck], Listener())
    thread = threading.Thread(target=worker.run)
    thread.start()
    while len(told) < 4:
        time.sleep(0.05)
    worker.stop()
    let_go.set()
    thread.join()

    assert told[-1]["stuck"] > told[-1]["quick"]
    assert is_stopped == [True]


def test_a_worker_that_is_stopped_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(heartbeat.connection, "close", lambda: None)  # the connection of the test
    heart = Heart()
    heart.beat({"mail": 0.0})

    heart.stop()

    assert not Heartbeat.objects.exists()
