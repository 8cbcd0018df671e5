"""Acknowledged signatures are stored exactly once, whatever is killed in the meantime."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from servers import postgres
from tests.storm.conftest import FOLDER
from tests.storm.ledger import OWED, acknowledged, check
from tests.waiting import wait

# Each list is one mailbox.
SPELLINGS = {
    "case and tags": [
        *("ada@example.org", "ADA@example.org", "ada+river@Example.org", "Ada+dam@EXAMPLE.org")
    ],
    "Gmail": ["adalovelace@gmail.com", "Ada.Love.Lace@gmail.com", "a.dalovelace+x@GoogleMail.com"],
    "IDN": ["ada@b\u00fccher.example", "ada@xn--bcher-kva.example", "ADA+1@B\u00dcCHER.example"],
}


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def at_once(verb: Callable[[int], int], count: int) -> Counter[int]:
    """Count the statuses of the answers to `count` requests that start at the same moment."""
    ready = threading.Barrier(count)

    def go(number: int) -> int:
        ready.wait()
        return verb(number)

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(go, range(count)))


def test_web_workers_killed_every_second(ground, web, size):
    def kill() -> None:
        if workers := children(web.process.pid):
            os.kill(random.choice(workers), signal.SIGKILL)

    ledger = ground.storm(size(5000, 20), kill, times=size(10))

    check(ground, ledger)
    assert len(acknowledged(ledger)) > len(ledger) * 0.8


def test_the_database_killed_and_restarted(ground, web, size):
    def kill() -> None:
        pid = int((FOLDER / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)  # pg_ctl stop -m immediate
        time.sleep(0.5)
        postgres.start(FOLDER, durable=False)

    ledger = ground.storm(size(5000, 20), kill, times=size(5))

    check(ground, ledger)
    assert {ground.sign(f"after{n}@example.org") for n in range(12)} == {303}
    # Requests wait for the database. There is one kill a second: only who meets two may be refused.
    assert set(ledger.values()) <= {303, 503}
    assert len(acknowledged(ledger)) > len(ledger) * 0.9


def test_gunicorn_reloaded_in_the_storm(ground, web, size):
    ledger = ground.storm(
        size(5000, 20), lambda: os.kill(web.process.pid, signal.SIGHUP), times=size(10)
    )

    check(ground, ledger)
    assert set(ledger.values()) == {303}


def test_64_signers_at_once_with_one_email(ground, web, worker, sink):
    statuses = {
        name: at_once(lambda n, known=known: ground.sign(known[n % len(known)], n), 64)
        for name, known in SPELLINGS.items()
    }

    assert statuses == {name: {303: 64} for name in SPELLINGS}
    assert ground.emails().total() == len(SPELLINGS)
    worker()
    assert wait(lambda: ground.ask(OWED) == [(0,)])
    assert sink.received.total() == 3 * len(SPELLINGS)
