"""The geometry of the charts."""

import pytest
from django.utils import translation

from campaigns.charts.columns import SIDE, WIDTH, Chart, Series, round_up
from campaigns.charts.shares import Shares
from campaigns.charts.world import WorldMap


def chart(*series: list[int]) -> Chart:
    labels = [str(number) for number in range(len(series[0]))]
    return Chart("Title", "Day", labels, labels, [Series("", numbers) for numbers in series])


@pytest.mark.parametrize(
    ("number", "top"), [(1, 1), (3, 4), (9, 10), (11, 20), (499, 500), (501, 800), (8001, 10_000)]
)
def test_the_scale_ends_with_a_round_number(number, top):
    assert round_up(number) == top


def test_bars_are_as_high_as_their_numbers_and_stay_inside():
    bars = chart([10, 5, 0], [1, 2, 3]).bars

    assert len(bars) == 5
    by = {(bar.series, bar.text): bar for bar in bars}
    assert by[0, "0: 10"].height == 2 * by[0, "1: 5"].height
    assert all(bar.x >= SIDE and bar.x + bar.width <= WIDTH for bar in bars)


def test_from_right_to_left_time_goes_to_the_left():
    with translation.override("ar"):
        bars = chart([1, 1]).bars

    assert bars[0].x > bars[1].x
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH - SIDE for bar in bars)


def test_a_year_has_few_labels():
    assert len(chart([1] * 365).ticks) <= 8


def test_a_chart_of_nothing_is_empty():
    assert chart([0, 0]).is_empty


def test_numbers_are_written_as_the_language_writes_them():
    many = chart([1234])
    shares = Shares("Title", "Country", [("Frankreich", 1234)])
    world = WorldMap("Title", {"FR": 1234})

    with translation.override("de"):
        scale = [mark.text for mark in many.scale]
        texts = [many.bars[0].text, shares.lines[0]["number"]]
        texts += [land.text for land in world.lands if land.text]

    assert scale == ["0", "500", "1.000", "1.500", "2.000"]
    assert texts == ["0: 1.234", "1.234", "Frankreich: 1.234"]
