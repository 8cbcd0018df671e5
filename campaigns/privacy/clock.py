"""Makes sure that nothing is deleted or anonymised early because a clock is wrong.

The clock of this machine is compared with that of the database. Where both are one, a clock that
jumps ahead is noticed because the database remembers the latest time.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

log = logging.getLogger(__name__)

# How far the two clocks may be apart.
TOLERANCE = timedelta(minutes=10)
# A longer time without any sweep is a jump of the clock, or the worker was off. After it nothing is
# deleted for a day, in which somebody can notice, or the clock can be set right by itself.
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
    """Whether the clock can be trusted; where it cannot, the log says why."""
    now = database_now()
    if abs(now - timezone.now()) > TOLERANCE:
        log.error(
            "The clocks of this machine (%s) and of the database (%s) differ. Until they agree, "
            "nothing is deleted and nothing is anonymised.",
            timezone.now().isoformat(timespec="seconds"),
            now.isoformat(timespec="seconds"),
        )
        return False
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
        log.error(
            "The clock has gone ahead by more than a day, or the worker was off. In case the clock "
            "is wrong, nothing is deleted and nothing is anonymised before %s.",
            (seen.jumped_at + WAIT).isoformat(timespec="seconds"),
        )
        return False
    return True


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [(now,)] = cursor.fetchall()
    assert isinstance(now, datetime)
    return now
