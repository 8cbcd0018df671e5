"""Pages of a list of signatures by their place in its order, and how many there are, up to a limit.

No page is found by counting those before it, so the last page of a million costs what the first
does. Few matches are all fetched from an index and sorted. Where there are more, the list is walked
in its order until a page is full, which is soon, since what is not rare comes often.
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

# Further than this nobody counts: the screen says “more than 10,000”.
MOST = 10_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Of the plans that PostgreSQL can choose from, a list of at most MOST never needs to read a whole
# table, and a walk never sorts. The statistics of personal columns are empty, so it cannot know.
# A walk takes the index with the fewest rows to read, whatever PostgreSQL thinks of its pages.
FETCHING = {"enable_seqscan": "off", "jit": "off", "max_parallel_workers_per_gather": "0"}
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
    """A place in the order of a list, from which a page goes on, or to which it goes back.

    Without a moment and a key it is the end that `is_back` goes back from, or the beginning.
    """

    is_back: bool = False
    signed_at: datetime | None = None
    key: UUID | None = None

    def __str__(self) -> str:
        """The place as it stands in an address; it says when somebody signed, and not who."""
        if self.signed_at is None:
            return "last" if self.is_back else ""
        moment = (self.signed_at - BEGINNING) // MICROSECOND
        return f"{'before' if self.is_back else 'after'}.{moment}.{self.key}"


FIRST, LAST = Place(), Place(is_back=True)


def place_of(text: str) -> Place:
    """The place that an address names; the beginning for one that is none."""
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
    """The keys of one page, in the order of the list, and what there is before and after it.

    `count` is the number of all that are found; MOST and `is_more` where there are more. `start` is
    the number of the first one of the page, where it is known.
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
    """The page of these signatures at a place in the order of signing.

    `is_many` says that there are more than MOST. If there are hardly any, they are counted.
    """
    asked: Any = {"newest_first": newest_first, "size": size}
    found = Page(is_more=True) if is_many else fetched(signatures, place, **asked)
    if found.is_more:
        found = walked(signatures, place, **asked)
        if is_many and not found.has_previous and not found.has_next:
            return page(signatures, place, **asked)
    if place.is_back and place.key and len(found.keys) < size:
        # So few stand before this place that they do not fill the first page.
        return page(signatures, FIRST, **asked, is_many=is_many)
    return found


@contextmanager
def planned(settings: dict[str, str]) -> Iterator[Any]:
    """A cursor with these settings of PostgreSQL's planner, which end with the block."""
    sets = ", ".join("set_config(%s, %s, true)" for _each in settings)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {sets}", [text for item in settings.items() for text in item])
        yield cursor
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in settings))


def fetched(
    signatures: QuerySet[Signature], place: Place, *, newest_first: bool, size: int
) -> Page:
    """The page of those that are few; `is_more` where they are too many to fetch them all."""
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
    """The page of those that are many."""
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
    """A page of the keys, of which one more than its size says that the list goes on."""
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
    """The condition that a signature comes after a place, or before it where it leads back."""
    if place.key is None:
        return Q()
    side = "gt" if newest_first is place.is_back else "lt"
    equal = Q(signed_at=place.signed_at, **{f"pk__{side}": place.key})
    return Q(**{f"signed_at__{side}e": place.signed_at}) & (
        Q(**{f"signed_at__{side}": place.signed_at}) | equal
    )
