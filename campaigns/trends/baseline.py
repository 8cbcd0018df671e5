"""The usual range of a petition, and deviations from it: numbers only, without the database."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from campaigns.signing import typos
from campaigns.trends.hours import HOUR

WEEK = timedelta(days=7)
# Nothing is usual for a petition until it has this many hours and signatures behind it.
FEWEST_HOURS, FEWEST_SIGNED = 12, 100
# "Many" is more in an hour than LEAST_MANY, and more than three times the number that nine of ten
# hours do not exceed; ten times on the first day, when only the night may be known.
LEAST_MANY, TIMES, TIMES_AT_FIRST, DAY = 50, 3, 10, 24
# "Few" is fewer in an hour than a quarter of the least at this time of the day, if that is at least
# LEAST_USUAL. The day with the fewest is left out, since a pause or an outage would hide the next.
LEAST_USUAL, PART = 20, 4
# "Unconfirmed": after two hours, half of the signatures, and 0.25 above the usual share. Hours with
# fewer than LEAST_JUDGED signatures are ignored.
LEAST_JUDGED, HALF, ABOVE = 50, 0.5, 0.25
# The usual share without a confirmation, as long as nothing is known, and what is reported as such.
UNCONFIRMED_AT_FIRST, UNKNOWN = 0.4, -1.0
# "In common" is at least this many signatures of an hour, and a share this much above the usual.
LEAST_SHARED, MORE = 30, 0.15


class Finding(NamedTuple):
    """Something unusual about one hour.

    `number` counts signatures out of the `of` signatures of that hour; `usual` is a number for
    "many" and "few", and a share from 0 to 1 for the other kinds, or UNKNOWN. `value` is the
    domain, country, source or embedding site; `example` the primary key of a signature from the
    network.
    """

    kind: str
    hour: datetime
    number: int
    of: int
    usual: float
    value: str = ""
    example: str = ""


@dataclass(frozen=True)
class Hour:
    """The numbers of one hour (see `hours.TrendHour`)."""

    hour: datetime
    signed: int = 0
    confirmed: int = 0
    shared: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Record:
    """The hours of the week before one hour. Hours without signatures are not stored."""

    def __init__(self, hours: Iterable[Hour], *, before: datetime) -> None:
        self.before = before
        found = (each for each in hours if before - WEEK <= each.hour < before)
        self.hours = {each.hour: each for each in found}
        self.first = min(self.hours, default=before)
        self.signed = sum(each.signed for each in self.hours.values())
        # For the shares, no hour counts as more signatures than nine of ten hours have, so that a
        # flood of some hours does not make its own shares the usual ones.
        most = max(self.most, 1)
        self.weights = {
            hour: min(1, most / max(each.signed, 1)) for hour, each in self.hours.items()
        }
        self.weighted_signed = self.weighted(lambda each: each.signed)

    @property
    def is_enough(self) -> bool:
        return self.length >= FEWEST_HOURS and self.signed >= FEWEST_SIGNED

    @property
    def length(self) -> int:
        """The number of hours since the first stored hour."""
        return (self.before - self.first) // HOUR

    @property
    def most(self) -> int:
        """The number that nine of ten hours do not exceed."""
        numbers = sorted(each.signed for each in self.hours.values())
        numbers = [0] * (self.length - len(numbers)) + numbers
        return numbers[math.ceil(0.9 * len(numbers)) - 1] if numbers else 0

    @property
    def least_at_this_time(self) -> int:
        """The least in an hour of the last days at this time, or an hour earlier or later.

        Left out are the day with the fewest, and hours before the first stored hour, which are
        unknown.
        """
        days = min((self.before - self.first).days, 7)
        if days < 3:
            return 0
        least = []
        for day in range(1, days + 1):
            middle = self.before - timedelta(days=day)
            known = (hour for hour in (middle - HOUR, middle, middle + HOUR) if hour >= self.first)
            least.append(min(self.hours.get(hour, Hour(hour)).signed for hour in known))
        return sorted(least)[1]

    def weighted(self, number: Callable[[Hour], int]) -> float:
        return sum(number(each) * self.weights[hour] for hour, each in self.hours.items())

    def share(self, kind: str, value: str) -> float:
        number = self.weighted(lambda each: each.shared.get(kind, {}).get(value, 0))
        return number / self.weighted_signed if self.signed else 0.0

    @property
    def unconfirmed(self) -> float:
        """The share of signatures that were not confirmed within some hours."""
        if not self.is_enough:
            return UNCONFIRMED_AT_FIRST
        confirmed = self.weighted(lambda each: each.confirmed)
        return 1 - confirmed / self.weighted_signed


def findings(hours: list[Hour], *, now: datetime, confirms: bool, is_open: bool) -> list[Finding]:
    """Return what is unusual about the last hours of a petition; the last hour has just begun.

    `now` is the beginning of that hour. `confirms` says whether signatures must be confirmed.
    """
    by_hour = {each.hour: each for each in hours}
    found: list[Finding] = []
    for passed in (1, 0):
        hour = by_hour.get(now - passed * HOUR, Hour(now - passed * HOUR))
        record = Record(hours, before=hour.hour)
        found += [*too_many(hour, record), *in_common(hour, record)]
        if passed and is_open:
            found += too_few(hour, record)
    for passed in (3, 2):
        hour = by_hour.get(now - passed * HOUR, Hour(now - passed * HOUR))
        if confirms:
            found += unconfirmed(hour, Record(hours, before=hour.hour))
    return found


def too_many(hour: Hour, record: Record) -> Iterator[Finding]:
    times = TIMES if record.length >= DAY else TIMES_AT_FIRST
    if record.is_enough and hour.signed > max(LEAST_MANY, times * record.most):
        yield Finding("many", hour.hour, hour.signed, hour.signed, record.most)


def too_few(hour: Hour, record: Record) -> Iterator[Finding]:
    least = record.least_at_this_time
    if least >= LEAST_USUAL and hour.signed < least / PART:
        yield Finding("few", hour.hour, hour.signed, hour.signed, least)


def unconfirmed(hour: Hour, record: Record) -> Iterator[Finding]:
    number = hour.signed - hour.confirmed
    if hour.signed < LEAST_JUDGED:
        return
    if number / hour.signed >= max(HALF, record.unconfirmed + ABOVE):
        usual = record.unconfirmed if record.is_enough else UNKNOWN
        yield Finding("unconfirmed", hour.hour, number, hour.signed, usual)


def in_common(hour: Hour, record: Record) -> Iterator[Finding]:
    """Yield the largest unusual network, domain, country, source and embedding site."""
    for kind, numbers in sorted(hour.shared.items()):
        for value, number in sorted(numbers.items(), key=lambda item: -item[1]):
            usual = 0.0 if kind == "network" else record.share(kind, value)
            if number < LEAST_SHARED or not is_known(kind, value, record):
                continue
            expected = usual * hour.signed
            is_more = number / hour.signed >= usual + MORE
            if is_more and number - expected > 5 * math.sqrt(expected + 1):
                name = {"example": value} if kind == "network" else {"value": value}
                yield Finding(kind, hour.hour, number, hour.signed, usual, **name)
                break


def is_known(kind: str, value: str, record: Record) -> bool:
    """Return whether there is a usual share to compare with.

    The usual share of a network is always 0. Domains of large email providers are never reported.
    """
    if kind == "domain" and value in typos.DOMAINS:
        return False
    return kind == "network" or record.is_enough
