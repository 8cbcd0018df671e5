"""How many have signed. Pages read a row; only the worker counts."""

from django.db import connection
from django.db.models import Sum

from campaigns.models import milestone
from campaigns.models.petition import Petition
from campaigns.models.tally import Tally

# OFFSET 0 keeps the planner from taking the counts apart: it would count each of them twice.
RECOUNT = """
    UPDATE campaigns_tally AS tally SET total = counts.total, pending = counts.pending
    FROM (
        SELECT t.id,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND s.confirmed_at IS NOT NULL AND s.verdict = '') AS total,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND s.confirmed_at IS NULL AND s.verdict = ''
               AND s.erased_at IS NULL) AS pending
        FROM campaigns_tally t
        OFFSET 0
    ) AS counts
    WHERE counts.id = tally.id
      AND (counts.total, counts.pending) IS DISTINCT FROM (tally.total, tally.pending)
    RETURNING tally.id
"""

# What was reached and no longer is, since somebody has withdrawn or fakes were found.
UNREACHED = """
    DELETE FROM campaigns_milestone m USING campaigns_tally t
    WHERE t.id = m.tally_id AND t.total < m.number
"""
# Each number once, with the moment of the signature that reached it, however late it is noticed.
REACHED = """
    INSERT INTO campaigns_milestone (tally_id, number, reached_at)
    SELECT t.id, n.number, coalesce(
        (SELECT s.confirmed_at FROM campaigns_signature s
         WHERE s.tally_id = t.id AND s.confirmed_at IS NOT NULL AND s.verdict = ''
         ORDER BY s.confirmed_at OFFSET n.number - 1 LIMIT 1), clock_timestamp())
    FROM campaigns_tally t JOIN campaigns_petition p ON p.id = t.petition_id
    CROSS JOIN LATERAL (
        SELECT unnest(%s::int[]) AS number UNION SELECT p.goal WHERE p.goal IS NOT NULL
    ) n
    WHERE t.total >= n.number AND NOT EXISTS (
        SELECT FROM campaigns_milestone m WHERE m.tally_id = t.id AND m.number = n.number)
    ON CONFLICT DO NOTHING
"""


def total(petition: Petition) -> int:
    """Signatures that count, in all languages, as of the last recount."""
    return petition.tally.total


def site_total() -> int:
    """All actions taken by people like you: one query over the tallies."""
    return Tally.objects.aggregate(sum=Sum("total"))["sum"] or 0


def recount() -> list[int]:
    """Make every tally equal to its rows; the ids of those that were not.

    Counts rows, never what came in since the last time: a transaction that commits late would
    be missed.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        changed = [row[0] for row in cursor.fetchall()]
        cursor.execute(UNREACHED)
        cursor.execute(REACHED, [milestone.ROUND])
        return changed
