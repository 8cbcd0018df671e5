"""The register of the worker's rounds, which are pieces of work that it repeats.

Each app registers its rounds in a module named `rounds`; the worker's loop knows none by name.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from operations import locks

LONGEST = 300  # seconds until a round that fails each time is tried again
MOST_DOUBLINGS = 9  # of a second; that is longer


@dataclass
class Round:
    """One kind of work that the worker repeats.

    `work` does one piece, and returns the number of seconds until the next is due: 0 where there is
    more to do at once, None for the usual `every` seconds. With a `share`, work that took long
    waits longer, so that it uses at most one part in so many of a core. With `alone`, only one
    process at a time does the work, in one transaction that holds the lock: nothing of it is
    committed before its end, so work that speaks to another server is never `alone`. Rounds of one
    `thread` wait for each other.
    """

    name: str
    work: Callable[[], float | None]
    every: float
    share: int = 0
    alone: bool = False
    thread: str = "main"
    due_at: float = 0.0
    failures: int = 0  # one after another, by mistakes of ours

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
        """After a failure, wait longer each time: from seconds up to some minutes."""
        self.failures += 1
        self.due_at = time.monotonic() + min(2.0 ** min(self.failures, MOST_DOUBLINGS), LONGEST)
        for observe in OF_FAILURES:
            observe(self.name)

    def work_alone(self) -> float | None:
        with transaction.atomic():
            return self.work() if locks.take(self.name) else None


REGISTERED: list[Round] = []
# They are told the name of each round that was done, and its seconds (operations.metrics).
OBSERVERS: list[Callable[[str, float], None]] = []
# They are told the name of each round that has failed.
OF_FAILURES: list[Callable[[str], None]] = []
BEFORE_ALL: list[Callable[[], None]] = []


def register(round_: Round) -> None:
    """Have the worker do this round, after those registered earlier for the same thread."""
    REGISTERED.append(round_)


def before_all(check: Callable[[], None]) -> None:
    """Have the worker call a check before it starts; an exception ends the worker."""
    BEFORE_ALL.append(check)


def discover() -> list[Round]:
    """The rounds of all installed apps."""
    autodiscover_modules("rounds")
    return REGISTERED
