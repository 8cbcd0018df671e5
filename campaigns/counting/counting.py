"""How many have signed. Pages read a row; only the worker counts."""

import time
from datetime import datetime
from datetime import time as time_of_day

from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from campaigns.counting import milestones
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, PENDING_SQL

# The part of one core, one in so many, that counting may take; and seconds.
COUNTING_SHARE = 25
OLDEST_COUNT = 1.9

# OFFSET 0 keeps the planner from taking the counts apart: it would count each of them twice.
RECOUNT = f"""
    UPDATE campaigns_tally AS tally SET total = counts.total, pending = counts.pending
    FROM (
        SELECT t.id,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {COUNTED_SQL}) AS total,
            (SELECT count(*) FROM campaigns_signature s
             WHERE s.tally_id = t.id AND {PENDING_SQL}) AS pending
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


# What is told of each petition together; only where the count or the day is another. A country with
# fewer signatures is not told: in a small place few are nearly a name.
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
        cursor.execute(REACHED, [milestones.ROUND])
        return changed


def recount_in_turn() -> float:
    """Recount, for the worker; after how many seconds the next is due.

    Counting may take a twenty-fifth of one core, but no total is ever much older than OLDEST_COUNT.
    """
    started = time.monotonic()
    recount()
    took = time.monotonic() - started
    return min(max(1.0, took * COUNTING_SHARE), OLDEST_COUNT)


def survey() -> None:
    """Count what is told of each petition besides its total: today's, and by country."""
    day = timezone.localdate()
    midnight = timezone.make_aware(datetime.combine(day, time_of_day.min))
    with connection.cursor() as cursor:
        cursor.execute(SURVEY, {"day": day, "midnight": midnight, "few": FEW})


def today(petition: Petition) -> int:
    """How many signed today, in the site's time zone; 0 where it is too few to be told."""
    found = getattr(petition.tally, "survey", None)
    if found is None or found.day != timezone.localdate() or petition.progress.count is None:
        return 0
    return found.today if found.today >= FEW else 0


def countries(petition: Petition) -> dict[str, int]:
    """Signatures by country (ISO 3166-1 alpha-2), those with few left out."""
    found = getattr(petition.tally, "survey", None)
    return found.countries if found and petition.progress.count is not None else {}


def sources(petition: Petition, *, limit: int = 20) -> list[tuple[str, int]]:
    """By which ways people came who signed, the most frequent first. Counts rows: not for pages."""
    found = petition.tally.signatures.counted().values_list("source")
    return list(found.annotate(number=Count("pk")).order_by("-number", "source")[:limit])
