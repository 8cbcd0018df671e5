"""Make sure that nothing is deleted or anonymised early because a clock is wrong.

The clock of this machine is compared with that of the database. If both run on one machine, a clock
that jumps ahead is detected because the database stores the latest time seen.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

log = logging.getLogger(__name__)

# The largest difference accepted between the two clocks.
TOLERANCE = timedelta(minutes=10)
# If no sweep ran for this long, the clock has jumped or the worker was off. Nothing is deleted for
# a day afterwards, so that somebody can notice, or the clock can be corrected automatically.
JUMP = timedelta(days=1)
WAIT = timedelta(days=1)


class SeenClock(models.Model):
    """One row: the latest time that a sweep has seen, by the clock of the database."""

    one = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seen_at = models.DateTimeField()
    # The moment of the last jump ahead; None if there was none since the clock was last set back.
    jumped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one=1), name="one_seen_clock_at_most")]

    def __str__(self) -> str:
        return str(self.seen_at)


def is_right() -> bool:
    """Return whether the clock can be trusted; if it cannot, log the reason."""
    fault = find_fault()
    if fault:
        log.error(fault)
    return not fault


def find_fault() -> str:
    """Return what is wrong with the clock; "" if it can be trusted."""
    now = database_now()
    if abs(now - timezone.now()) > TOLERANCE:
        return (
            f"The clocks of this machine ({seconds(timezone.now())}) and of the database "
            f"({seconds(now)}) differ. Until they agree, nothing is deleted and nothing is "
            "anonymised."
        )
    with transaction.atomic():
        SeenClock.objects.get_or_create(pk=1, defaults={"seen_at": now})
        seen = SeenClock.objects.select_for_update().get(pk=1)
        if now - seen.seen_at > JUMP:
            seen.jumped_at = now
        elif seen.seen_at - now > TOLERANCE:
            seen.jumped_at = None
        seen.seen_at = now
        seen.save()
    if seen.jumped_at and now - seen.jumped_at < WAIT:
        return (
            "The clock has gone ahead by more than a day, or the worker was off. In case the clock "
            "is wrong, nothing is deleted and nothing is anonymised before "
            f"{seconds(seen.jumped_at + WAIT)}."
        )
    return ""


def guarded(work: Callable[[], float | None]) -> Callable[[], float | None]:
    """Wrap a worker's function that deletes old data so that it runs only while the clock is right.

    Only the sweep logs what is wrong: once an hour is enough. The result stays that of `work`, so
    that a full batch is followed by the next at once.
    """

    def work_while_right() -> float | None:
        return None if find_fault() else work()

    return work_while_right


def seconds(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [(now,)] = cursor.fetchall()
    assert isinstance(now, datetime)
    return now
