"""Drives a server with wrk for a few seconds, and measures its rate and its processor time."""

import json
import re
import statistics
import subprocess
from dataclasses import dataclass

from bench.machine import Meter
from servers.ports import HOST
from servers.processes import ROOT, program

CLIENTS = 32


class FailedRun(Exception):
    """A run with wrong responses, or without any."""


@dataclass
class Run:
    """One run of wrk.

    `rate` is in requests per second, `cpu` in milliseconds of the servers' processor time for each
    request, `foreign` in cores that other programs used, `p50` and `p99` as wrk reports them.
    """

    rate: float
    cpu: float
    foreign: float
    number: int = 0
    warm: int = 0  # The number of requests while warming up.
    p50: float = 0.0
    p99: float = 0.0
    bytes: float = 0.0


def drive(
    port: int,
    script: str,
    *,
    seconds: float,
    servers: list[int],
    database: int | None,
    path: str,
    threads: int,
    **arguments: str | int,
) -> Run:
    """Load a server with 32 clients, through a script of bench/lua. Raise FailedRun."""
    command = [program("wrk"), "-t", str(threads), "-c", str(CLIENTS), "-d", f"{seconds:.0f}s"]
    command += ["--timeout", "10s", "-H", "X-Forwarded-Proto: https"]
    command += ["-s", f"bench/lua/{script}.lua", f"http://{HOST}:{port}{path}", "--"]
    arguments["threads"] = threads
    command += [f"{name}={value}" for name, value in arguments.items()]
    with Meter(*servers, database=database) as meter:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    found = re.search(r"^BENCH (.*)$", done.stdout, re.MULTILINE)
    if not found:
        raise FailedRun(f"wrk gave nothing: {done.stdout[-300:]} {done.stderr[-300:]}")
    result = json.loads(found[1])
    number = result["visits"] if script == "visit" else result["requests"]
    if result["failed"] or not number:
        raise FailedRun(f"{script}: {result['failed']} failed of {number}. {result['trouble']}")
    return Run(
        rate=number / result["seconds"],
        cpu=meter.cpu * 1000 / number,
        foreign=meter.foreign,
        number=number,
        p50=result["p50"],
        p99=result["p99"],
        bytes=result["bytes"] / result["requests"],
    )


def median(runs: list[Run]) -> Run:
    """Return the median of each figure over all runs."""
    return Run(
        **{
            name: statistics.median(getattr(run, name) for run in runs)
            for name in Run.__dataclass_fields__
        }
    )
