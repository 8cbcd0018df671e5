"""The register of the worker's rounds, which are pieces of work that it repeats.

Each app registers its rounds in a module named `rounds`; the worker's loop names none of them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from operations import locks

LONGEST = 300  # seconds until a round that fails each time is tried again
MOST_DOUBLINGS = 9  # 2**9 seconds are longer than LONGEST


@dataclass
class Round:
    """One kind of work that the worker repeats.

    `work` does one piece, and returns the seconds until the next is due: 0 if there is more to do
    at once, None for the usual `every` seconds. With `share`, a round waits longer after long work,
    so that it uses at most 1/share of a core. With `alone`, only one process at a time does the
    work, in one transaction that holds the lock. Nothing is committed before the end, so work that
    contacts another server must never be `alone`. Rounds of one `thread` wait for each other.
    """

    name: str
    work: Callable[[], float | None]
    every: float
    share: int = 0
    alone: bool = False
    thread: str = "main"
    due_at: float = 0.0
    failures: int = 0  # in a row, caused by bugs of ours

    def run(self) -> None:
        """Do one piece of the work.

        The next time is set first, so that the worker also waits after a failure.
        """
        started = time.monotonic()
        self.due_at = started + self.every
        wait = self.work_alone() if self.alone else self.work()
        ended = time.monotonic()
        for observe in OBSERVERS:
            observe(self.name, ended - started)
        if wait is None:
            wait = max(self.every, (ended - started) * self.share)
        self.due_at, self.failures = ended + wait, 0

    def put_off(self) -> None:
        """Wait longer after each failure in a row: from seconds up to a few minutes."""
        self.failures += 1
        self.due_at = time.monotonic() + min(2.0 ** min(self.failures, MOST_DOUBLINGS), LONGEST)
        for observe in OF_FAILURES:
            observe(self.name)

    def work_alone(self) -> float | None:
        with transaction.atomic():
            return self.work() if locks.take(self.name) else None


REGISTERED: list[Round] = []
# Called with the name of each round that was done, and its seconds (operations.metrics).
OBSERVERS: list[Callable[[str, float], None]] = []
# Called with the name of each round that has failed.
OF_FAILURES: list[Callable[[str], None]] = []
BEFORE_ALL: list[Callable[[], None]] = []


def register(round_: Round) -> None:
    """Register a round, which is done after those registered earlier for the same thread."""
    REGISTERED.append(round_)


def before_all(check: Callable[[], None]) -> None:
    """Register a check that the worker calls before it starts; an exception ends the worker."""
    BEFORE_ALL.append(check)


def discover() -> list[Round]:
    """Return the rounds of all installed apps."""
    autodiscover_modules("rounds")
    return REGISTERED
