"""A test whether two samples come from the same distribution."""

import math
from itertools import groupby


def mann_whitney(one: list[float], other: list[float]) -> float:
    """Return the two-sided p-value of the Mann-Whitney U test, by its normal approximation.

    For samples of more than about twenty values; ties share their ranks and reduce the variance.
    """
    n, m = len(one), len(other)
    values = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    rank_sum, ties, place = 0.0, 0, 0
    for _, group in groupby(values, key=lambda pair: pair[0]):
        members = list(group)
        size = len(members)
        rank = place + (size + 1) / 2
        rank_sum += rank * sum(1 for _, sample in members if sample == 0)
        ties += size**3 - size
        place += size
    u = rank_sum - n * (n + 1) / 2
    total = n + m
    variance = n * m / 12 * ((total + 1) - ties / (total * (total - 1)))
    if variance == 0:
        return 1.0
    z = (abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(max(0.0, z) / math.sqrt(2))
