"""How many have signed. Pages read a row; only the worker counts."""

from django.db import connection
from django.db.models import Sum

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
        return [row[0] for row in cursor.fetchall()]
