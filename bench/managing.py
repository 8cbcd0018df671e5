"""Measures what a manager does with very many signatures: list, export, moderate, anonymise."""

import json

from bench.comparing import Row, compare
from bench.load import Run
from bench.machine import Meter
from bench.stage import Stage, our_env, say
from servers.processes import python

FEW = 10_000


def listing(stage: Stage, number: int) -> list[Row]:
    """The list of very many signatures beside that of few, each page and search."""
    say("lists of few and of very many …")
    stage.server.make("few", template="ours")
    environment = our_env(stage.server.named("few"))
    python("-m", "bench.inside", "bench.ours.sowing", str(FEW), environment=environment)
    few, many = (ask(stage, "listing", name=name) for name in ("few", "million"))
    return [
        Row(
            f"list of very many: {name}",
            f"of {FEW:,}",
            many[name] / few[name],
            2 if name.startswith("search") else 1.5,
            ours=f"{many[name] * 1000:.0f} ms",
            theirs=f"{few[name] * 1000:.0f} ms",
            at_most=True,
        )
        for name in many
    ]


def exporting(stage: Stage, number: int) -> list[Row]:
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


def copying(stage: Stage, number: int) -> list[Row]:
    say("export of very many as CSV …")
    found = ask(stage, "exporting")
    work = "export of very many as CSV"
    return [
        Row(
            work,
            "COPY of the same columns",
            found["seconds"] / found["plain"],
            4,
            ours=f"{found['seconds']:.1f} s",
            theirs=f"{found['plain']:.1f} s",
            at_most=True,
        ),
        Row(f"{work}: seconds until the first byte", "", found["first"], 0.5, at_most=True),
        Row(f"{work}: megabytes of memory", "", found["megabytes"], 20, at_most=True, digits=0),
    ]


def moderating(stage: Stage, number: int) -> list[Row]:
    say("moderation of 50,000 …")
    found = ask(stage, "moderating_many")
    work = f"moderation of {found['changed']:,.0f}"
    seconds = [
        Row(f"{work}: seconds to {name}", "", found[name], limit, at_most=True, digits=1)
        for name, limit in (("preview", 1), ("act", 5), ("undo", 5))
    ]
    return [*seconds, Row(f"{work}: totals wrong by", "", found["wrong"], 0, at_most=True)]


def sizing(stage: Stage, number: int) -> list[Row]:
    found = ask(stage, "sizing")
    work = f"database at ten million, in GB, from {found['number']:,.0f}"
    return [Row(work, "", found["gigabytes"], 8, at_most=True, digits=1)]


def anonymising(stage: Stage, number: int) -> list[Row]:
    """Must be the last that uses the database: its signatures are anonymised."""
    say("anonymising …")
    found = ask(stage, "anonymising")
    work = "anonymising 200,000"
    return [
        Row(f"{work}: seconds", "", found["seconds"], 42, at_most=True, digits=0),
        Row(f"{work}: longest transaction", "", found["longest"], 1, at_most=True, digits=1),
    ]


def ask(stage: Stage, what: str, *, name: str = "million") -> dict[str, float]:
    environment = our_env(stage.server.named(name), SECOND_FACTOR="off")
    answer = python("-m", "bench.inside", "bench.ours.managing", what, environment=environment)
    found: dict[str, float] = json.loads(answer.strip().splitlines()[-1])
    return found
