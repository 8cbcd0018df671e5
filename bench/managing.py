"""Measures what a manager does with very many signatures: list, export, moderate, anonymise."""

import json
import statistics
import sys
import time
from collections.abc import Sequence

from bench.comparing import Row, compare
from bench.load import Run
from bench.machine import Meter
from bench.processes import log
from bench.stage import Stage, our_env, say, yardstick_env
from servers.processes import Process, python

FEW = 10_000


def listing(stage: Stage, number: int) -> list[Row]:
    """Compare the list of very many signatures with that of few, for each page and search."""
    say("lists of few and of very many …")
    environment = our_env(stage.server.named("few"))
    python("-m", "bench.inside", "bench.ours.sowing", str(FEW), environment=environment)
    few, many = in_turn(stage, ("few", "million"), number)
    work = "list of very many"
    first = many["first page"]
    limits = dict.fromkeys(("next page", "page 1,000", "last page"), 1.5)
    limits |= {name: 2 for name in many if name.startswith("search")}
    beside = [
        Row(f"{work}: {name}", "its first page", many[name] / first, limit, at_most=True)
        for name, limit in limits.items()
    ]
    return [*(compared(f"{work}: {name}", name, few, many) for name in many), *beside]


def in_turn(stage: Stage, names: Sequence[str], number: int) -> list[dict[str, float]]:
    """Return the medians of several rounds over both databases, so that both slow down alike."""
    found = [[ask(stage, "listing", name=name) for name in names] for _ in range(number)]
    return [
        {page: statistics.median(each[page] for each in rounds) for page in rounds[0]}
        for rounds in zip(*found, strict=True)
    ]


def compared(work: str, name: str, few: dict[str, float], many: dict[str, float]) -> Row:
    """Return a row that compares the time for very many signatures with that for few.

    There is no limit for numbers, which the page loads later, nor for searches, whose limit
    compares them with the first page of the list.
    """
    limit = None if name.startswith(("numbers", "search")) else 1.5
    return Row(
        work,
        f"of {FEW:,}",
        many[name] / few[name],
        limit,
        ours=f"{many[name] * 1000:.0f} ms",
        theirs=f"{few[name] * 1000:.0f} ms",
        at_most=True,
    )


def beside_an_export(stage: Stage, number: int) -> list[Row]:
    """Measure a page of the CMS while another process exports everything, as a job does."""
    say("a page of the CMS beside an export …")
    environment = our_env(stage.server.named("million"))
    alone = ask(stage, "page")["seconds"]
    with Process(
        *(sys.executable, "-m", "bench.inside", "bench.ours.exporting", "endless"),
        environment=environment,
        log=log("export"),
    ) as export:
        time.sleep(3)
        busy = ask(stage, "page")["seconds"]
        if export.process.poll() is not None:
            return [Row("page of the CMS beside an export", "", None, 1.5, ours="it was over")]
    return [
        Row(
            "page of the CMS beside an export",
            "alone",
            busy / alone,
            1.5,
            ours=f"{busy * 1000:.0f} ms",
            theirs=f"{alone * 1000:.0f} ms",
            at_most=True,
        )
    ]


def spreadsheet(stage: Stage, number: int) -> list[Row]:
    say("export of 200,000 as XLSX …")
    rows = min(200_000, stage.count(stage.sites["million"]))
    environment = yardstick_env("stock", stage.server.named("stock"))
    answer = python("-m", "bench.inside", "stock.exporting", str(rows), environment=environment)
    stock = json.loads(answer.strip().splitlines()[-1])
    ours = ask(stage, "spreadsheet")
    theirs = stock["rows"] / stock["seconds"]
    work = f"export of {rows:,} as XLSX"
    return [
        *(
            Row(
                f"{work}, {label}",
                "(b) stock export of forms with 6 columns",
                ours[f"{shape}_rows"] / ours[shape] / theirs,
                floor,
                ours=f"{ours[shape]:.1f} s",
                theirs=f"{stock['seconds']:.1f} s",
            )
            for shape, label, floor in (
                ("handover", "to hand over", 2),
                ("everything", "all columns", None),
            )
        ),
        Row(f"{work}: megabytes of memory", "", ours["megabytes"], 60, at_most=True, digits=0),
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
    """Run one export. The processor time is that of the process and the database together."""
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


def importing(stage: Stage, number: int) -> list[Row]:
    say("import of 50,000 …")
    found = ask(stage, "importing_many")
    work = "import of a list of 50,000"
    return [
        Row(f"{work}: rows a second", "", 50_000 / found["bring in"], 5_000, digits=0),
        *(
            Row(f"{work}: seconds to {name}", "", found[name], None, digits=1)
            for name in ("check", "undo")
        ),
    ]


def sizing(stage: Stage, number: int) -> list[Row]:
    found = ask(stage, "sizing")
    work = f"database at ten million, in GB, from {found['number']:,.0f}"
    return [Row(work, "", found["gigabytes"], 8, at_most=True, digits=1)]


def anonymising(stage: Stage, number: int) -> list[Row]:
    """Measure anonymising. It must use the database last, since its signatures are anonymised."""
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
