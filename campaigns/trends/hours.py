"""The signatures of each hour: their number, and what most of them have in common.

The worker measures the last hours repeatedly, since people confirm for some hours, and stores the
numbers for eight days. They show what is usual for a petition without reading old signatures.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection, models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from campaigns.counting.keys import CLOCKS_DIFFER, first_key
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import ONLINE_SQL

HOUR = timedelta(hours=1)
# People have this long to confirm before the numbers of an hour are final.
OPEN_HOURS = 4
# After a pause, the worker measures the hours that it has missed, but no more than this.
MOST_MISSED = timedelta(days=2)
STORED_FOR = timedelta(days=8)
# This many values of each kind are stored for an hour. A domain that fewer signatures share may
# belong to one person.
MOST_VALUES, FEWEST_OF_DOMAIN = 20, 5

# Primary keys are ordered by time, so only the rows of these hours are read. A network is stored as
# the primary key of its first signature, and never as its hash.
MEASURE = f"""
    WITH recent AS MATERIALIZED (
        SELECT s.id, s.tally_id, date_trunc('hour', s.signed_at, 'UTC') AS hour, s.confirmed_at,
            s.moderation, s.network_key AS network,
            lower(substring(s.email from '[^@]*$')) AS domain, nullif(s.country, '') AS country,
            nullif(s.source, '') AS source, nullif(s.framed_by, '') AS site
        FROM campaigns_signature s
        WHERE s.id >= %(first)s AND s.signed_at >= %(since)s AND s.signed_at < %(until)s
          AND s.anonymised_at IS NULL AND {ONLINE_SQL}
    ), grouped AS (
        SELECT tally_id, hour, CASE GROUPING(network, domain, country, source, site)
                WHEN 15 THEN 'network' WHEN 23 THEN 'domain' WHEN 27 THEN 'country'
                WHEN 29 THEN 'source' ELSE 'site' END AS kind,
            coalesce(CASE WHEN network IS NOT NULL THEN min(id::text COLLATE "C") END,
                domain, country, source, site) AS value,
            count(*) AS number
        FROM recent GROUP BY GROUPING SETS ((tally_id, hour, network), (tally_id, hour, domain),
            (tally_id, hour, country), (tally_id, hour, source), (tally_id, hour, site))
        HAVING num_nonnulls(network, domain, country, source, site) = 1
            AND (num_nonnulls(network, domain) = 0 OR count(*) >= {FEWEST_OF_DOMAIN})
    ), ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY tally_id, hour, kind ORDER BY number DESC, value) AS place
        FROM grouped
    ), kinds AS (
        SELECT tally_id, hour, kind, jsonb_object_agg(value, number) AS numbers
        FROM ranked WHERE place <= {MOST_VALUES} GROUP BY tally_id, hour, kind
    ), shared AS (
        SELECT tally_id, hour, jsonb_object_agg(kind, numbers) AS shared
        FROM kinds GROUP BY tally_id, hour
    ), counts AS (
        SELECT tally_id, hour, count(*) AS signed, count(confirmed_at) AS confirmed
        FROM recent GROUP BY tally_id, hour
    ), gone AS (
        DELETE FROM campaigns_trendhour old WHERE old.hour >= %(since)s AND NOT EXISTS (
            SELECT FROM counts c WHERE (c.tally_id, c.hour) = (old.tally_id, old.hour))
    )
    INSERT INTO campaigns_trendhour AS old (tally_id, hour, signed, confirmed, shared)
    SELECT tally_id, hour, signed, confirmed, coalesce(shared, '{{}}')
    FROM counts LEFT JOIN shared USING (tally_id, hour)
    ON CONFLICT (tally_id, hour) DO UPDATE SET signed = EXCLUDED.signed,
        confirmed = EXCLUDED.confirmed, shared = EXCLUDED.shared
    WHERE (old.signed, old.confirmed, old.shared)
        IS DISTINCT FROM (EXCLUDED.signed, EXCLUDED.confirmed, EXCLUDED.shared)
"""


class TrendHour(models.Model):
    """The signatures of a petition from one hour. Only `measure` writes the rows.

    `shared` is {kind: {value: number}} with the most frequent domains, countries, sources and
    embedding sites; the value of a network is the primary key of its first signature in that hour.
    """

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField(_("hour"))
    signed = models.PositiveIntegerField(_("signed"))
    confirmed = models.PositiveIntegerField(_("confirmed"))
    shared = models.JSONField(_("what many have in common"), default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("hour")
        verbose_name_plural = _("hours")
        constraints = [
            models.UniqueConstraint(fields=["tally", "hour"], name="one_trend_an_hour"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def begin_of(moment: datetime) -> datetime:
    """Return the beginning of the hour in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def measure(now: datetime) -> None:
    """Measure the hours whose numbers are not final."""
    this_hour = begin_of(now)
    since = this_hour - OPEN_HOURS * HOUR
    newest = TrendHour.objects.aggregate(newest=Max("hour"))["newest"]
    if newest:
        since = min(since, max(newest, this_hour - MOST_MISSED))
    with connection.cursor() as cursor:
        cursor.execute(
            MEASURE,
            {
                "first": first_key(since),
                "since": since,
                "until": now + CLOCKS_DIFFER,
            },
        )
