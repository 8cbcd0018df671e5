"""The heartbeats of workers, which show every process whether a worker is dead or hangs."""

import contextlib
import logging
import os
import platform
import socket
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, models
from django.db.models.functions import Now

from operations.database_errors import reason

log = logging.getLogger(__name__)

EVERY = 10  # seconds
# After these times without a heartbeat, a worker counts as dead, and a thread as hanging in its
# round. The longest rounds are batches of emails: they start no further email after half of HUNG.
DEAD = timedelta(minutes=1)
HUNG = timedelta(minutes=5)
# How long a machine is reported that has lost its worker.
OLD = timedelta(days=7)
MINUTE = timedelta(minutes=1)

BEAT = """
    INSERT INTO operations_heartbeat (worker, thread, host, beat_at, failing)
    SELECT %s, each.thread, %s, clock_timestamp() - each.age * interval '1 second', each.failing
    FROM unnest(%s::text[], %s::float8[], %s::text[]) AS each (thread, age, failing)
    ON CONFLICT (worker, thread)
        DO UPDATE SET beat_at = excluded.beat_at, failing = excluded.failing
"""
AGES = "SELECT worker, host, thread, clock_timestamp() - beat_at FROM operations_heartbeat"
MISSING = """
    SELECT host FROM operations_heartbeat GROUP BY host
    HAVING max(beat_at) < clock_timestamp() - %(dead)s
        AND EXISTS (SELECT FROM operations_heartbeat WHERE beat_at > clock_timestamp() - %(dead)s)
    ORDER BY host
"""

FAILING = """
    SELECT DISTINCT name FROM operations_heartbeat,
        unnest(string_to_array(failing, ', ')) AS names (name)
    WHERE beat_at > clock_timestamp() - %s ORDER BY name
"""


class Heartbeat(models.Model):
    """The moment when a thread of a worker was last between two rounds, and its failing rounds."""

    worker = models.UUIDField()
    thread = models.CharField(max_length=40)
    host = models.CharField(max_length=80)
    beat_at = models.DateTimeField()
    failing = models.TextField(default="", db_default="")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "thread"], name="one_heartbeat_a_thread")
        ]

    def __str__(self) -> str:
        return f"{self.worker} {self.thread}"


class Heart:
    """Reports that a worker is alive to the database, to systemd, and to a file for Docker.

    systemd restarts a silent worker (`WatchdogSec=`), and Docker marks it unhealthy. So both are
    notified only while no thread hangs.
    """

    def __init__(self) -> None:
        self.worker, self.host = uuid4(), platform.node()[:80]
        self.last = -float("inf")

    def begin(self) -> None:
        tell_systemd("READY=1")

    def beat(self, ages: Mapping[str, float], failing: Mapping[str, str] | None = None) -> None:
        """Report the seconds since each thread was last between two rounds, at most once per EVERY.

        `failing` names the rounds of a thread that fail each time.
        """
        if time.monotonic() < self.last + EVERY:
            return
        self.last = time.monotonic()
        if max(ages.values()) < HUNG.total_seconds():
            tell_systemd("WATCHDOG=1")
            if settings.HEARTBEAT_FILE:
                # Docker notices when the file is not touched; a missing folder is ignored.
                with contextlib.suppress(OSError):
                    Path(settings.HEARTBEAT_FILE).touch()
        try:
            with connection.cursor() as cursor:
                names = [(failing or {}).get(thread, "") for thread in ages]
                values: list[Any] = [
                    self.worker,
                    self.host,
                    list(ages),
                    list(ages.values()),
                    names,
                ]
                cursor.execute(BEAT, values)
        except (DatabaseError, InterfaceError) as error:
            log.warning("No database for the heartbeat: %s", reason(error))
            connection.close()

    def stop(self) -> None:
        """Delete the heartbeats, since this worker is not missing, but was stopped."""
        with contextlib.suppress(DatabaseError, InterfaceError):
            Heartbeat.objects.filter(worker=self.worker).delete()
        connection.close()


def tell_systemd(message: str) -> None:
    """Send a message by the protocol of sd_notify(3); do nothing if systemd does not listen."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address[0] == "@":  # It is in the abstract namespace.
        address = f"\0{address[1:]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.sendto(message.encode(), address)


def failings() -> list[str]:
    """Return sentences on what is wrong with the workers; [] if one is alive and none hangs."""
    with connection.cursor() as cursor:
        cursor.execute(AGES)
        rows = cursor.fetchall()
    alive = {worker for worker, _, _, age in rows if age < DEAD}
    if not alive:
        return ["No worker has given a sign of life within a minute."]
    return [
        f"The thread “{thread}” of the worker on {host} has hung for {age // MINUTE} minutes."
        for worker, host, thread, age in rows
        if worker in alive and age > HUNG
    ]


def alive() -> models.QuerySet[Heartbeat]:
    """Return the heartbeats of the workers that are alive, on whichever machine."""
    return Heartbeat.objects.filter(beat_at__gt=Now() - DEAD)


def missing() -> list[str]:
    """Return the machines whose worker died and was not replaced, while another worker lives."""
    with connection.cursor() as cursor:
        limits: dict[str, Any] = {"dead": DEAD}
        cursor.execute(MISSING, limits)
        return [host for (host,) in cursor.fetchall()]


def failing_rounds() -> list[str]:
    """Return the names of the rounds of living workers that fail each time."""
    with connection.cursor() as cursor:
        limits: list[Any] = [DEAD]
        cursor.execute(FAILING, limits)
        return [name for (name,) in cursor.fetchall()]


def delete_old() -> None:
    """Delete the heartbeats of workers that died long ago."""
    with connection.cursor() as cursor:
        limits: list[Any] = [OLD]
        cursor.execute("DELETE FROM operations_heartbeat WHERE beat_at < now() - %s", limits)
