"""How many people have signed. Only the worker counts signatures; pages read the totals.

What was signed elsewhere stands in the ledger (`campaigns.counting.ledger`).
"""

import logging

from django.db import connection, transaction
from django.db.models import F, Sum

from campaigns.counting import milestones
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, PENDING_SQL
from operations import locks

log = logging.getLogger(__name__)

# The name of the worker's round, whose lock those hold who write totals.
TOTALS = "totals"

# In seconds. A confirmation is visible to others a moment after its own time: at the latest when
# every transaction that was writing by then has ended. Each signer's number is found by counting
# what is not settled, so this is short.
SETTLING = 1.0
SETTLED_TO = """
    SELECT least(statement_timestamp() - %(settling)s * interval '1 second', (
        SELECT min(xact_start) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL
          AND pid <> pg_backend_pid()))
"""

# Adds to each total what has come since the last time. The signatures up to `settled_at` are not
# looked at again: what happened to them is noted (campaigns.counting.changes). All of it is one
# statement, which sees the signatures and the notes as they were at one moment.
FOLD = f"""
    WITH noted AS (DELETE FROM campaigns_countchange RETURNING tally_id, confirmed_at, number),
    times AS (
        SELECT t.id, t.total, t.settled, coalesce(t.settled_at, '-infinity') AS since,
            greatest(%(bound)s, coalesce(t.settled_at, '-infinity')) AS until
        FROM campaigns_tally t
    ), changes AS (
        SELECT n.tally_id, sum(n.number) AS number
        FROM noted n JOIN campaigns_tally t ON t.id = n.tally_id
        WHERE n.confirmed_at <= t.settled_at GROUP BY n.tally_id
    ), counts AS MATERIALIZED (
        SELECT t.id, t.total AS old, t.until, coalesce(changes.number, 0) AS changed,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL}
               AND s.confirmed_at > t.since AND s.confirmed_at <= t.until) AS new,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL} AND s.confirmed_at > t.until) AS newest
        FROM times t LEFT JOIN changes ON changes.tally_id = t.id
    )
    UPDATE campaigns_tally AS tally SET
        settled = greatest(tally.settled + c.changed + c.new, 0), settled_at = c.until,
        total = greatest(tally.settled + c.changed + c.new + c.newest, 0)
    FROM counts c
    WHERE c.id = tally.id AND (c.changed <> 0 OR c.new <> 0
        OR tally.settled + c.changed + c.new + c.newest <> tally.total)
    RETURNING tally.id, tally.total <> c.old
"""

# The sum of the ledger, which a trigger keeps, from all entries.
HEAL_LEDGER = """
    UPDATE campaigns_tally AS tally SET elsewhere = greatest(tally.elsewhere + c.missing, 0)
    FROM (
        SELECT t.id, coalesce((
            SELECT sum(e.number) FROM campaigns_ledgerentry e WHERE e.tally_id = t.id), 0)
            - t.elsewhere AS missing
        FROM campaigns_tally t
        OFFSET 0
    ) AS c
    WHERE c.id = tally.id AND c.missing <> 0
    RETURNING tally.id
"""

# Counts all signatures, and corrects what was settled. A total may only drift where a transaction
# took longer than SETTLING between the time that it gave a confirmation and its first write, or
# where somebody changed the tables by hand.
HEAL = f"""
    UPDATE campaigns_tally AS tally SET settled = greatest(tally.settled + c.missing, 0)
    FROM (
        SELECT t.id,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL} AND s.confirmed_at <= t.settled_at)
            - (SELECT coalesce(sum(n.number), 0) FROM campaigns_countchange n
               WHERE n.tally_id = t.id AND n.confirmed_at <= t.settled_at)
            - t.settled AS missing
        FROM campaigns_tally t
        OFFSET 0
    ) AS c
    WHERE c.id = tally.id AND c.missing <> 0
    RETURNING tally.id
"""

# OFFSET 0 keeps the planner from merging the subquery, which would count each number twice.
PENDING = f"""
    UPDATE campaigns_tally AS tally SET pending = c.pending
    FROM (
        SELECT t.id, (SELECT count(*) FROM campaigns_signature s
            WHERE s.tally_id = t.id AND {PENDING_SQL}) AS pending
        FROM campaigns_tally t
        OFFSET 0
    ) AS c
    WHERE c.id = tally.id AND c.pending <> tally.pending
    RETURNING tally.id
"""

