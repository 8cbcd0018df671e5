"""What was acknowledged is there, once, whatever is killed meanwhile."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from config import postgres
from tests.storm.conftest import FOLDER

FIRST = 100  # all of these are sent and answered before anything is asked of the ledger


def acknowledged(ledger: dict[str, int]) -> set[str]:
    return {email for email, status in ledger.items() if status == 303}


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait(is_true: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while not is_true() and time.monotonic() < until:
        time.sleep(0.1)
    return is_true()


def check(ground, ledger: dict[str, int]) -> None:
    """Every acknowledged signature is there once; none that nobody sent."""
    rows = ground.emails()
    assert acknowledged(ledger) - rows.keys() == set()
    assert rows.keys() - ledger.keys() == set()
    assert set(rows.values()) == {1}


def test_web_workers_killed_every_second(ground, web, size):
    def kill(done: threading.Event) -> None:
        while not done.wait(1):
            if workers := children(web.process.pid):
                os.kill(random.choice(workers), signal.SIGKILL)

    ledger = ground.storm(size(5000), kill)

    check(ground, ledger)
    assert len(acknowledged(ledger)) > len(ledger) * 0.8


def test_the_database_killed_and_restarted(ground, web, size):
    def kill(done: threading.Event) -> None:
        while not done.wait(2):
            pid = int((FOLDER / "data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGQUIT)  # pg_ctl stop -m immediate
            time.sleep(0.5)
            postgres.start(FOLDER)

    ledger = ground.storm(size(5000), kill)

    check(ground, ledger)
    assert {ground.sign(f"after{n}@example.org") for n in range(12)} == {303}
    assert set(ledger.values()) <= {303, 503, 0}


def test_gunicorn_reloaded_in_the_storm(ground, web, size):
    def reload(done: threading.Event) -> None:
        for _ in range(5):
            if done.wait(2):
                return
            os.kill(web.process.pid, signal.SIGHUP)

    ledger = ground.storm(size(5000), reload)

    check(ground, ledger)
    assert set(ledger.values()) == {303}


def test_64_signers_at_once_with_one_email(ground, web, worker, sink):
    spellings = ["ada@example.org", "ADA@example.org", "ada+river@Example.org"]
    ledger = []
    threads = [
        threading.Thread(target=lambda n=n: ledger.append(ground.sign(spellings[n % 3], n)))
        for n in range(64)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(ledger) == {303}
    assert ground.emails().total() == 1
    worker()
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    assert sink.received.total() == 3


def test_mail_workers_killed_and_two_at_once(ground, web, worker, sink, size):
    ledger = ground.storm(size(1000), lambda done: None)
    sink.pause = 0.01

    first = worker()
    assert wait(lambda: sink.received.total() > 20)
    first.signal(signal.SIGKILL)
    ground.ask("UPDATE campaigns_outgoingmail SET leased_until = now() WHERE outcome = ''")
    worker(), worker()

    assert wait(lambda: sink.received.keys() == ledger.keys(), 60)
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    twice = [email for email, times in sink.received.items() if times > 1]
    assert len(twice) <= 1, "Only the mail in hand when the worker was killed may come again."


OWED = "SELECT count(*) FROM campaigns_outgoingmail WHERE outcome = ''"
HELD = "SELECT count(*) FROM campaigns_outgoingmail WHERE leased_until IS NOT NULL"


def test_a_worker_that_is_stopped_finishes_its_batch(ground, web, worker, sink):
    ground.storm(FIRST, lambda done: None)
    sink.pause = 0.02

    process = worker()
    assert wait(lambda: sink.received.total() > 3)
    process.process.send_signal(signal.SIGTERM)
    process.process.wait(20)

    assert ground.ask(HELD) == [(0,)]
    assert ground.ask(OWED) == [(FIRST - sink.received.total(),)]
    assert set(sink.received.values()) == {1}
