"""What could grow while the site runs: memory, open files, connections, temporary files."""

import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import machine

# A server needs a while until it has filled its caches: memory is compared from then on.
WARM = 0.2  # of the duration
MOST_GROWTH = 1.1
STARTED = "SELECT numbackends, temp_bytes FROM pg_stat_database WHERE datname = current_database()"


@dataclass
class Sample:
    """Memory in megabytes and open files of each program, and other things that could grow."""

    second: float
    memory: dict[str, float]
    files: dict[str, int]
    connections: int
    temporary: int
    waiting: int


def sample(url: str, programs: dict[str, list[int]], second: float) -> Sample:
    trees = {name: machine.tree(*pids) for name, pids in programs.items()}
    with psycopg.connect(url) as connection:
        [(backends, temporary)] = connection.execute(STARTED)
        [(waiting,)] = connection.execute(
            "SELECT count(*) FROM campaigns_outgoingmail WHERE outcome = ''"
        )
    return Sample(
        second,
        {name: sum(map(own_memory, pids)) for name, pids in trees.items()},
        {name: sum(map(open_files, pids)) for name, pids in trees.items()},
        backends,
        temporary,
        waiting,
    )


def own_memory(pid: int) -> float:
    """Return the megabytes of a process that are neither file pages nor parts of shared caches."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(r"Pss_Anon:\s+(\d+)", text)
    return int(found[1]) / 1024 if found else 0.0


def open_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def rows(samples: list[Sample]) -> Iterator[str]:
    """Yield the rows of the report; a row that does not hold says **no**."""
    warm = [each for each in samples if each.second >= WARM * samples[-1].second]
    half = len(warm) // 2
    early, late = warm[: half or 1], warm[half:]
    for name in samples[0].memory:
        first, last = (
            statistics.median(each.memory[name] for each in part) for part in (early, late)
        )
        grown = last / first if first else 1.0
        yield row(
            f"memory of {name}",
            grown <= MOST_GROWTH,
            f"{grown:.2f} × ({first:.0f} to {last:.0f} MB)",
        )
        files = [statistics.median(each.files[name] for each in part) for part in (early, late)]
        yield row(
            f"open files of {name}",
            files[1] <= files[0] * MOST_GROWTH,
            f"{files[0]:g} to {files[1]:g}",
        )
    connections = [max(each.connections for each in part) for part in (early, late)]
    yield row(
        "connections to the database",
        connections[1] <= connections[0] + 2,
        f"at most {connections[0]}, then {connections[1]}",
    )
    temporary = samples[-1].temporary / 1e6
    yield row("temporary files of the database", temporary < 1000, f"{temporary:.0f} MB written")


def row(what: str, holds: bool, measured: str) -> str:
    return f"| {what} | {'yes' if holds else '**no**'} | {measured} |"
