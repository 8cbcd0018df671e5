"""manage.py worker: runs the rounds of all apps until it is stopped."""

import logging
import signal
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
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        measuring.measure_rounds()
        for check in rounds.BEFORE_ALL:
            check()
        log.info("Worker started.")
        heart.begin()
        with process.kept(give_up=worker.stop):
            worker.run()
        log.info("Worker stopped.")
