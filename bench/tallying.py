"""Measures the cost of counting very many signatures, the lag of the total, and an idle worker."""

import sys
import time

import psycopg

from bench.comparing import Row
from bench.machine import Meter, wait_for_idle
from bench.processes import log
from bench.stage import Stage, our_env, say
from servers.processes import Process

CONFIRM = """
    UPDATE campaigns_signature SET confirmed_at = clock_timestamp()
    WHERE id = (SELECT id FROM campaigns_signature
        WHERE confirmed_at IS NULL AND moderation = '' LIMIT 1)
"""
COUNTED = """
    SELECT count(*) FROM campaigns_signature WHERE confirmed_at IS NOT NULL AND moderation = ''
"""


def rows(stage: Stage, *, seconds: float) -> list[Row]:
    """Confirm one signature a second, for the worker's rounds that count to notice.

    The processor time that the database needs without these rounds is subtracted.
    """
    say("tally of very many …")
    site = stage.sites["million"]
    stage.fill_ours("sow", "1000", name="million")
    database = stage.server.postmaster
    with psycopg.connect(site.url, autocommit=True) as connection:
        # The emails of earlier runs must not be sent meanwhile.
        connection.execute("TRUNCATE campaigns_outgoingmail CASCADE")
        connection.execute("VACUUM (ANALYZE)")
        with Meter(database=database) as idle:
            for _ in range(round(seconds / 2)):
                connection.execute(CONFIRM)
                time.sleep(1)
        with Process(
            *(sys.executable, "-m", "bench.inside", "bench.ours.fill", "count"),
            environment=our_env(site.url),
            log=log("count"),
        ) as worker:
            [(number,)] = connection.execute(COUNTED)
            caught_up(connection, number, patience=60)
            wait_for_idle(worker.pid, database=database, patience=60)
            lags = []
            with Meter(worker.pid, database=database) as meter:
                for _ in range(round(seconds)):
                    number += 1
                    connection.execute(CONFIRM)
                    lags.append(caught_up(connection, number, patience=30))
                    time.sleep(max(0, 1 - lags[-1]))
    share = max(0.0, meter.cpu / meter.seconds - idle.cpu / idle.seconds)
    say(f"  {share:.1%} of a core, {max(lags):.1f} s behind at most")
    work = f"tally of {number:,} kept"
    with Process(
        *(sys.executable, "manage.py", "worker"), environment=our_env(site.url), log=log("worker")
    ) as worker:
        wait_for_idle(worker.pid, database=database, patience=60)
        with Meter(worker.pid, database=database) as waiting:
            time.sleep(seconds)
    return [
        Row(f"{work}: share of a core", "", share, 0.03, at_most=True, foreign=meter.foreign),
        Row(f"{work}: seconds behind the rows", "", max(lags), 2, at_most=True, digits=1),
        Row(
            "worker that has nothing to do: share of a core",
            "",
            waiting.cpu / waiting.seconds,
            None,
            foreign=waiting.foreign,
        ),
    ]


def caught_up(connection: psycopg.Connection, expected: int, *, patience: float) -> float:
    """Return the seconds until the total is as expected; at most about `patience`."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        [(total,)] = connection.execute("SELECT sum(total)::bigint FROM campaigns_tally")
        if total == expected:
            break
        time.sleep(0.1)
    return time.monotonic() - began
