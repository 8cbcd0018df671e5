"""The test that decides whether an answer's time tells who has signed."""

import random

import pytest

from bench.privacy.ranks import mann_whitney


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [
        # 25 values each, all of the first below the second: U = 0, z = (312.5 - 0.5) / 51.54.
        (range(25), range(25, 50), 1.42e-9),
        # Alternating: U = 300 of 312.5, z = (12.5 - 0.5) / 51.54.
        (range(0, 50, 2), range(1, 51, 2), 0.8159),
        # Ties share their ranks: U = 400 of 800, variance 8,101; 10,800 without ties.
        ([1] * 30 + [2] * 10, [1] * 10 + [2] * 30, 9.06e-6),
    ],
    ids=["apart", "alternating", "ties"],
)
def test_p_is_the_one_worked_out_by_hand(one, other, p):
    assert mann_whitney(list(one), list(other)) == pytest.approx(p, rel=0.01)


def test_the_order_of_the_two_does_not_matter():
    chance = random.Random(1)
    one, other = ([chance.gauss(mean, 1) for _ in range(60)] for mean in (0, 0.3))

    assert mann_whitney(one, other) == pytest.approx(mann_whitney(other, one))


def test_samples_without_any_difference_are_the_same():
    assert mann_whitney([1.0] * 30, [1.0] * 30) == 1.0


def test_one_distribution_seldom_looks_like_two():
    chance = random.Random(2)

    found = [
        mann_whitney([chance.random() for _ in range(50)], [chance.random() for _ in range(50)])
        for _ in range(400)
    ]

    assert sum(p < 0.05 for p in found) / len(found) == pytest.approx(0.05, abs=0.03)


def test_a_shift_of_a_tenth_is_seen_in_500_samples():
    chance = random.Random(3)
    one, other = ([chance.gauss(mean, 0.1) for _ in range(500)] for mean in (3.0, 3.03))

    assert mann_whitney(one, other) < 0.01
