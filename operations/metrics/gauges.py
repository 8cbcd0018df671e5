"""The gauges, read at each request of Prometheus: readings, jobs, disks, backups, and more.

Each app registers its gauges in its module `health_readings`, beside its readings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count, Max, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from operations import health, health_readings
from operations.backups import backup_record
from operations.doctor import replicas
from operations.heartbeat import Heartbeat
from operations.jobs.job import UNDER_WAY, Job, State
from operations.postgresql.base import without_patience

Gauges = Iterator[GaugeMetricFamily]
REGISTERED: list[Callable[[], Gauges]] = []


class Gauged(Collector):
    """Collects all registered gauges, or only the state of the database if it is not well."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        found = health.read()
        said = {each.name: float(each.is_well) for each in found}
        yield gauge("lastdrop_well", "Whether a part is well, as /readyz says.", said, by="part")
        if not found[0].is_well:
            return
        try:
            with without_patience():
                yield from [each for read in REGISTERED for each in read()]
        except (DatabaseError, InterfaceError):
            connection.close()


def gauge(
    name: str, told: str, value: float | Mapping[str, float], *, by: str = ""
) -> GaugeMetricFamily:
    """Return a gauge with one number, or with one for each value of the label `by`."""
    if not isinstance(value, Mapping):
        return GaugeMetricFamily(name, told, value=value)
    family = GaugeMetricFamily(name, told, labels=[by])
    for label, each in value.items():
        family.add_metric([label], each)
    return family


def age(name: str, told: str, moment: datetime | None, none: float | None = None) -> Gauges:
    """Yield the seconds since a moment; without one, yield `none`, or nothing if that is None."""
    seconds = (timezone.now() - moment).total_seconds() if moment else none
    if seconds is not None:
        yield gauge(name, told, max(seconds, 0.0))


def ours() -> Gauges:
    counts = dict(
        Job.objects.filter(state__in=UNDER_WAY).values_list("state").annotate(Count("pk"))
    )
    states = {state.value: float(counts.get(state.value, 0)) for state in UNDER_WAY}
    yield gauge("lastdrop_jobs", "Jobs of staff that are under way.", states, by="state")
    waiting = Job.objects.filter(state=State.WAITING).aggregate(oldest=Min("made_at"))["oldest"]
    told = "For how long the oldest job has waited."
    yield from age("lastdrop_jobs_oldest_seconds", told, waiting, 0.0)
    last = Heartbeat.objects.aggregate(last=Max("beat_at"))["last"]
    yield from age("lastdrop_worker_silent_seconds", "Since a worker gave a sign of life.", last)
    behind = {each.name: float(each.behind) for each in replicas.state() if each.behind is not None}
    told = "The bytes of the log that a replica has not replayed yet."
    yield gauge("lastdrop_replica_behind_bytes", told, behind, by="replica")
    told = "The free part of the fullest disk that matters."
    least = min(each.free / each.total for each in health_readings.disks())
    yield gauge("lastdrop_disk_free_ratio", told, least)
    backup, tried_at = backup_record.last(), backup_record.last_tried_at()
    told = "Since the last backup."
    made_at = backup.made_at if backup else None
    yield from age("lastdrop_backup_age_seconds", told, made_at)
    told = "Since a backup was restored on trial."
    yield from age("lastdrop_backup_tried_age_seconds", told, tried_at)


REGISTERED.append(ours)
