"""manage.py worker: runs the rounds of all apps until it is stopped."""

import logging
import signal
import sys
from collections.abc import Callable
from typing import Any

from django.core.management import BaseCommand

from operations import rounds
from operations.heartbeat import Heart
from operations.jobs import process
from operations.metrics import measuring
from operations.worker import Worker

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Sends email, keeps the totals, publishes what is scheduled, reminds, anonymises, and runs "
        "the jobs that staff ask for."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        heart = Heart()
        worker = Worker(rounds.discover(), heart)
        # The checks may wait for the database, and nothing is under way yet.
        on_stop(lambda *_: sys.exit())
        measuring.measure_rounds()
        for check in rounds.BEFORE_ALL:
            check()
        on_stop(worker.stop)
        log.info("Worker started.")
        heart.begin()
        with process.kept(give_up=worker.stop):
            worker.run()
        log.info("Worker stopped.")


def on_stop(act: Callable[..., object]) -> None:
    """Call this when the worker is told to stop, in the place of what was to be called before."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, act)
