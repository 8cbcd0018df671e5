"""The public numbers of a petition, and the round numbers to which a goal rises."""

from typing import NamedTuple


class Progress(NamedTuple):
    """The count and the goal that the public sees; None for a number that is not shown."""

    count: int | None  # type: ignore[assignment]  # hides the method of tuples
    goal: int | None


def next_rung(total: int) -> int:
    """Return the next round number above a total: 100, 200, 500, 1,000 and so on."""
    rung = 100
    while True:
        for factor in (1, 2, 5):
            if rung * factor > total:
                return rung * factor
        rung *= 10


def last_rung(total: int) -> int:
    """Return the largest round number up to a total; 0 below the first."""
    rung = 0
    while total >= next_rung(rung):
        rung = next_rung(rung)
    return rung
