"""The map: off by default, equal to the rows, with a file to download and a note on borders."""

import csv
import io
import re
from itertools import accumulate, pairwise
from xml.etree import ElementTree

import pytest

from campaigns.charts.world import SHADES, WorldMap, class_of, outlines
from campaigns.counting import counting, surveying
from script.world_map import place
from tests.factories import make_petition, make_signature

URL = "/admin/signatures/statistics/"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def counted(db):
    petition = make_petition()
    for number, country in enumerate(["KE"] * 9 + ["FR"] * 3 + ["MT", None]):
        make_signature(petition, email=f"{number}@x.org", country=country)
    counting.recount()
    surveying.survey()


def test_it_is_shown_only_to_those_who_choose_it(client, admin_user, counted):
    client.force_login(admin_user)

    without, shown = client.get(URL), client.get(URL, {"map": "on"})

    assert b"Natural Earth" not in without.content
    assert b"Not everybody agrees with them" in shown.content
    assert b"<title>Kenya: 9</title>" in shown.content
    assert shown.content.count(b"chart-map") > without.content.count(b"chart-map")


def test_its_files_have_the_numbers_of_the_rows(client, admin_user, counted):
    client.force_login(admin_user)

    picture = client.get(URL, {"chart": "map", "format": "svg"})
    numbers = client.get(URL, {"chart": "map", "format": "csv"}).content.decode("utf-8-sig")

    texts = {title.text for title in ElementTree.fromstring(picture.content).iter(f"{SVG}title")}
    assert texts == {"Signatures by country", "Kenya: 9", "France: 3"}  # Malta is too small
    assert list(csv.reader(io.StringIO(numbers))) == [
        ["Country", "Signatures"],
        ["Kenya", "9"],
        ["France", "3"],
        ["not given", "1"],
        ["Malta", "1"],
    ]


def test_of_another_team_it_shows_nothing(teams, people, browse):
    make_signature(teams.theirs, email="x@x.org", country="BR")
    counting.recount()
    surveying.survey()

    page = browse(people.river_manager).get(URL, {"map": "on"}).content.decode()

    assert "Brazil" not in page
    assert "No signature has a country." in page


@pytest.mark.parametrize(
    ("number", "largest", "place"),
    [(1, 1, 3), (1, 10_000, 0), (10, 10_000, 1), (10_000, 10_000, 3)],
)
def test_a_class_is_that_of_the_logarithm(number, largest, place):
    assert class_of(number, largest) == place


def test_the_legend_names_the_classes_that_are_there():
    classes = WorldMap("Title", {"KE": 10_000, "FR": 9_000, "BR": 1, "": 50}).classes

    assert [tuple(each) for each in classes] == [(SHADES[0], 1, 1), (SHADES[3], 9_000, 10_000)]


def test_nearly_every_country_has_an_outline():
    codes = [code for code, outline in outlines()[1] if code and outline]

    assert len(codes) == len(set(codes)) > 170
    assert {"KE", "FR", "US", "BR", "PS", "EH", "TW"} <= set(codes)


def lands(longitude: float, latitude: float) -> list[str]:
    """The codes of the countries whose outlines contain a place."""
    x, y = place(longitude, latitude)
    return [code for code, outline in outlines()[1] if is_inside(x + 0.5, y + 0.5, outline)]


def is_inside(x: float, y: float, outline: str) -> bool:
    """Whether a line from the point to the right crosses the outline an odd number of times."""
    crossed = 0
    for ring in filter(None, outline.split("z")):
        begin, steps = ([*map(int, re.findall(r"-?\d+", part))] for part in ring.split("l"))
        across, down = accumulate([begin[0], *steps[::2]]), accumulate([begin[1], *steps[1::2]])
        points = [*zip(across, down, strict=True)]
        for (a, b), (c, d) in pairwise([*points, points[0]]):
            crossed += (b > y) != (d > y) and x < (c - a) * (y - b) / (d - b) + a
    return crossed % 2 == 1


def test_the_borders_are_of_those_who_control_a_territory():
    places = {
        "Simferopol": (34.1, 45.0),
        "Kyiv": (30.5, 50.4),
        "Laayoune": (-13.0, 27.0),
        "Tifariti": (-10.6, 26.2),
        "Hargeysa": (45.0, 9.5),
        "Ramallah": (35.2, 31.9),
        "Taichung": (121.0, 24.0),
    }

    assert {name: lands(*where) for name, where in places.items()} == {
        "Simferopol": ["RU"],
        "Kyiv": ["UA"],
        "Laayoune": ["MA"],
        "Tifariti": ["EH"],
        "Hargeysa": [""],
        "Ramallah": ["PS"],
        "Taichung": ["TW"],
    }


def test_no_outline_reaches_across_the_map():
    """Russia and Fiji are on both sides of 180 degrees, and are cut there."""
    wide = set()
    for code, outline in outlines()[1]:
        for ring in outline.split("z"):
            steps = re.findall(r"-?\d+", ring.partition("l")[2])
            wide |= {code for step in steps[::2] if abs(int(step)) > 300}

    assert wide == set()
