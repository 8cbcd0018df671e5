"""Leases: emails that a worker has claimed, and how to recover after losing the database.

Also how to recover from a clock that was ahead.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Now

from campaigns.mail.outbox import OutgoingMail
from campaigns.mail.refusals import TOLERANCE
from campaigns.prepared_statements import Statement

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)  # before an email to a signer is tried again

# SKIP LOCKED lets several workers share the outbox. The lease expires, so the emails of a worker
# that was killed become due again. With IN, PostgreSQL could read the subquery again for each
# email, and claim them all at once.
CLAIM = """
    UPDATE campaigns_outgoingmail
    SET leased_until = statement_timestamp() + %s, attempts = attempts + 1
    WHERE id = ANY(ARRAY(
        SELECT id FROM campaigns_outgoingmail
        WHERE outcome = '' AND due_at <= statement_timestamp()
          AND (leased_until IS NULL OR leased_until < statement_timestamp())
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING id, leased_until
"""

# Recording the outcome of an email need not wait for the disk, which would take as long as sending
# the email. If the database crashes at that moment, an email may be sent twice, as when the worker
# is killed. The setting ends with the transaction, since PgBouncer may give this connection to a
# signer next.
UNHURRIED = "SET LOCAL synchronous_commit = off"

# A job that deletes signatures locks their emails for minutes. No other email may wait for that.
END = Statement("""
    UPDATE campaigns_outgoingmail
    SET outcome = %(outcome)s, ended_at = clock_timestamp(), leased_until = NULL
    WHERE id = (SELECT id FROM campaigns_outgoingmail WHERE id = %(id)s FOR UPDATE SKIP LOCKED)
      AND set_config('synchronous_commit', 'off', true) = 'off'
    RETURNING id
""")
FREE = "SELECT id FROM campaigns_outgoingmail WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED"


class Held:
    """The emails that one worker holds.

    A worker that loses its database in the middle of a batch lives on, and remembers what it has
    done. When the database is back, the emails need not wait for their leases to expire, and none
    that was sent is sent again. The same holds for emails that somebody had locked.
    """

    def __init__(self) -> None:
        self.batch: list[int] = []
        self.until: datetime | None = None  # the end of its lease, which also identifies it
        self.sent: set[int] = set()  # accepted by the mail server, but not recorded yet

    def claim(self, limit: int) -> list[int]:
        """Claim emails that are due, in a transaction, and return their ids."""
        with connection.cursor() as cursor:
            cursor.execute(UNHURRIED)
            parameters: list[Any] = [LEASE, limit]
            cursor.execute(CLAIM, parameters)
            # Stored before the commit, whose success the worker may never learn.
            rows = cursor.fetchall()
            self.batch, self.until = [pk for pk, _ in rows], rows[0][1] if rows else None
        return self.batch

    def end_sent(self, pk: int) -> None:
        """Record that the mail server has accepted an email."""
        self.sent.add(pk)
        if END.run(id=pk, outcome=OutgoingMail.Outcome.SENT):
            self.sent.discard(pk)

    def let_go(self) -> None:
        """Recover from an interrupted batch: record what was sent, and make the others due again.

        Raise database errors; the call can then be repeated.
        """
        if self.sent:
            ended = {"outcome": OutgoingMail.Outcome.SENT, "ended_at": Now(), "leased_until": None}
            free(self.sent).update(**ended)
            owed = OutgoingMail.objects.filter(outcome=OutgoingMail.Outcome.OWED)
            self.sent.intersection_update(owed.in_bulk(self.sent))
        if not self.batch:
            return
        # A different `leased_until` is the lease of another worker: our commit was lost.
        give_back(free(self.batch).filter(leased_until=self.until))
        self.batch = []


def free(keys: Collection[int]) -> QuerySet[OutgoingMail]:
    """Return those of these emails that nobody has locked; the statement that reads it locks them.

    The others are deleted by whoever has locked them, or become due again with their leases.
    """
    return OutgoingMail.objects.filter(pk__in=RawSQL(FREE, [list(keys)]))


def give_back(mails: QuerySet[OutgoingMail]) -> None:
    """Make emails that were claimed but not sent due again, without counting the attempt."""
    mails.update(attempts=F("attempts") - 1, leased_until=None)


def bring_back() -> None:
    """Make the emails due that were put off, or became due, by a clock that was ahead.

    The first email to a signer whom the limit of a network delays stays where it is.
    """
    moment = Greatest("signature__signed_at", "signature__confirmed_at")
    owed = OutgoingMail.objects.filter(outcome=OutgoingMail.Outcome.OWED)
    late = owed.annotate(moment=moment).filter(due_at__gt=Now() + LONGEST_WAIT + TOLERANCE)
    is_new = Q(moment__gt=Now() + TOLERANCE, due_at__lt=F("moment") + timedelta(minutes=1))
    late = late.filter(Q(attempts__gt=0) | is_new)
    free(list(late.values_list("pk", flat=True))).update(due_at=Now())
