"""What a signature keeps of its emails when they leave the outbox: kind, day and outcome.

The rows of the outbox are needed for two days, for the allowances of a mailbox and the reminder.
Then the worker moves a summary into `Signature.sent_mails`, three bytes for each email.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BigIntegerField, Count, Func, OuterRef, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.mail import new_emails
from campaigns.mail.outbox import MailKind, OutgoingMail
from campaigns.signatures.signature import Signature

Outcome = OutgoingMail.Outcome

KEEP = timedelta(days=2)
# The stored values are indexes into these lists: what is new must be added at the end.
KINDS = tuple(MailKind)
ENDS = (Outcome.SENT, Outcome.REFUSED, Outcome.ABANDONED, Outcome.DROPPED)
MOST_ENDS = 8  # Each kind has room for so many.
SIZE = 3
# The first bytes of emails about a new email address.
ABOUT_NEW_EMAILS = [
    KINDS.index(kind) * MOST_ENDS + end
    for kind in new_emails.KINDS
    for end in range(1, len(ENDS) + 1)
]
FIRST_DAY = date(2020, 1, 1)

# Emails in the outbox that ended at least two days ago, from where the last batch stopped.
CANDIDATES = """
    SELECT signature_id, ended_at FROM campaigns_outgoingmail
    WHERE ended_at > %(after)s AND ended_at <= %(old)s ORDER BY ended_at LIMIT %(number)s
"""
# Only confirmed signatures, since unconfirmed ones are soon deleted. All emails of a signature are
# moved together, so that its row is written once.
LOCK = """
    SELECT s.id FROM campaigns_signature s
    WHERE s.id = ANY(%(keys)s) AND s.confirmed_at IS NOT NULL AND s.anonymised_at IS NULL
      AND NOT EXISTS (
        SELECT FROM campaigns_outgoingmail m WHERE m.signature_id = s.id
          AND (m.ended_at IS NULL OR m.ended_at > %(old)s
            OR NOT (m.outcome = ANY(%(ends)s) AND m.kind = ANY(%(kinds)s))))
    FOR NO KEY UPDATE OF s SKIP LOCKED
"""
MOVE = """
    WITH gone AS (
        DELETE FROM campaigns_outgoingmail WHERE signature_id = ANY(%(keys)s)
        RETURNING id, signature_id, kind, outcome, ended_at
    ), packed AS (
        SELECT signature_id, count(*) AS number, string_agg(
            substring(int2send((array_position(%(ends)s, outcome::text)
                + %(all)s * (array_position(%(kinds)s, kind::text) - 1))::int2) FROM 2)
            || int2send(((ended_at AT TIME ZONE %(zone)s)::date - %(first)s)::int2),
            ''::bytea ORDER BY id) AS mails
        FROM gone GROUP BY signature_id
    ), kept AS (
        UPDATE campaigns_signature s SET sent_mails = coalesce(s.sent_mails, '') || packed.mails
        FROM packed WHERE s.id = packed.signature_id
    )
    SELECT sum(number) FROM packed
"""
# A page of the table holds about twenty signatures, and has room for two new versions. So each
# transaction takes one signature of a page and leaves the next to other transactions: the new
# version then fits into the same page, and no index needs another entry.
APART = 12
BATCH = 2400


class Gone(NamedTuple):
    """An email whose row has left the outbox."""

    kind: str
    outcome: str
    day: date


class NumberKept(Func):
    """The number of emails in `sent_mails`, without those about a new email address."""

    template = f"""(SELECT count(*) FROM generate_series(
        0, octet_length(%(expressions)s) / {SIZE} - 1) AS place
        WHERE get_byte(%(expressions)s, ({SIZE} * place)::int)
            NOT IN ({", ".join(map(str, ABOUT_NEW_EMAILS))}))"""
    output_field = BigIntegerField()


def number_of(mails: QuerySet[OutgoingMail], mailbox: dict[str, Any]) -> Combinable:
    """Return how many emails about a petition went to a mailbox: in `mails`, and in `sent_mails`.

    `mailbox` has `tally` and `email_key`, which two signatures may share. The emails are looked up
    per signature: a join with all signatures would read them once for each mailbox.
    """
    each = mails.filter(signature=OuterRef("pk")).order_by().values("signature")
    left = Subquery(each.annotate(number=Count("pk")).values("number"))
    signatures = Signature.objects.filter(**mailbox).order_by().values("tally")
    number = signatures.annotate(number=Sum(NumberKept("sent_mails") + Coalesce(left, 0)))
    return Coalesce(Subquery(number.values("number"), output_field=BigIntegerField()), 0)


def read(packed: bytes | memoryview | None) -> Iterator[Gone]:
    """Yield the emails in `Signature.sent_mails`, the oldest first."""
    content = bytes(packed or b"")
    for start in range(0, len(content), SIZE):
        kind, end = divmod(content[start] - 1, MOST_ENDS)
        day = FIRST_DAY + timedelta(days=int.from_bytes(content[start + 1 : start + SIZE]))
        # A newer release, from which the site went back, may have had more of them.
        if kind < len(KINDS) and end < len(ENDS):
            yield Gone(KINDS[kind], ENDS[end], day)


def move(after: datetime | None) -> tuple[int, datetime | None]:
    """Move one batch; return the number of emails, and where to continue, or None at the end."""
    old = timezone.now() - KEEP
    parameters: dict[str, Any] = {"old": old, "after": after or "-infinity", "number": BATCH}
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, parameters)
        found = cursor.fetchall()
    keys = sorted({key for key, _ended_at in found})
    parts = [keys[start::APART] for start in range(min(APART, len(keys)))]
    number = sum(move_those(part, old) for part in parts)
    return number, found[-1][1] if len(found) == BATCH else None


@transaction.atomic
def move_those(keys: list[UUID], old: datetime) -> int:
    """Move the emails of these signatures, except those locked by another transaction."""
    parameters: dict[str, Any] = {
        "keys": keys,
        "old": old,
        "ends": list(ENDS),
        "kinds": list(KINDS),
        "all": MOST_ENDS,
        "zone": settings.TIME_ZONE,
        "first": FIRST_DAY,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK, parameters)
        parameters["keys"] = [row[0] for row in cursor.fetchall()]
        if not parameters["keys"]:
            return 0
        cursor.execute(MOVE, parameters)
        return int(cursor.fetchone()[0] or 0)
