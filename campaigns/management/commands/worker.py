"""manage.py worker: what happens behind the pages."""

import logging
import signal
import time
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import DatabaseError, InterfaceError, connection, transaction

from campaigns import counting, delivery, keys

log = logging.getLogger(__name__)

# Any number that no other advisory lock of this database uses: only one worker counts.
COUNTER_LOCK = 7_401_001
PAUSE = 0.5
# Counting may take a twenty-fifth of one core.
COUNTING_SHARE = 25
PUBLISH_EVERY = 30


class Command(BaseCommand):
    help = "Sends the mail that is owed, keeps the totals, publishes what is scheduled."

    def handle(self, *args: Any, **options: Any) -> None:
        self.running = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        keys.verify()
        self.count_at = self.publish_at = 0.0
        log.info("Worker started.")
        while self.running:
            try:
                busy = self.work()
            except (DatabaseError, InterfaceError) as trouble:
                log.warning("The database did not answer: %s", type(trouble).__name__)
                connection.close()
                busy = False
            if self.running and not busy:
                time.sleep(PAUSE)
        log.info("Worker stopped.")

    def stop(self, *args: Any) -> None:
        """Finish what is in hand, then end."""
        self.running = False

    def work(self) -> bool:
        """One round; whether there may be more mail to send at once."""
        if time.monotonic() >= self.count_at:
            started = time.monotonic()
            self.count()
            took = time.monotonic() - started
            self.count_at = time.monotonic() + max(1.0, took * COUNTING_SHARE)
        if time.monotonic() >= self.publish_at:
            call_command("publish_scheduled", verbosity=0)
            self.publish_at = time.monotonic() + PUBLISH_EVERY
        return delivery.deliver().claimed == delivery.BATCH

    def count(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # A second worker leaves counting to the one that is at it.
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COUNTER_LOCK])
            if cursor.fetchone()[0]:
                counting.recount()
