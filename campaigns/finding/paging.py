"""Keyset pagination for lists of signatures, and their number, up to a limit.

No page is found by counting the rows before it, so the last page of a million is as cheap as the
first. A small number of matches is fetched from an index and sorted. If there are more, the list is
walked in its order until a page is full, which happens soon, since frequent matches are close
together.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from campaigns.signatures.signature import Signature

# Matches beyond this are not counted: the screen says “more than 10,000”.
MOST = 10_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Settings for the planner: fetching at most MOST rows never needs a sequential scan, and a walk
# never sorts. The planner cannot see this, since the statistics of personal columns are empty. A
# walk uses the index with the fewest rows to read, whatever PostgreSQL estimates for its pages.
FETCHING = {"enable_seqscan": "off", "max_parallel_workers_per_gather": "0"}
WALKING = FETCHING | {
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "seq_page_cost": "0.01",
    "random_page_cost": "0.01",
}

FOUND = """
    WITH found (id, signed_at) AS MATERIALIZED ({found}),
    placed AS (
        SELECT id, signed_at, row_number() OVER (ORDER BY signed_at {order}, id {order}) AS place
        FROM found),
    page AS (
        SELECT id, place FROM placed {where} ORDER BY signed_at {towards}, id {towards}
        LIMIT %s)
    SELECT (SELECT count(*) FROM found), ARRAY(SELECT id FROM page ORDER BY place),
        (SELECT min(place) FROM page)
"""


@dataclass(frozen=True)
class Place:
    """A place in the order of a list, after which a page begins, or before which it ends.

    Without a moment and a key it is the beginning of the list or, if `is_back`, its end.
    """

    is_back: bool = False
    signed_at: datetime | None = None
    key: UUID | None = None

    def __str__(self) -> str:
        """Return the place for use in a URL; it tells when somebody signed, but not who."""
        if self.signed_at is None:
            return "last" if self.is_back else ""
        moment = (self.signed_at - BEGINNING) // MICROSECOND
        return f"{'before' if self.is_back else 'after'}.{moment}.{self.key}"


FIRST, LAST = Place(), Place(is_back=True)


def place_of(text: str) -> Place:
    """Parse a place in a URL; return the beginning if it is invalid."""
    if text == str(LAST):
        return LAST
    match text.split("."):
        case ["before" | "after" as direction, moment, key] if moment.isdecimal():
            try:
                signed_at = BEGINNING + int(moment) * MICROSECOND
                return Place(direction == "before", signed_at, UUID(key))
            except (ValueError, OverflowError):
                return FIRST
    return FIRST


@dataclass(frozen=True)
class Page:
    """The keys of one page in the order of the list, and whether there are pages before and after.

    `count` is the number of all matches; if there are more than MOST, it is MOST and `is_more` is
    true. `start` is the position of the first row of the page, if it is known.
    """

    keys: list[UUID] = field(default_factory=list)
    count: int = 0
    is_more: bool = False
    start: int | None = None
    has_previous: bool = False
    has_next: bool = False


def page(
    signatures: QuerySet[Signature],
    place: Place,
    *,
    newest_first: bool,
    size: int,
    is_many: bool = False,
) -> Page:
    """Return the page of these signatures at a place in the order of signing.

    `is_many` is an estimate that there are more than MOST. If a single page holds all of them, they
    are counted after all.
    """
    asked: Any = {"newest_first": newest_first, "size": size}
    found = Page(is_more=True) if is_many else fetched(signatures, place, **asked)
    if found.is_more:
        found = walked(signatures, place, **asked)
        if is_many and not found.has_previous and not found.has_next:
            return page(signatures, place, **asked)
    if place.is_back and place.key and len(found.keys) < size:
        # Too few rows precede this place to fill a page, so the first page is shown.
        return page(signatures, FIRST, **asked, is_many=is_many)
    return found


@contextmanager
def planned(settings: dict[str, str]) -> Iterator[Any]:
    """Provide a cursor with these settings of the planner, which end with the block."""
    sets = ", ".join("set_config(%s, %s, true)" for _each in settings)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {sets}", [text for item in settings.items() for text in item])
        yield cursor
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in settings))


def fetched(
    signatures: QuerySet[Signature], place: Place, *, newest_first: bool, size: int
) -> Page:
    """Return the page by fetching all matches; `is_more` is true if there are too many of them."""
    rows = signatures.order_by().select_related(None).values_list("pk", "signed_at")
    try:
        sql, parameters = rows[: MOST + 1].query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return Page()
    where, places = beyond_sql(place, newest_first=newest_first)
    text = FOUND.format(
        found=sql,
        where=where,
        order=order(newest_first),
        towards=order(newest_first is not place.is_back),
    )
    with planned(FETCHING) as cursor:
        cursor.execute(text, [*parameters, *places, size + 1])
        count, keys, start = cursor.fetchone()
    if count > MOST:
        return Page(is_more=True)
    if start and place.is_back and len(keys) > size:
        start += 1
    return shown(keys, place, size, count=count, start=start)


def walked(signatures: QuerySet[Signature], place: Place, *, newest_first: bool, size: int) -> Page:
    """Return the page by walking the list, for many matches."""
    sign = "" if newest_first is place.is_back else "-"
    rows = signatures.filter(beyond(place, newest_first=newest_first)).select_related(None)
    ordered = rows.order_by(f"{sign}signed_at", f"{sign}pk").values_list("pk", flat=True)
    sql, parameters = ordered[: size + 1].query.get_compiler(connection=connection).as_sql()
    with planned(WALKING) as cursor:
        cursor.execute(sql, parameters)
        keys = [key for (key,) in cursor.fetchall()]
    keys = keys[::-1] if place.is_back else keys
    return shown(keys, place, size, count=MOST, is_more=True)


def shown(keys: list[UUID], place: Place, size: int, **known: Any) -> Page:
    """Return a page; one key more than its size shows that the list continues."""
    goes_on = len(keys) > size
    if place.is_back:
        keys = keys[-size:]
        return Page(keys=keys, has_previous=goes_on, has_next=place.key is not None, **known)
    keys = keys[:size]
    return Page(keys=keys, has_previous=place.key is not None, has_next=goes_on, **known)


def order(newest_first: bool) -> str:
    return "DESC" if newest_first else "ASC"


def beyond_sql(place: Place, *, newest_first: bool) -> tuple[str, list[Any]]:
    if place.key is None:
        return "", []
    sign = ">" if newest_first is place.is_back else "<"
    return f"WHERE (signed_at, id) {sign} (%s, %s)", [place.signed_at, place.key]


def beyond(place: Place, *, newest_first: bool) -> Q:
    """Return the condition for signatures after a place, or before it if `is_back` is set."""
    if place.key is None:
        return Q()
    side = "gt" if newest_first is place.is_back else "lt"
    equal = Q(signed_at=place.signed_at, **{f"pk__{side}": place.key})
    return Q(**{f"signed_at__{side}e": place.signed_at}) & (
        Q(**{f"signed_at__{side}": place.signed_at}) | equal
    )
