"""The rows of the table: the same work done by our site and by a yardstick, in turns."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.load import FailedRun, Run, median
from bench.machine import QUIET
from bench.stage import say


@dataclass
class Row:
    """A ratio with its floor, and the figures from which it was computed."""

    work: str
    yardstick: str
    ratio: float | None
    floor: float | None
    spread: tuple[float, float] = (0.0, 0.0)
    ours: str = ""
    theirs: str = ""
    by_cpu: float | None = None
    foreign: float = 0.0
    at_most: bool = False  # The floor is a ceiling: smaller values are better.
    digits: int = 2

    @property
    def holds(self) -> bool:
        if self.ratio is None:
            return False
        if self.floor is None:
            return True
        return self.ratio <= self.floor if self.at_most else self.ratio >= self.floor


@dataclass
class Round:
    ours: Run
    theirs: Run

    @property
    def rate(self) -> float:
        return self.ours.rate / self.theirs.rate

    @property
    def cpu(self) -> float:
        """Their processor time divided by ours; a larger ratio is better."""
        return self.theirs.cpu / self.ours.cpu if self.ours.cpu else 0.0

    @property
    def foreign(self) -> float:
        return max(self.ours.foreign, self.theirs.foreign)


def rounds(ours: Callable[[], Run], theirs: Callable[[], Run], number: int) -> list[Round]:
    """Run the yardstick and our site in turns; compare each of our runs with its two neighbours.

    If other programs used the machine, one more round is run, and the quietest rounds count.
    """
    found: list[Round] = []
    before = theirs()
    while len(found) <= number:
        mine, after = ours(), theirs()
        both = [before, after]
        mean = Run(
            rate=statistics.mean(run.rate for run in both),
            cpu=statistics.mean(run.cpu for run in both),
            foreign=max(run.foreign for run in both),
            p50=statistics.mean(run.p50 for run in both),
            p99=statistics.mean(run.p99 for run in both),
        )
        found.append(Round(mine, mean))
        before = after
        if sum(round.foreign <= QUIET for round in found) >= number or number == 1:
            break
    return sorted(found, key=lambda round: round.foreign)[:number]


def compare(
    work: str,
    yardstick: str,
    ours: Callable[[], Run],
    theirs: Callable[[], Run],
    *,
    floor: float | None,
    number: int,
    cpu_floor: float | None = None,
) -> list[Row]:
    """Return a row for requests per second, and one for processor time if `cpu_floor` is given."""
    say(f"{work} …")
    try:
        found = rounds(ours, theirs, number)
    except FailedRun as error:
        say(f"  {error}")
        return [Row(work, yardstick, None, floor, ours=str(error))]
    rates, cpus = [round.rate for round in found], [round.cpu for round in found]
    row = Row(
        work,
        yardstick,
        ratio=statistics.median(rates),
        floor=floor,
        spread=(min(rates), max(rates)),
        ours=_figure([round.ours for round in found]),
        theirs=_figure([round.theirs for round in found]),
        by_cpu=statistics.median(cpus),
        foreign=max(round.foreign for round in found),
    )
    say(f"  {rates_line(row)}")
    if not cpu_floor:
        return [row]
    spread = (min(cpus), max(cpus))
    by_cpu = replace(row, work=f"{work}, CPU", ratio=row.by_cpu, floor=cpu_floor, spread=spread)
    return [row, replace(by_cpu, by_cpu=None)]


def rates_line(row: Row) -> str:
    return f"{row.ratio:.2f} (by CPU {row.by_cpu or 0:.2f}): {row.ours} against {row.theirs}"


def _figure(runs: list[Run]) -> str:
    middle = median(runs)
    low, high = min(run.rate for run in runs), max(run.rate for run in runs)
    return f"{middle.rate:,.0f}/s ({low:,.0f}–{high:,.0f}), {middle.cpu:.3g} ms"
