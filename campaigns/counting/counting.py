"""Counting: how many people have signed each petition.

Only the worker counts signatures; pages read the totals. The ledger holds the numbers of people who
signed elsewhere (`campaigns.counting.ledger`).
"""

import logging

from django.db import connection, transaction
from django.db.models import F, Sum

from campaigns.counting import milestones
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, ONLINE_SQL, PENDING_SQL
from operations import locks

log = logging.getLogger(__name__)

# The worker's round of this name; everything that writes totals holds its lock.
TOTALS = "totals"

# In seconds. A confirmation becomes visible a moment after its own time: at the latest when every
# transaction that was writing at that time has ended. The number of each signer is found by
# counting the signatures that are not settled, so this is short.
SETTLING = 1.0
SETTLED_TO = """
    SELECT least(statement_timestamp() - %(settling)s * interval '1 second', (
        SELECT min(xact_start) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL
          AND pid <> pg_backend_pid()))
"""

# Adds the changes since the last run to each total. It does not read the signatures up to
# `settled_at` again: changes to them have been noted (campaigns.counting.changes). All this is one
# statement, which sees the signatures and the notes in one snapshot.
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
    RETURNING tally.id, c.old, tally.total
"""

# Recalculates the sum of the ledger, which a trigger maintains, from all entries. OFFSET 0
# keeps the planner, here and below, from merging a subquery, which would count each number twice.
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

# Counts all signatures, and corrects `settled`. A total can only drift if a transaction took longer
# than SETTLING between setting the time of a confirmation and its first write, or if somebody
# changed the tables by hand.
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

PENDING = f"""
    SELECT id, number FROM (
        SELECT t.id, t.pending, (SELECT count(*) FROM campaigns_signature s
            WHERE s.tally_id = t.id AND {PENDING_SQL}) AS number
        FROM campaigns_tally t
        OFFSET 0
    ) AS c
    WHERE number <> pending
"""
SET_PENDING = """
    UPDATE campaigns_tally AS tally SET pending = c.number
    FROM unnest(%s::bigint[], %s::bigint[]) AS c (id, number) WHERE c.id = tally.id
"""

# Deletes milestones that are no longer true, since signers withdrew or fakes were invalidated.
UNREACHED = """
    DELETE FROM campaigns_milestone m USING campaigns_tally t
    WHERE t.id = m.tally_id AND t.total + t.elsewhere < m.number
"""
# Finds the numbers that have been reached since the last run: hardly ever any. A petition reaches
# none before it opens.
NEWLY_REACHED = """
    SELECT t.id, n.number FROM campaigns_tally t JOIN campaigns_petition p ON p.id = t.petition_id
    CROSS JOIN LATERAL (
        SELECT unnest(%s::int[]) AS number UNION SELECT p.goal WHERE p.goal IS NOT NULL
    ) n
    WHERE t.total + t.elsewhere >= n.number AND NOT EXISTS (
        SELECT FROM campaigns_milestone m WHERE m.tally_id = t.id AND m.number = n.number)
      AND p.live AND coalesce(p.opens_at, p.first_published_at, '-infinity') <= clock_timestamp()
"""
# Inserts each number once, with the moment of the signature, entry or import that reached it,
# however late the worker runs. An import counts like an entry of the ledger, when it ended or when
# the petition opened: the days on its sheets may be earlier. Between two entries, the sum of the
# entries so far says how many signatures on this site are needed. With entries of 10 on Monday and
# of 5 on Wednesday, the number 12 is reached by the second signature, if that was confirmed before
# Wednesday, and otherwise by Wednesday's entry; on Monday at the earliest.
REACHED = f"""
    WITH n AS (SELECT * FROM unnest(%s::int[], %s::int[]) AS n (tally_id, number)),
    imported AS MATERIALIZED (
        SELECT m.made_in_id, count(*) AS number FROM campaigns_importedsignature m
        JOIN campaigns_signature s ON s.id = m.signature_id
        WHERE s.tally_id IN (SELECT tally_id FROM n) AND {COUNTED_SQL} GROUP BY m.made_in_id
    ), entries AS (
        SELECT tally_id, id, entered_at, number FROM campaigns_ledgerentry
        UNION ALL SELECT tally_id, 0, '-infinity', 0 FROM n GROUP BY tally_id
        UNION ALL SELECT i.tally_id, i.id,
            greatest(i.ended_at, coalesce(p.opens_at, p.first_published_at)), imported.number
        FROM imported JOIN campaigns_import i ON i.id = imported.made_in_id
        JOIN campaigns_tally t ON t.id = i.tally_id
        JOIN campaigns_petition p ON p.id = t.petition_id
    ), spans AS MATERIALIZED (
        SELECT e.tally_id, e.entered_at AS since, sum(e.number) OVER entries AS entered,
            coalesce(lead(e.entered_at) OVER entries, 'infinity') AS until
        FROM entries e WHERE e.tally_id IN (SELECT tally_id FROM n)
        WINDOW entries AS (PARTITION BY e.tally_id ORDER BY e.entered_at, e.id)
    )
    INSERT INTO campaigns_milestone (tally_id, number, reached_at)
    SELECT n.tally_id, n.number, coalesce((
        SELECT min(found.moment) FROM (
            SELECT span.until, CASE WHEN n.number <= span.entered THEN span.since ELSE (
                SELECT greatest(s.confirmed_at, span.since) FROM campaigns_signature s
                WHERE s.tally_id = n.tally_id AND {COUNTED_SQL} AND {ONLINE_SQL}
                  AND n.number > span.entered AND s.confirmed_at < span.until
                ORDER BY s.confirmed_at OFFSET greatest(n.number - span.entered - 1, 0) LIMIT 1
            ) END AS moment
            FROM spans span WHERE span.tally_id = n.tally_id
        ) found WHERE found.moment < found.until), clock_timestamp())
    FROM n ON CONFLICT DO NOTHING
