"""The queue: quarantined signatures, by petition and reason, and by what many of a group share.

The key of a group contains no personal data: it names the property that its signatures share, such
as “domain”, and the primary key of one of them. So the URL of a group reveals neither a domain nor
a network.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BinaryField, Case, Count, F, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Lower, NullIf, TruncHour

from campaigns.moderation.lists import ListEntry
from campaigns.moderation.screening import Reason
from campaigns.petitions.tally import Tally
from campaigns.signatures import daily_keys
from campaigns.signatures.conditions import COUNTED_SQL, IN_STATE, ONLINE_SQL
from campaigns.signatures.signature import Signature

# What a whole group shares: its petition and its reason ("" if a colleague gave it).
REASON = "reason"
# What parts of a group may also share: only the largest parts of each kind are shown.
SHARED = {
    # Signatures from neighbouring networks have the hash of the range in common.
    "network": Case(
        When(
            moderation_reason=Reason.WIDE,
            then=Func(
                F("network_key"),
                Value(1),
                Value(daily_keys.PART),
                function="SUBSTRING",
                output_field=BinaryField(),
            ),
        ),
        default=F("network_key"),
        output_field=BinaryField(),
    ),
    "domain": Lower(
        Func(F("email"), Value("[^@]*$"), function="SUBSTRING", output_field=TextField())
    ),
    "site": NullIf("framed_by", Value("")),
    "hour": TruncHour("signed_at", tzinfo=UTC),
}
LISTED = {
    "network": ListEntry.Kind.DAY,
    "domain": ListEntry.Kind.DOMAIN,
    "site": ListEntry.Kind.SITE,
}
# Smaller numbers share something by coincidence.
FEWEST = 2
LARGEST = 3
# Other signatures of the same hours are counted up to this number, so that a group that spans
# months is as cheap as one that spans an hour.
MOST_OTHERS = 20_000
# With this many others for each signature of its own, the `share` of a group is 1 per cent.
ENOUGH = 200
NAMES = 4

# A random name: the minimum of names with a random number in front of each. This reads the rows
# once, without sorting.
RANDOM_NAME = """min(lpad((random() * 999999999)::int::text, 9, '0') || name COLLATE "C")"""
GROUPED = f"""
    WITH quarantined (id, tally, why, network, domain, site, hour, signed_at, confirmed_at, name)
        AS MATERIALIZED ({{quarantined}}),
    grouped AS (
        SELECT tally, why,
            CASE GROUPING(network, domain, site, hour) WHEN 7 THEN 'network' WHEN 11 THEN 'domain'
                WHEN 13 THEN 'site' WHEN 14 THEN 'hour' ELSE '{REASON}' END AS shared,
            coalesce(encode(network, 'hex'), domain, site, '') AS value,
            count(*) AS number, min(signed_at) AS first, max(signed_at) AS last,
            count(confirmed_at) AS confirmed, min(id::text COLLATE "C") AS example,
            ARRAY[{", ".join([RANDOM_NAME] * NAMES)}] AS names
        FROM quarantined
        GROUP BY GROUPING SETS ((tally, why), (tally, why, network), (tally, why, domain),
            (tally, why, site), (tally, why, hour))
        HAVING GROUPING(network, domain, site, hour) = 15
            OR count(*) >= {FEWEST} AND num_nonnulls(network, domain, site, hour) = 1
    ), ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY tally, why, shared ORDER BY number DESC, example) AS place
        FROM grouped
    )
    SELECT tally, why, shared, value, number, first, last, confirmed, example, names
    FROM ranked WHERE place <= {LARGEST}
    ORDER BY number DESC, example, array_position(ARRAY[{{order}}], shared)
"""

# How many other counted signatures of the petition were confirmed in the hours of a group. Imported
# signatures are left out: a list adds thousands at once, which would make each group look small.
# Where a petition has no list, that is not asked, and an index counts without reading signatures.
# The limit differs between the rows: with a constant one, PostgreSQL expects so few signatures in
# the hours that it looks for all of them before the first is counted.
COUNTED_THEN = f"""
    SELECT count(*) FROM (
        SELECT FROM campaigns_signature s
        WHERE {COUNTED_SQL} AND {{online}} AND s.tally_id = asked.tally
          AND s.confirmed_at >= date_trunc('hour', asked.first)
          AND s.confirmed_at < date_trunc('hour', asked.last) + interval '1 hour'
        LIMIT least({MOST_OTHERS}, asked.number * {ENOUGH})) AS counted
"""
OTHERS = f"""
    SELECT CASE WHEN EXISTS (SELECT FROM campaigns_import i WHERE i.tally_id = asked.tally)
        THEN ({COUNTED_THEN.format(online=ONLINE_SQL)})
        ELSE ({COUNTED_THEN.format(online="true")}) END
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::int[])
        WITH ORDINALITY AS asked (tally, first, last, number, place)
    ORDER BY asked.place
