"""How many people have signed. Only the worker counts signatures; pages read the totals."""

import time
from datetime import datetime
from datetime import time as time_of_day

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from campaigns.counting import milestones
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, PENDING_SQL

# Counting may use one part in this many of one core. OLDEST_COUNT is in seconds.
COUNTING_SHARE = 25
OLDEST_COUNT = 1.9

# A confirmation is visible to others a moment after its own time. After this time all of them are.
SETTLING = "interval '10 seconds'"

# OFFSET 0 keeps the planner from merging the subquery, which would count each number twice.
RECOUNT = f"""
    UPDATE campaigns_tally AS tally SET total = counts.total, pending = counts.pending,
        settled = counts.total - counts.unsettled, settled_at = statement_timestamp() - {SETTLING}
    FROM (
        SELECT t.id, t.total AS old_total, t.pending AS old_pending,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL}) AS total,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {PENDING_SQL}) AS pending,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL}
               AND s.confirmed_at > statement_timestamp() - {SETTLING}) AS unsettled,
            EXISTS (SELECT FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL} AND s.confirmed_at > t.settled_at
               AND s.confirmed_at <= statement_timestamp() - {SETTLING}) AS has_settled
        FROM campaigns_tally t
        OFFSET 0
    ) AS counts
    WHERE counts.id = tally.id
      AND (counts.has_settled OR (counts.total, counts.pending, counts.total - counts.unsettled)
          IS DISTINCT FROM (tally.total, tally.pending, tally.settled))
    RETURNING tally.id,
        (counts.total, counts.pending) IS DISTINCT FROM (old_total, old_pending)
"""

# Deletes milestones that are no longer true, since signers withdrew or fakes were invalidated.
UNREACHED = """
    DELETE FROM campaigns_milestone m USING campaigns_tally t
    WHERE t.id = m.tally_id AND t.total < m.number
"""
# Inserts each number once, with the moment of the signature that reached it, however late the
# worker notices.
REACHED = f"""
    INSERT INTO campaigns_milestone (tally_id, number, reached_at)
    SELECT t.id, n.number, coalesce(
        (SELECT s.confirmed_at FROM campaigns_signature s
         WHERE s.tally_id = t.id AND {COUNTED_SQL}
         ORDER BY s.confirmed_at OFFSET n.number - 1 LIMIT 1), clock_timestamp())
    FROM campaigns_tally t JOIN campaigns_petition p ON p.id = t.petition_id
    CROSS JOIN LATERAL (
        SELECT unnest(%s::int[]) AS number UNION SELECT p.goal WHERE p.goal IS NOT NULL
    ) n
    WHERE t.total >= n.number AND NOT EXISTS (
        SELECT FROM campaigns_milestone m WHERE m.tally_id = t.id AND m.number = n.number)
    ON CONFLICT DO NOTHING
"""


# Writes the survey of each petition whose total or whose day has changed. Countries with fewer than
# FEW signatures are left out, since in a small country a small number can identify a person.
FEW = 10
SURVEY = f"""
    INSERT INTO campaigns_survey (tally_id, counted, day, today, countries)
    SELECT t.id, t.total, %(day)s,
        (SELECT count(*) FROM campaigns_signature s
         WHERE s.tally_id = t.id AND s.confirmed_at >= %(midnight)s AND {COUNTED_SQL}),
        (SELECT coalesce(jsonb_object_agg(c.country, c.number), '{{}}') FROM (
            SELECT s.country, count(*) AS number FROM campaigns_signature s
            WHERE s.tally_id = t.id AND {COUNTED_SQL} AND s.country <> ''
            GROUP BY s.country HAVING count(*) >= %(few)s) AS c)
    FROM campaigns_tally t LEFT JOIN campaigns_survey v ON v.tally_id = t.id
    WHERE (v.counted, v.day) IS DISTINCT FROM (t.total, %(day)s)
    ON CONFLICT (tally_id) DO UPDATE SET counted = EXCLUDED.counted, day = EXCLUDED.day,
        today = EXCLUDED.today, countries = EXCLUDED.countries
"""


def site_total() -> int:
    """The number of all counted signatures on this site: one query over the tallies."""
    return Tally.objects.aggregate(sum=Sum("total"))["sum"] or 0


def recount() -> list[int]:
    """Make every tally equal to its signatures; return the ids of the tallies that were not.

    Always counts all rows. Counting only those since the last time would miss a transaction that
    commits late.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT)
        changed = [row[0] for row in cursor.fetchall() if row[1]]
        cursor.execute(UNREACHED)
        cursor.execute(REACHED, [milestones.ROUND])
        return changed


def recount_in_turn() -> float:
    """Recount, and return the number of seconds until the next recount is due.

    Counting may use a twenty-fifth of one core, but no total is much older than OLDEST_COUNT.
    """
    started = time.monotonic()
    recount()
    took = time.monotonic() - started
    return min(max(1.0, took * COUNTING_SHARE), OLDEST_COUNT)


def survey() -> None:
    """Count, for each petition, the signatures of today and of each country."""
    day = timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(day, time_of_day.min))
    with connection.cursor() as cursor:
        cursor.execute(SURVEY, {"day": day, "midnight": midnight, "few": FEW})


def today(petition: Petition) -> int:
    """How many people signed today, in the site's time zone; 0 for fewer than FEW."""
    found = getattr(petition.tally, "survey", None)
    if found is None or found.day != timezone.localdate() or petition.progress.count is None:
        return 0
    return found.today if found.today >= FEW else 0


def countries(petition: Petition) -> dict[str, int]:
    """Numbers of signatures by country (ISO 3166-1 alpha-2); small numbers are left out."""
    found = getattr(petition.tally, "survey", None)
    return found.countries if found and petition.progress.count is not None else {}