"""

# Decides of the newly inserted milestones which of them is a goal. A goal that was lowered to a
# number below the count was not reached on a day: the count of the last run was not below it. That
# count is known without the entries of the ledger since then, so a goal that an entry has reached
# is recognised by its time, which is after the last publishing.
WERE_GOALS = """
    UPDATE campaigns_milestone m SET was_goal = m.number IS NOT DISTINCT FROM p.goal
        AND (m.reached_at >= coalesce(p.last_published_at, '-infinity')
            OR m.number > coalesce(before.total, t.total) + t.elsewhere)
    FROM campaigns_tally t JOIN campaigns_petition p ON p.id = t.petition_id
    LEFT JOIN unnest(%s::int[], %s::int[]) AS before (tally_id, total) ON before.tally_id = t.id
    WHERE t.id = m.tally_id AND m.was_goal IS NULL
"""


def site_total() -> int:
    """Return how many people have signed, here and elsewhere, in one query over the tallies.

    Counts that the public does not see are left out: those of drafts, and those that are hidden
    until they are large enough. Readers could find them out from the difference.
    """
    public = Tally.objects.filter(
        petition__live=True, total__gte=F("petition__count_from") - F("elsewhere")
    )
    return public.aggregate(sum=Sum(F("total") + F("elsewhere")))["sum"] or 0


@transaction.atomic
def fold() -> list[int]:
    """Add all changes to the totals; return the ids of the tallies whose total has changed.

    The duration depends on the number of changes, and not on the number of signatures.
    """
    locks.wait(TOTALS)
    with connection.cursor() as cursor:
        # Read before FOLD starts. FOLD also sees whatever is committed between the two statements.
        cursor.execute(SETTLED_TO, {"settling": SETTLING})
        cursor.execute(FOLD, {"bound": cursor.fetchone()[0]})
        before = {tally: old for tally, old, total in cursor.fetchall() if old != total}
        cursor.execute(UNREACHED)
        cursor.execute(NEWLY_REACHED, [milestones.ROUND])
        if reached := cursor.fetchall():
            cursor.execute(REACHED, list(map(list, zip(*reached, strict=True))))
            cursor.execute(WERE_GOALS, [list(before), list(before.values())])
    return list(before)


@transaction.atomic
def count_pending() -> list[int]:
    """Count the pending signatures; return the ids of the tallies whose number has changed."""
    with connection.cursor() as cursor:
        cursor.execute(PENDING)
        changed = dict(cursor.fetchall())
        if changed:
            # Two statements that change several tallies could wait for each other. Counting takes
            # longer than this, and does not keep the totals waiting.
            locks.wait(TOTALS)
            cursor.execute(SET_PENDING, [list(changed), list(changed.values())])
    return list(changed)


def recount() -> list[int]:
    """Make every tally equal to its signatures and entries; return the ids that changed.

    The worker does this at its start and each day. It does not block signing.
    """
    drifted = heal()
    return sorted({*drifted, *fold(), *count_pending()})


@transaction.atomic
def heal() -> list[int]:
    """Count all settled signatures and all entries; return the ids of the tallies that differed."""
    locks.wait("heal")  # Otherwise two runs at once would each add the difference.
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
