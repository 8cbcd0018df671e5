"""Surveys: statistics of a petition's signatures, which the worker updates regularly."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from campaigns.counting import surveys
from campaigns.counting.surveys import Survey, SurveyChange
from campaigns.moderation.reasons import Reason
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.signatures.conditions import COUNTED_SQL, ONLINE_SQL, PENDING_SQL

# The channels of imported signatures.
BROUGHT_IN = ("paper", "import")
# Smaller numbers are not published: in a small country they can identify a person.
FEW = 10

# The tallies whose numbers or whose day have changed since their last survey, or of whose changed
# signatures there are notes. Moderating signatures that are not confirmed changes no total, so
# moderated signatures are counted too, through their index.
DUE = """
    WITH moderated AS (
        SELECT s.tally_id, count(*) FILTER (WHERE s.moderation = 'quarantined') AS quarantined,
            count(*) FILTER (WHERE s.moderation = 'invalidated') AS invalidated
        FROM campaigns_signature s WHERE s.moderation > '' AND s.anonymised_at IS NULL
        GROUP BY s.tally_id
    )
    SELECT t.id, t.total, t.pending FROM campaigns_tally t
    LEFT JOIN campaigns_survey v ON v.tally_id = t.id
    LEFT JOIN moderated m ON m.tally_id = t.id
    CROSS JOIN LATERAL (SELECT v.figures->'all_states' AS states) AS was
    WHERE (v.counted, v.pending, v.day) IS DISTINCT FROM (t.total, t.pending, %(day)s)
        OR t.id = ANY(%(noted)s)
        OR coalesce((was.states->>'quarantined')::bigint, 0) <> coalesce(m.quarantined, 0)
        OR coalesce((was.states->>'invalidated')::bigint, 0) <> coalesce(m.invalidated, 0)
"""

TODAY = f"""
    SELECT s.tally_id, count(*) FROM campaigns_signature s
    WHERE s.tally_id = ANY(%(tallies)s) AND s.confirmed_at >= %(midnight)s AND {COUNTED_SQL}
      AND {ONLINE_SQL}
    GROUP BY s.tally_id
"""

# Groups all signatures of these tallies by their state, the counted ones by each other property,
# and all of them by what the list of signatures can be filtered by. The query first groups by all
# properties together, so that it reads each signature once. Anonymised signatures say nothing about
# “keep me informed”: anonymising empties the answer.
FIGURES = f"""
    SELECT s.tally_id, f.kind, f.value, sum(s.number)::bigint
    FROM (
        SELECT s.tally_id, coalesce(s.country, '') AS country, s.language, s.channel,
            CASE WHEN s.updates THEN 'yes' ELSE 'no' END AS updates, s.page_id::text AS page,
            {COUNTED_SQL} AS counts,
            CASE WHEN {COUNTED_SQL} THEN 'counted' WHEN {PENDING_SQL} THEN 'pending'
                WHEN s.anonymised_at IS NOT NULL THEN 'anonymised'
                ELSE s.moderation END AS state,
            CASE WHEN s.anonymised_at IS NOT NULL THEN 'anonymised'
                WHEN s.moderation > '' THEN s.moderation
                WHEN s.confirmed_at IS NULL THEN 'pending'
                WHEN s.for_mailings_since IS NOT NULL THEN 'mailings'
                ELSE 'confirmed' END AS listed,
            CASE WHEN s.moderation > '' AND s.moderation_reason = ANY(%(reasons)s)
                THEN s.moderation_reason END AS reason,
            count(*) AS number
        FROM campaigns_signature s WHERE s.tally_id = ANY(%(tallies)s)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    ) AS s CROSS JOIN LATERAL (VALUES
        ('states', s.state), ('countries', CASE WHEN s.counts THEN s.country END),
        ('languages', CASE WHEN s.counts THEN s.language END),
        ('channels', CASE WHEN s.counts THEN s.channel END),
        ('updates', CASE WHEN s.counts AND s.listed <> 'anonymised' THEN s.updates END),
        ('all_states', s.listed), ('all_reasons', s.reason), ('all_countries', s.country),
        ('all_languages', s.language), ('all_channels', s.channel), ('all_updates', s.updates),
        ('all_pages', s.page)
    ) AS f (kind, value)
    WHERE f.value IS NOT NULL GROUP BY s.tally_id, f.kind, f.value
"""


def survey() -> None:
    """Survey each petition that has changed, from all of its signatures."""
    day = surveys.today()
    # What is noted after this, or is not committed yet, makes the next survey due.
    notes = dict(SurveyChange.objects.values_list("pk", "tally"))
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"day": day, "noted": list(set(notes.values()))})
        due = {tally: (total, pending) for tally, total, pending in cursor.fetchall()}
    if due:
        survey_these(due, day=day)
    SurveyChange.objects.filter(pk__in=notes).delete()


def survey_at_once(tally: int) -> None:
    """Survey one petition, whose signatures have just changed by thousands."""
    totals = Tally.objects.filter(pk=tally).values_list("pk", "total", "pending")
    survey_these({key: (total, pending) for key, total, pending in totals}, day=surveys.today())


def survey_these(due: dict[int, tuple[int, int]], *, day: date) -> None:
    """Store the surveys of these tallies, with the total and the pending number of each."""
    parameters: dict[str, Any] = {
        "tallies": list(due),
        "midnight": surveys.midnight(day),
        "reasons": Reason.values,
    }
    with connection.cursor() as cursor:
        cursor.execute(TODAY, parameters)
        today = dict(cursor.fetchall())
        cursor.execute(FIGURES, parameters)
        figures: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        for tally, kind, value, number in cursor.fetchall():
            figures[tally][kind][value] = number
    rows = [
        Survey(
            tally_id=tally,
            counted=total,
            pending=pending,
            day=day,
            today=today.get(tally, 0),
            figures=figures[tally],
        )
        for tally, (total, pending) in due.items()
    ]
    names = ["counted", "pending", "day", "today", "figures"]
    Survey.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tally"], update_fields=names
    )


def elsewhere(petition: Petition) -> int:
    """Return how much of the count comes from elsewhere; imported names as of the last survey.

    The total follows an import, or the withdrawal of an imported signature, before the survey or
    after it. Never is more of the total imported than there is.
    """
    imported = min(sum(brought_in(petition).values()), petition.tally.total)
    return petition.tally.elsewhere + imported


def brought_in(petition: Petition) -> dict[str, int]:
    """Return the number of signatures that were imported, by channel."""
    found = getattr(petition.tally, "survey", None)
    channels = found.figures.get("channels", {}) if found else {}
    return {name: channels[name] for name in BROUGHT_IN if channels.get(name)}


def today(petition: Petition) -> int:
    """Return how many people signed today, in the site's time zone; 0 for fewer than FEW."""
    found = getattr(petition.tally, "survey", None)
    if found is None or found.day != surveys.today() or petition.progress.count is None:
        return 0
    return found.today if found.today >= FEW else 0


def countries(petition: Petition) -> dict[str, int]:
    """Return numbers of signatures by country (ISO 3166-1 alpha-2); small numbers are left out."""
    found = getattr(petition.tally, "survey", None)
    if found is None or petition.progress.count is None:
        return {}
    numbers = found.figures.get("countries", {}).items()
    return {country: number for country, number in numbers if country and number >= FEW}