"""


@dataclass(frozen=True)
class Group:
    """Quarantined signatures of one petition with one reason: all of them, or those sharing more.

    `value` is what they share: the hash of the network in hexadecimal digits, the domain or the
    embedding site; "" for an hour, which is that of `first`. `names` is a small random sample.
    """

    tally: int
    why: str
    shared: str
    value: str
    number: int
    first: datetime
    last: datetime
    confirmed: int
    example: str
    names: list[str]
    parts: "list[Group]" = field(default_factory=list)
    others: int = 0

    @property
    def key(self) -> str:
        return f"{self.shared}.{self.example}"

    @property
    def share(self) -> int:
        """The percentage of these among all including `others`; see `is_most`.

        It is 100 only if there are no others.
        """
        if not self.others:
            return 100
        share = 100 * self.number / (self.number + self.others)
        return min(math.ceil(share) if self.is_most else max(round(share), 1), 99)

    @property
    def is_most(self) -> bool:
        """Whether there may be more others, so that `share` is only an upper bound."""
        return self.others >= MOST_OTHERS


def waiting(signatures: QuerySet[Signature]) -> QuerySet[Any]:
    """Return the quarantined signatures among these, annotated with `why` and SHARED."""
    known = When(moderation_reason__in=Reason.values, then=F("moderation_reason"))
    why = Case(known, default=Value(""))
    return signatures.filter(IN_STATE["quarantined"]).annotate(why=why, **SHARED)


def of(tallies: QuerySet[Tally]) -> QuerySet[Any]:
    """Return all quarantined signatures of these petitions."""
    return waiting(Signature.objects.filter(tally__in=tallies)).order_by()


def size(tallies: QuerySet[Tally], *, most: int) -> int:
    """Return how many signatures are quarantined, counting at most `most`."""
    return of(tallies).values("pk")[:most].count()


def numbers(tallies: Iterable[Tally]) -> dict[int, int]:
    """Return how many signatures are quarantined by tally (primary key), without zeros."""
    found = Signature.objects.filter(IN_STATE["quarantined"], tally__in=list(tallies))
    # Without a column to count, `moderated_signatures` is enough, and no signature is read.
    return dict(found.order_by().values_list("tally").annotate(number=Count("*")))


def summary(tallies: QuerySet[Tally]) -> tuple[int, int]:
    """Return how many signatures are quarantined, and in how many groups."""
    found = of(tallies).values("tally", "why").annotate(number=Count("*"))
    numbers = found.values_list("number", flat=True)
    return sum(numbers), len(numbers)


def groups(tallies: QuerySet[Tally]) -> list[Group]:
    """Return the groups, the largest first, with their `parts`: what many of a group share."""
    columns = ("pk", "tally", "why", *SHARED, "signed_at", "confirmed_at", "name")
    query = of(tallies).values_list(*columns).query
    sql, parameters = query.get_compiler(connection=connection, elide_empty=False).as_sql()
    order = ", ".join(f"'{shared}'" for shared in SHARED)
    with connection.cursor() as cursor:
        cursor.execute(GROUPED.format(quarantined=sql, order=order), parameters)
        rows = [Group(*row) for row in cursor.fetchall()]
    rows = [replace(row, names=sampled(row.names)) for row in rows]
    whole = {(row.tally, row.why): row for row in rows if row.shared == REASON}
    for row in rows:
        if row.shared != REASON:
            whole[row.tally, row.why].parts.append(row)
    return list(whole.values())


def sampled(names: Sequence[str | None]) -> list[str]:
    """Return the names without their random numbers and without duplicates."""
    return list(dict.fromkeys(name[9:] for name in names if name and name[9:]))


def with_evidence(groups: list[Group]) -> list[Group]:
    """Add the number of `others` to the groups and their parts, with one query for all of them."""
    asked = [row for group in groups for row in (group, *group.parts)]
    with connection.cursor() as cursor:
        cursor.execute(
            OTHERS,
            [
                [row.tally for row in asked],
                [row.first for row in asked],
                [row.last for row in asked],
                [row.number for row in asked],
            ],
        )
        others = iter([number for (number,) in cursor.fetchall()])
    return [
        replace(
            group,
            others=next(others),
            parts=[replace(part, others=next(others)) for part in group.parts],
        )
        for group in groups
    ]


def in_group(signatures: QuerySet[Signature], key: str) -> QuerySet[Any]:
    """Return the signatures that are currently in a group; an empty queryset for an invalid key.

    The signature in the key must be one of `signatures`: users must not learn what others share
    with a signature that they may not see.
    """
    shared, _separator, example = key.partition(".")
    found = waiting(signatures)
    try:
        row = found.filter(pk=UUID(example)).values("tally", "why", *SHARED).first()
    except ValueError:
        row = None
    if row is None or shared not in (REASON, *SHARED):
        return found.none()
    names = ["tally", "why"] if shared == REASON else ["tally", "why", shared]
    if any(row[name] is None for name in names):
        return found.none()
    return found.filter(**{name: row[name] for name in names})


def pattern_of(signatures: QuerySet[Signature], key: str) -> tuple[str, str]:
    """Return the kind and the pattern of a list entry that fits a group; "" for other groups.

    A network matches only while its hash is made with the same daily key.
    """
    shared = key.partition(".")[0]
    if shared not in LISTED:
        return "", ""
    found = in_group(signatures, key).values_list(shared, flat=True).first()
    if not found:
        return "", ""
    return LISTED[shared], bytes(found).hex() if shared == "network" else found


def entries_of(groups: Sequence[Group]) -> dict[tuple[str, str], ListEntry]:
    """Return the list entries for exactly what these groups or their parts share, in one query.

    The keys are (kind, pattern).
    """
    values = {part.value for group in groups for part in (group, *group.parts)} - {""}
    found = ListEntry.objects.filter(kind__in=LISTED.values(), pattern__in=values)
    return {(entry.kind, entry.pattern): entry for entry in found}