# Deletes milestones that are no longer true, since signers withdrew or fakes were invalidated.
UNREACHED = """
    DELETE FROM campaigns_milestone m USING campaigns_tally t
    WHERE t.id = m.tally_id AND t.total + t.elsewhere < m.number
"""
# Inserts each number once, with the moment of the signature or of the entry that reached it,
# however late the worker notices. Between two entries of the ledger, as many signatures are needed
# as the entries up to then leave over.
REACHED = f"""
    INSERT INTO campaigns_milestone (tally_id, number, reached_at)
    SELECT t.id, n.number, coalesce((
        SELECT min(found.moment) FROM (
            SELECT span.until, CASE WHEN n.number <= span.entered THEN span.since ELSE (
                SELECT greatest(s.confirmed_at, span.since) FROM campaigns_signature s
                WHERE s.tally_id = t.id AND {COUNTED_SQL} AND n.number > span.entered
                ORDER BY s.confirmed_at OFFSET greatest(n.number - span.entered - 1, 0) LIMIT 1
            ) END AS moment
            FROM (
                SELECT e.entered_at AS since, sum(e.number) OVER entries AS entered,
                    coalesce(lead(e.entered_at) OVER entries, 'infinity') AS until
                FROM (
                    SELECT id, entered_at, number FROM campaigns_ledgerentry WHERE tally_id = t.id
                    UNION ALL SELECT 0, '-infinity', 0
                ) e WINDOW entries AS (ORDER BY e.entered_at, e.id)
            ) span
        ) found WHERE found.moment < found.until), clock_timestamp())
    FROM campaigns_tally t JOIN campaigns_petition p ON p.id = t.petition_id
    CROSS JOIN LATERAL (
        SELECT unnest(%s::int[]) AS number UNION SELECT p.goal WHERE p.goal IS NOT NULL
    ) n
    WHERE t.total + t.elsewhere >= n.number AND NOT EXISTS (
        SELECT FROM campaigns_milestone m WHERE m.tally_id = t.id AND m.number = n.number)
    ON CONFLICT DO NOTHING
"""


def site_total() -> int:
    """The number of all who have signed, here and elsewhere: one query over the tallies."""
    return Tally.objects.aggregate(sum=Sum(F("total") + F("elsewhere")))["sum"] or 0


@transaction.atomic
def fold() -> list[int]:
    """Add what has changed to the totals; return the ids of the tallies whose total is another.

    Takes as long as there are changes, however many have signed before.
    """
    locks.wait(TOTALS)
    with connection.cursor() as cursor:
        # Asked before FOLD begins: what commits between the two is seen by FOLD.
        cursor.execute(SETTLED_TO, {"settling": SETTLING})
        cursor.execute(FOLD, {"bound": cursor.fetchone()[0]})
        changed = [row[0] for row in cursor.fetchall() if row[1]]
        cursor.execute(UNREACHED)
        cursor.execute(REACHED, [milestones.ROUND])
    return changed


def count_pending() -> list[int]:
    """Count the pending signatures; return the ids of the tallies that had another number."""
    return changed_by(PENDING)


def recount() -> list[int]:
    """Make every tally equal to its signatures and entries; return the ids that changed.

    The worker does it each day and at its start. Who signs meanwhile waits for nothing.
    """
    drifted = heal()
    return sorted({*drifted, *fold(), *count_pending()})


@transaction.atomic
def heal() -> list[int]:
    """Count all that is settled or entered; return the ids of the tallies in which it was wrong."""
    locks.wait("heal")  # Two at once would each add what is missing.
    drifted = changed_by(HEAL)
    if drifted:
        log.warning("The totals of the tallies %s did not equal their signatures.", drifted)
    unequal = changed_by(HEAL_LEDGER)
    if unequal:
        log.warning("The ledgers of the tallies %s did not equal their entries.", unequal)
    return [*drifted, *unequal]


def changed_by(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]
