"""manage.py worker: what happens behind the pages."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import DatabaseError, InterfaceError, connection, transaction

from campaigns.counting import counting
from campaigns.mail import sending
from campaigns.privacy import retention
from campaigns.signatures import key_fingerprint, public_signers

log = logging.getLogger(__name__)

# Any number that no other advisory lock of this database uses: only one worker counts.
COUNTER_LOCK = 7_401_001
PAUSE = 0.5
# Counting may take a twenty-fifth of one core, but no total is ever much older than this.
COUNTING_SHARE = 25
OLDEST_COUNT = 1.9
PUBLISH_EVERY = 30
SURVEY_EVERY = 300
# While the mail server cannot be reached, ask it less and less often, in seconds.
SHORTEST_WAIT, LONGEST_WAIT = 1, 8
# Each hour rather than each night: a restart then loses and repeats nothing.
FORGET_EVERY = 3600


class Command(BaseCommand):
    help = "Sends the mail that is owed, keeps the totals, publishes, reminds and forgets in time."

    running = True
    count_at = survey_at = publish_at = forget_at = mail_at = 0.0
    mail_wait = SHORTEST_WAIT
    sweep: Iterator[retention.Report] | None = None

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        key_fingerprint.wait_and_verify()
        log.info("Worker started.")
        # A mail server may take its time over each mail; no total waits for it.
        with ThreadPoolExecutor(1) as other:
            mailing = other.submit(self.repeat, self.mail)
            self.repeat(self.work)
        mailing.result()
        log.info("Worker stopped.")

    def stop(self, *args: Any) -> None:
        """Finish what is in hand, then end."""
        self.running = False

    def repeat(self, work: Callable[[], bool | None]) -> None:
        """Until stopped, with a pause unless there is more to do; where one ends, all do."""
        try:
            while self.running:
                try:
                    busy = work()
                except (DatabaseError, InterfaceError) as trouble:
                    log.warning("The database did not answer: %s", type(trouble).__name__)
                    connection.close()
                    busy = False
                if self.running and not busy:
                    time.sleep(PAUSE)
        finally:
            self.running = False
            connection.close()

    def mail(self) -> bool:
        """A batch, if it is time; whether there may be more mail to send at once."""
        if time.monotonic() < self.mail_at:
            return False
        delivered = sending.deliver()
        if delivered.is_unreachable:
            self.mail_at = time.monotonic() + self.mail_wait
            self.mail_wait = min(self.mail_wait * 2, LONGEST_WAIT)
            return False
        self.mail_wait = SHORTEST_WAIT
        return delivered.claimed == sending.BATCH

    def work(self) -> None:
        """One round of all that is not mail."""
        if time.monotonic() >= self.count_at:
            started = time.monotonic()
            self.count()
            took = time.monotonic() - started
            self.count_at = time.monotonic() + min(max(1.0, took * COUNTING_SHARE), OLDEST_COUNT)
        # When the next is due is noted first: what cannot be done is not tried again at once, and
        # holds up nothing below.
        if time.monotonic() >= self.survey_at:
            self.survey_at = time.monotonic() + SURVEY_EVERY
            counting.survey()
            public_signers.show()
        if time.monotonic() >= self.publish_at:
            self.publish_at = time.monotonic() + PUBLISH_EVERY
            self.publish()
        self.forget()

    def publish(self) -> None:
        """What is scheduled; what cannot be published must not keep mail and totals waiting."""
        try:
            call_command("publish_scheduled", verbosity=0)
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("What is scheduled could not all be published.")

    def forget(self) -> None:
        """A batch a round, so that no mail waits for a big petition's signers to be forgotten."""
        if self.sweep is None and time.monotonic() >= self.forget_at:
            call_command("delete_login_attempts", verbosity=0)
            self.sweep = retention.sweep()
            self.forget_at = time.monotonic() + FORGET_EVERY
        if self.sweep is not None:
            report = next(self.sweep, None)
            if report is None:
                self.sweep = None
            elif report.is_complete and report:
                log.info("Retention: %s", report)

    def count(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # A second worker leaves counting to the one that is at it.
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COUNTER_LOCK])
            if cursor.fetchone()[0]:
                counting.recount()
