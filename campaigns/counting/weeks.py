"""The last seven days of each petition: how many signed, got the email, and confirmed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.counting import surveys
from campaigns.counting.keys import first_key
from campaigns.counting.surveys import Survey
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import ONLINE_SQL, UNCONFIRMED_FOR

# Signers are mailed if one of their emails was sent, or has ended and left the outbox. An email
# that the site decided not to send has left no trace. The list of signatures also contains imported
# and anonymised ones, as `today` and `listed` do.
COUNT = f"""
    UPDATE campaigns_survey AS v SET week = c.week
    FROM (
        SELECT v.tally_id, jsonb_build_object('signed', coalesce(n.signed, 0),
            'mailed', coalesce(n.mailed, 0), 'confirmed', coalesce(n.confirmed, 0),
            'today', coalesce(n.today, 0), 'listed', coalesce(n.listed, 0),
            'day', %(day)s::text) AS week
        FROM campaigns_survey v LEFT JOIN (
            SELECT s.tally_id, count(*) AS listed,
                count(*) FILTER (WHERE s.signed_at >= %(midnight)s) AS today,
                count(*) FILTER (WHERE s.is_online) AS signed,
                count(s.confirmed_at) FILTER (WHERE s.is_online) AS confirmed,
                count(*) FILTER (WHERE s.is_online AND (s.sent_mails IS NOT NULL OR EXISTS (
                    SELECT FROM campaigns_outgoingmail m
                    WHERE m.signature_id = s.id AND m.outcome = 'sent'))) AS mailed
            FROM (
                SELECT s.id, s.tally_id, s.signed_at, s.confirmed_at, s.sent_mails,
                    s.anonymised_at IS NULL AND {ONLINE_SQL} AS is_online
                FROM campaigns_signature s
                WHERE s.id >= %(first)s AND s.signed_at >= %(since)s
            ) s GROUP BY s.tally_id
        ) n ON n.tally_id = v.tally_id
    ) AS c
    WHERE c.tally_id = v.tally_id AND v.week <> c.week
"""


def since() -> datetime:
    """Return the midnight in the site's time zone at which the seven days, ending today, begin."""
    return surveys.midnight(surveys.week_of(surveys.today()))


def count() -> None:
    """Count the last seven days of each petition that was surveyed."""
    begin, day = since(), surveys.today()
    parameters: dict[str, Any] = {
        # Somebody who signs again keeps the key of the unconfirmed signature.
        "first": first_key(begin - UNCONFIRMED_FOR),
        "since": begin,
        "midnight": surveys.midnight(day),
        "day": day.isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, parameters)


def of(tallies: Collection[Tally]) -> dict[str, int]:
    """Return the sums over these petitions, by "signed", "mailed" and "confirmed"."""
    sums = dict.fromkeys(("signed", "mailed", "confirmed"), 0)
    for week in Survey.objects.filter(tally__in=tallies).values_list("week", flat=True):
        for name in sums:
            sums[name] += week.get(name, 0)
    return sums
