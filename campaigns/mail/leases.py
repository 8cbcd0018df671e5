"""Mails that a worker has claimed, and what becomes of them when it loses its database."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from campaigns.mail.outbox import OutgoingMail
from campaigns.prepared_statements import Statement

LEASE = timedelta(minutes=5)

# SKIP LOCKED lets several workers share the outbox. The lease ends by itself, so that the mails of
# a worker that was killed become due again.
CLAIM = """
    UPDATE campaigns_outgoingmail
    SET leased_until = statement_timestamp() + %s, attempts = attempts + 1
    WHERE id IN (
        SELECT id FROM campaigns_outgoingmail
        WHERE outcome = '' AND due_at <= statement_timestamp()
          AND (leased_until IS NULL OR leased_until < statement_timestamp())
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id, leased_until
"""

# The outcome of a mail need not wait for the disk, which would take as long as sending the mail. If
# the database crashes at that moment, a mail may be sent twice, as when the worker is killed. The
# setting ends with its transaction: behind PgBouncer, a signer gets this connection next.
UNHURRIED = "SET LOCAL synchronous_commit = off"

END = Statement("""
    UPDATE campaigns_outgoingmail
    SET outcome = %(outcome)s, ended_at = clock_timestamp(), leased_until = NULL
    WHERE id = %(id)s AND set_config('synchronous_commit', 'off', true) = 'off'
""")


class Held:
    """What one worker holds.

    A worker that loses its database in the middle of a batch lives on, and knows what it has done.
    When the database is back, the mails need not wait until their leases have ended, and none that
    was sent is sent again.
    """

    def __init__(self) -> None:
        self.batch: list[int] = []
        self.until: datetime | None = None  # the end of its lease, which tells whose it is
        self.sent: set[int] = set()  # what the mail server has taken, until that is recorded

    def claim(self, limit: int) -> list[int]:
        """Claim mails that are due, in a transaction, and return their ids."""
        with connection.cursor() as cursor:
            cursor.execute(UNHURRIED)
            parameters: list[Any] = [LEASE, limit]
            cursor.execute(CLAIM, parameters)
            # Remembered before the commit, of which a worker may never hear.
            rows = cursor.fetchall()
            self.batch, self.until = [pk for pk, _ in rows], rows[0][1] if rows else None
        return self.batch

    def end_sent(self, pk: int) -> None:
        """Record that the mail server has taken a mail."""
        self.sent.add(pk)
        END.run(id=pk, outcome=OutgoingMail.Outcome.SENT)
        self.sent.discard(pk)

    def let_go(self) -> None:
        """After a batch that broke off: record what was sent, and make the rest due again.

        Raises database errors, and can then be called again.
        """
        for pk in sorted(self.sent):
            self.end_sent(pk)
        if not self.batch:
            return
        # Another end is the lease of another worker: the commit of ours was lost.
        give_back(OutgoingMail.objects.filter(pk__in=self.batch, leased_until=self.until))
        self.batch = []


def give_back(mails: QuerySet[OutgoingMail]) -> None:
    """Make mails that were claimed but not sent due again, without counting the attempt."""
    mails.update(attempts=F("attempts") - 1, leased_until=None)
