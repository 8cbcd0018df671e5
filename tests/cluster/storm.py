"""A storm of signers, who arrive at a fixed rate even if none is answered, and their answers."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from servers.nginx import Site

PATH = "/petitions/storm/"
RATE, SECONDS, BEFORE = 25, 42, 8  # signers a second, how long, and the second of the disaster
READ_EVERY = 0.2  # seconds
WARM = 20  # signers before the storm
MOST = 1200  # signers who wait at the same time


class Answer(NamedTuple):
    asked_at: float  # seconds since the storm began
    answered_at: float
    status: int  # 0 where no answer came


class Storm:
    """The answers to each signer, and to each reader at the same time."""

    def __init__(self, site: Site, version: int, *, name: str) -> None:
        self.site, self.version, self.name = site, version, name
        self.signed: dict[str, Answer] = {}
        self.read: list[Answer] = []

    def blow(
        self, disaster: Callable[[], None], *, rate: int = RATE, seconds: int = SECONDS
    ) -> "Storm":
        """Let people sign and read, and cause the disaster in the eighth second."""
        self.began = time.monotonic()
        for number in range(WARM):  # processes that have just started are slow at first
            self.sign(-number - 1)
        self.signed.clear()
        self.began = time.monotonic()
        crowd = [
            threading.Thread(target=self.reads, args=(seconds,)),
            threading.Thread(target=self.signs, args=(rate, seconds)),
        ]
        for each in crowd:
            each.start()
        # In this thread: a process ends with the thread that started it (servers.processes).
        self.sleep_until(BEFORE)
        disaster()
        for each in crowd:
            each.join()
        return self

    def signs(self, rate: int, seconds: int) -> None:
        with ThreadPoolExecutor(MOST) as pool:
            for number in range(rate * seconds):
                self.sleep_until(number / rate)
                pool.submit(self.sign, number)

    def now(self) -> float:
        return time.monotonic() - self.began

    def sleep_until(self, moment: float) -> None:
        time.sleep(max(0.0, moment - self.now()))

    def sign(self, number: int) -> None:
        email = f"{number}@{self.name if number >= 0 else f'warm.{self.name}'}.example.org"
        fields = {"name": "Storm", "email": email, "consent": "on", "version": self.version}
        source = f"127.{210 + (number < 0)}.{abs(number) >> 8 & 255}.{abs(number) & 255 or 255}"
        asked_at = self.now()
        try:
            status = self.site.post(f"{PATH}sign/", fields, source=source, timeout=60).status
        except OSError:
            status = 0
        self.signed[email] = Answer(asked_at, self.now(), status)

    def reads(self, seconds: int) -> None:
        for number in itertools.count():
            self.sleep_until(number * READ_EVERY)
            asked_at = self.now()
            if asked_at > seconds:
                return
            try:
                status = self.site.ask(PATH, timeout=60).status
            except OSError:
                status = 0
            self.read.append(Answer(asked_at, self.now(), status))

    @property
    def acknowledged(self) -> set[str]:
        return {email for email, answer in self.signed.items() if answer.status == 303}

    @property
    def statuses(self) -> Counter[int]:
        return Counter(answer.status for answer in self.signed.values())

    @property
    def silence(self) -> float:
        """The longest time in seconds in which nobody was told that they had signed."""
        moments = sorted(each.answered_at for each in self.signed.values() if each.status == 303)
        return max(later - earlier for earlier, later in itertools.pairwise([0.0, *moments]))

    def mailed_twice(self, received: Counter[str]) -> list[str]:
        return [email for email in self.signed if received[email] > 1]

    @property
    def slowest_reader(self) -> float:
        return max(each.answered_at - each.asked_at for each in self.read)

    def row(self) -> str:
        """The figures, as a row of the table in docs/scaling.md."""
        statuses = self.statuses
        others = ", ".join(f"{n} × {status}" for status, n in statuses.items() if status != 303)
        return (
            f"| {self.name} | {statuses[303]:,} | {others or 'none'} | {self.silence:.1f} s | "
            f"{len(self.read)}, slowest {self.slowest_reader:.1f} s |"
        )
