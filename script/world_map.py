"""Makes campaigns/charts/world.svg, which is in the repository, from borders of Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    .venv/bin/python -m script.world_map package/countries-110m.json

Nothing of this is needed at run time. world-atlas is under the ISC licence, which is in
`campaigns/charts/world-LICENSE.txt`; the borders themselves are in the public domain. The
projection is that of Natural Earth, in which areas are nearly true to scale.
"""

import json
import sys
from math import radians
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from django_countries.data import ALT_CODES

OUT = Path(__file__).resolve().parents[1] / "campaigns" / "charts" / "world.svg"
WIDTH = 1440
# Nobody in Antarctica signs, and without it the other countries are larger.
LEFT_OUT = {"AQ"}
ALPHA_2 = {number: alpha_2 for alpha_2, (_alpha_3, number) in ALT_CODES.items()}
NORTH, SOUTH = 84, -56

Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """Apply the polynomials of the Natural Earth projection (B. Šavrič and others, 2011)."""
    x, y = radians(longitude), radians(latitude)
    y2, y4 = y**2, y**4
    return (
        x * (0.8707 - 0.131979 * y2 - 0.013791 * y4 + y4 * y4 * y2 * (0.003971 - 0.001529 * y2)),
        y * (1.007226 + y2 * (0.015085 + y4 * (-0.044475 + 0.028874 * y2 - 0.005916 * y4))),
    )


RIGHT, TOP = project(180, 0)[0], project(0, NORTH)[1]
SCALE = WIDTH / (2 * RIGHT)
HEIGHT = round((TOP - project(0, SOUTH)[1]) * SCALE)


def place(longitude: float, latitude: float) -> tuple[int, int]:
    """Return the distances from the left and from the top, in whole units."""
    x, y = project(longitude, latitude)
    return round((x + RIGHT) * SCALE), round((TOP - y) * SCALE)


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Decode the lines of the file, whose points are differences in whole steps."""
    (scale_x, scale_y), (left, bottom) = topology["transform"].values()
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        found.append(points)
    return found


def ring(numbers: list[int], arcs: list[list[Point]]) -> str:
    """Return a closed line as path commands; a negative number means an arc from its end."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1 if points else 0 :]
    whole = unwrapped(points)
    return "".join(
        commands([place(x - turn, y) for x, y in clipped(whole, turn)]) for turn in (-360, 0, 360)
    )


def unwrapped(points: list[Point]) -> list[Point]:
    """Return the points, continued beyond 180 degrees where the line crosses the map's edge."""
    found = [points[0]]
    for x, y in points[1:]:
        found.append((x + 360 * round((found[-1][0] - x) / 360), y))
    return found


def clipped(points: list[Point], turn: int) -> list[Point]:
    """Return the part of the line between 180 degrees west and east of this turn of the globe."""
    for edge, sign in ((turn - 180, 1), (turn + 180, -1)):
        kept: list[Point] = []
        for (x, y), (before_x, before_y) in zip(points, points[-1:] + points[:-1], strict=True):
            is_in, was_in = sign * (x - edge) >= 0, sign * (before_x - edge) >= 0
            if is_in != was_in:
                part = (edge - before_x) / (x - before_x)
                kept.append((edge, before_y + part * (y - before_y)))
            if is_in:
                kept.append((x, y))
        points = kept
    return points


def commands(points: list[tuple[int, int]]) -> str:
    kept = [here for here, before in zip(points, [None, *points], strict=False) if here != before]
    if len(kept) < 4:
        return ""
    steps = zip(kept[1:], kept, strict=False)
    moves = " ".join(f"{x - a},{y - b}" for (x, y), (a, b) in steps)
    return f"M{kept[0][0]},{kept[0][1]}l{moves.replace(',-', '-').replace(' -', '-')}z"


def path(geometry: dict[str, Any], arcs: list[list[Point]]) -> str:
    polygons = geometry["arcs"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return "".join(ring(numbers, arcs) for polygon in polygons for numbers in polygon)


def main(source: str) -> None:
    topology = json.loads(Path(source).read_text())
    arcs = arcs_of(topology)
    lines = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        # Territories without an ISO 3166-1 number are drawn, but nobody is counted there.
        code = ALPHA_2.get(int(geometry.get("id", 0)), "")
        if code not in LEFT_OUT and (drawn := path(geometry, arcs)):
            name = f" id={quoteattr(code)}" if code else ""
            lines.append(f"<path{name} d={quoteattr(drawn)}/>")
    lines.sort()
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    OUT.write_text("\n".join([head, *lines, "</svg>", ""]))


if __name__ == "__main__":
    main(sys.argv[1])
