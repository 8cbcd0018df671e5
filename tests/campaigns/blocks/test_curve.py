"""The curve of signatures on a public page: cached, with a text, and without small numbers."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from campaigns import caching
from campaigns.blocks.numbers import CurveBlock
from campaigns.charts.curve import MOST_POINTS, MOST_ROWS, SIDE, WIDTH, Curve
from campaigns.counting import arrivals, counting, public_growth, surveying
from campaigns.models import Arrival, LedgerEntry, Petition
from tests.factories import days_ago, make_campaign, make_petition, make_signature

FIRST = date(2026, 3, 1)


def points(*totals: int) -> Curve:
    return Curve("Signatures", [(FIRST + timedelta(days=n), t) for n, t in enumerate(totals)])


def arrive(petition, *numbers: int) -> None:
    for place, number in enumerate(numbers):
        if number:
            day = FIRST + timedelta(days=place)
            Arrival.objects.create(tally=petition.tally, day=day, number=number)
    petition.tally.total = sum(numbers)
    petition.tally.save()


@pytest.fixture
def campaign(db):
    return make_campaign(make_petition(), body=[("curve", block(shows_countries=True))])


def block(**values):
    return CurveBlock().to_python({"petition": None, "heading": "How we grew", **values})


def seen(client, page) -> BeautifulSoup:
    caching.clear()
    return BeautifulSoup(client.get(page.url).content, "html.parser")


# --- the numbers ---


@pytest.mark.django_db
def test_small_numbers_are_added_to_a_later_day():
    petition = make_petition()
    arrive(petition, 9, 0, 1, 30, 9, 9, 2)

    found = public_growth.course(petition)

    days = [((day - FIRST).days, total) for day, total in found]
    assert days == [(1, 0), (2, 10), (3, 40), (5, 58)]
    steps = [later - total for (_, total), (_, later) in pairwise(found)]
    assert min(steps) >= surveying.FEW


@pytest.mark.django_db
def test_the_curve_ends_with_the_count_of_the_rows():
    petition = make_petition()
    for number in range(24):
        moment = days_ago(3 if number < 12 else 1)
        make_signature(petition, email=f"{number}@x.org", confirmed_at=moment)
    make_signature(petition, email="p@x.org", confirmed_at=None)
    make_signature(petition, email="q@x.org", moderation="quarantined")
    counting.recount()
    arrivals.roll_up()

    found = public_growth.course(Petition.objects.get())

    assert [total for _day, total in found] == [0, 12, 24]


@pytest.mark.django_db
def test_the_curve_has_no_entry_that_was_reversed_and_ends_with_the_count():
    petition = make_petition()
    arrive(petition, 30, 0, 0, 30)
    moments = [timezone.now() - timedelta(days=each) for each in (5, 4, 3)]
    entry = {"tally": petition.tally, "kind": "paper", "reason": "Counted."}
    wrong = LedgerEntry.objects.create(**entry, number=400, entered_at=moments[0])
    LedgerEntry.objects.create(**entry, number=-400, counters=wrong, entered_at=moments[1])
    before = public_growth.course(petition)
    caching.clear()

    right = {**entry, "kind": "correction"}
    LedgerEntry.objects.create(**entry, number=100, entered_at=moments[0])
    LedgerEntry.objects.create(**right, number=-60, entered_at=moments[2])

    assert [total for _day, total in before] == [0, 30, 60]
    assert [total for _day, total in public_growth.course(petition)] == [0, 30, 60, 100]


@pytest.mark.django_db
@pytest.mark.parametrize("numbers", [(), (9,), (1,) * 9])
def test_a_few_signatures_have_no_curve(numbers):
    petition = make_petition()
    arrive(petition, *numbers)

    assert public_growth.course(petition) == []


@pytest.mark.django_db
def test_while_the_count_is_hidden_so_is_the_curve(campaign, client):
    arrive(campaign.petition, 100, 100)
    Petition.objects.update(count_from=1000)

    assert "How we grew" not in str(seen(client, campaign))


# --- the picture ---


def test_the_curve_rises_inside_its_picture():
    curve = points(0, 10, 400)

    places = [tuple(map(float, place.split(","))) for place in curve.line.split()]
    assert [x for x, _y in places] == sorted(x for x, _y in places)
    assert [y for _x, y in places] == sorted((y for _x, y in places), reverse=True)
    assert all(SIDE <= x <= WIDTH for x, _y in places)


def test_while_nobody_signs_the_curve_is_level():
    """Five thousand on the first day, as many half a year later, and a few between them."""
    days = [(0, 0), (1, 5000), (60, 5010), (180, 10_000), (181, 10_500)]
    curve = Curve("Signatures", [(FIRST + timedelta(days=day), total) for day, total in days])

    drawn = [tuple(map(float, place.split(","))) for place in curve.line.split()]

    shown = [*days[:3], (179, 5010), *days[3:]]
    assert drawn == [(curve.x(FIRST + timedelta(days=day)), curve.y(total)) for day, total in shown]
    assert len(curve.rows) == len(days)


def test_a_pause_is_level_also_where_a_long_curve_is_thinned():
    days = [*range(400), *range(700, 1000)]
    curve = Curve("Signatures", [(FIRST + timedelta(days=day), 100 + 50 * day) for day in days])

    level = curve.y(100 + 50 * 399)
    places = [tuple(map(float, place.split(","))) for place in curve.line.split()]

    assert [x for x, y in places if y == level] == [
        curve.x(FIRST + timedelta(days=day)) for day in (399, 699)
    ]
    assert len(places) <= MOST_POINTS + 2


def test_the_labels_of_a_year_and_more_have_the_year():
    short, long = (
        Curve("Signatures", [(FIRST, 0), (FIRST + timedelta(days=days), 100)])
        for days in (300, 366)
    )

    assert [short.ticks[place].text for place in (0, -1)] == ["1 Mar", "26 Dec"]
    assert [long.ticks[place].text for place in (0, -1)] == ["Mar 2026", "Mar 2027"]


def test_from_right_to_left_time_goes_to_the_left():
    with translation.override("ar"):
        places = [float(place.split(",")[0]) for place in points(0, 10, 400).line.split()]

    assert places == sorted(places, reverse=True)
    assert all(0 <= x <= WIDTH - SIDE for x in places)


def test_years_have_few_points_and_end_with_the_last():
    curve = points(*range(0, 10_000, 10))

    assert len(curve.line.split()) <= MOST_POINTS
    assert len(curve.rows) <= MOST_ROWS
    assert curve.rows[-1] == curve.points[-1]
    assert len(curve.ticks) == 4


# --- the page ---


def test_the_page_has_the_curve_and_its_numbers_as_text(campaign, client):
    arrive(campaign.petition, 100, 0, 150)

    figure = seen(client, campaign).find("figure", class_="curve")

    assert figure.h2.text == "How we grew"
    assert figure.svg["role"] == "img"
    assert figure.svg.title.text == "Chart of the signatures: 250 up to 3 March 2026"
    cells = [[cell.text for cell in row] for row in figure.tbody.find_all("tr")]
    assert cells == [["28 February 2026", "0"], ["1 March 2026", "100"], ["3 March 2026", "250"]]
    assert figure.find_all(re.compile("script|style|img")) == []
    assert figure.find_all(style=True) == []


def test_countries_are_named_from_ten_on_and_the_map_is_off(campaign, client):
    for number in range(21):
        country = "FR" if number < 12 else "KE"
        make_signature(campaign.petition, email=f"{number}@x.org", country=country)
    counting.recount()
    surveying.survey()
    arrivals.roll_up()

    figure = seen(client, campaign).find("figure", class_="curve")

    assert "France" in figure.text
    assert "Kenya" not in figure.text
    assert figure.find(class_="chart-map") is None


def test_the_map_stands_beside_the_table(campaign, client):
    campaign.body = [("curve", block(shows_map=True))]
    campaign.save_revision().publish()
    for number in range(12):
        make_signature(campaign.petition, email=f"{number}@x.org", country="FR")
    counting.recount()
    surveying.survey()
    arrivals.roll_up()

    figure = seen(client, campaign).find("figure", class_="curve")

    assert figure.find("path", class_="chart__bar").title.text == "France: 12"
    assert "The borders of the map are those of Natural Earth." in figure.text
    assert "France" in figure.find_all("table")[-1].text


def test_it_is_read_once_in_some_seconds_and_from_counted_rows(campaign, client):
    arrive(campaign.petition, 100, 150)
    client.get(campaign.url)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(campaign.url)

    assert "public" in response["Cache-Control"]
    assert [each["sql"] for each in queries if "campaigns_arrival" in each["sql"]] == []
    assert [each["sql"] for each in queries if 'FROM "campaigns_signature"' in each["sql"]] == []


def test_without_numbers_there_is_nothing(campaign, client):
    assert seen(client, campaign).find("figure", class_="curve") is None
