"""The loop of `manage.py worker`, which does each registered round when it is due."""

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Protocol

from django.db import DatabaseError, InterfaceError, connection

from operations.database_errors import is_outage, reason
from operations.rounds import Round

log = logging.getLogger(__name__)

# The longest sleep in seconds, which is also how soon the loop notices that it was stopped.
PAUSE = 0.5
# This many failures in a row, within a quarter of a minute, are no accident.
MANY_FAILURES = 3


class Heart(Protocol):
    """Reports that the worker is alive (`operations.heartbeat`)."""

    def beat(self, ages: Mapping[str, float], failing: Mapping[str, str]) -> None: ...

    def stop(self) -> None: ...


class Worker:
    """Does the rounds of one thread one after another, and the threads in parallel.

    An additional thread passes to the heart how long ago each thread was last between two rounds,
    and which rounds fail each time.
    """

    def __init__(self, rounds: Sequence[Round], heart: Heart | None = None) -> None:
        ordered = sorted(rounds, key=lambda each: each.thread)  # A stable sort.
        self.threads = {
            thread: list(members) for thread, members in groupby(ordered, lambda each: each.thread)
        }
        self.seen = dict.fromkeys(self.threads, time.monotonic())
        self.heart = heart
        self.running = True

    def run(self) -> None:
        """Work until `stop` is called. An exception outside of a round ends all threads."""
        with ThreadPoolExecutor(len(self.threads) + 1) as pool:
            threads = [pool.submit(self.repeat, rounds) for rounds in self.threads.values()]
            if self.heart:
                threads.append(pool.submit(self.beat, self.heart))
        for thread in threads:
            thread.result()

    def stop(self, *args: object) -> None:
        """Finish the current rounds, then end. Can be used as a signal handler."""
        self.running = False

    def repeat(self, rounds: list[Round]) -> None:
        try:
            while self.running:
                self.do_due(rounds)
                wait = min(each.due_at for each in rounds) - time.monotonic()
                if self.running and wait > 0:
                    time.sleep(min(wait, PAUSE))
        finally:
            self.running = False
            connection.close()

    def beat(self, heart: Heart) -> None:
        try:
            while self.running:
                now = time.monotonic()
                ages = {thread: now - seen for thread, seen in self.seen.items()}
                heart.beat(ages, {thread: failing(its) for thread, its in self.threads.items()})
                time.sleep(PAUSE)
        finally:
            self.running = False
            heart.stop()

    def do_due(self, rounds: list[Round]) -> None:
        """Do each round that is due, once.

        If the database does not answer, or our code has a bug, only that round fails, and the
        error is logged. After a bug, the round is put off, for longer each time.
        """
        for each in rounds:
            self.seen[each.thread] = time.monotonic()
            if each.due_at > time.monotonic():
                continue
            try:
                each.run()
            except (DatabaseError, InterfaceError) as error:
                log.warning("No database for “%s”: %s", each.name, reason(error))
                connection.close()
                if not is_outage(error):  # a bug in a statement, or a row that it cannot handle
                    each.put_off()
            except Exception:
                log.exception("“%s” failed.", each.name)
                connection.close()
                each.put_off()


def failing(rounds: Sequence[Round]) -> str:
    """Return the names of those rounds that fail each time, separated by commas."""
    return ", ".join(each.name for each in rounds if each.failures >= MANY_FAILURES)
