"""The loop of manage.py worker: does each registered round when it is due, until it is stopped."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from operations.rounds import Round

log = logging.getLogger(__name__)

# Seconds after which the loop looks again, at the latest: so soon it notices that it is stopped.
PAUSE = 0.5


class Worker:
    """Does the rounds of each thread one after another, each thread beside the others."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        ordered = sorted(rounds, key=lambda each: each.thread)  # stable: the order registered stays
        self.threads = {
            thread: list(members) for thread, members in groupby(ordered, lambda each: each.thread)
        }
        self.running = True

    def run(self) -> None:
        """Work until `stop`; where one thread ends with an error, all end and it is raised."""
        with ThreadPoolExecutor(len(self.threads)) as pool:
            threads = [pool.submit(self.repeat, rounds) for rounds in self.threads.values()]
        for thread in threads:
            thread.result()

    def stop(self, *args: Any) -> None:
        """Finish what is in hand, then end. Fit for a signal handler."""
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

    def do_due(self, rounds: list[Round]) -> None:
        """Each round that is due, once. A database that does not answer costs that round alone."""
        for each in rounds:
            if each.due_at > time.monotonic():
                continue
            try:
                each.run()
            except (DatabaseError, InterfaceError) as error:
                log.warning("No database for “%s”: %s", each.name, type(error).__name__)
                connection.close()
