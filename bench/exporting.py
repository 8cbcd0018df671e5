"""Measures the CSV export that PostgreSQL writes against one that Python writes row by row."""

import json

from bench.comparing import Row, compare
from bench.load import Run
from bench.machine import Meter
from bench.stage import Stage, our_env
from servers.processes import python


def rows(stage: Stage, number: int) -> list[Row]:
    many = stage.count(stage.sites["million"])
    return compare(
        f"export of {many:,} signatures as CSV, rows",
        "the same file from Python, row by row",
        lambda: export(stage, "copy"),
        lambda: export(stage, "rowwise"),
        floor=5,
        number=number,
    )


def export(stage: Stage, way: str) -> Run:
    """One export; the processor time is that of the process and of the database together."""
    environment = our_env(stage.sites["million"].url)
    with Meter(database=stage.server.postmaster) as meter:
        answer = python(
            *("-m", "bench.inside", "bench.ours.exporting", way), environment=environment
        )
    found = json.loads(answer)
    return Run(
        rate=found["rows"] / found["seconds"],
        cpu=(found["cpu"] + meter.cpu) * 1000 / found["rows"],
        foreign=meter.foreign,
        number=found["rows"],
        bytes=found["size"] / found["rows"],
    )
