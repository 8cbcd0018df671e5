"""The figures in the demo pictures: people, trees, houses, birds, letters, boxes."""

# Points and inks are grouped as in the drawing, not one per line.
# fmt: off
# isort: off

import math
from collections.abc import Callable, Mapping

from drawing import (
    INK, NIGHT, OCHRE, PAPER, RED, SAND, SLATE, WINE, Canvas, Colour, Point, Shape, mix, smooth,
)

Pose = Mapping[str, Point]

SKIN: Colour = (226, 178, 140)
SEPIA = mix(OCHRE, INK, 0.55)

# Joints in body heights, from the ground between the feet; right is forward, up is positive.
STAND: Pose = {
    "head": (0.01, 0.90), "neck": (0, 0.79), "hip": (0, 0.48),
    "elbow": (0.10, 0.62), "hand": (0.12, 0.46),
    "far_elbow": (-0.10, 0.62), "far_hand": (-0.09, 0.46),
    "knee": (0.05, 0.26), "foot": (0.06, 0.02),
    "far_knee": (-0.05, 0.26), "far_foot": (-0.06, 0.02),
}
WALK: Pose = {
    **STAND, "head": (0.04, 0.90), "neck": (0.02, 0.79),
    "elbow": (0.10, 0.62), "hand": (0.18, 0.52),
    "far_elbow": (-0.12, 0.62), "far_hand": (-0.14, 0.48),
    "knee": (0.11, 0.27), "foot": (0.14, 0.02),
    "far_knee": (-0.02, 0.26), "far_foot": (-0.16, 0.05),
}
THROW: Pose = {
    **STAND, "head": (0.02, 0.89), "neck": (-0.02, 0.78),
    "elbow": (-0.15, 0.86), "hand": (-0.20, 1.02),
    "far_elbow": (0.15, 0.74), "far_hand": (0.29, 0.80),
    "knee": (0.16, 0.29), "foot": (0.22, 0.03),
    "far_knee": (-0.10, 0.25), "far_foot": (-0.22, 0.02),
}
HURL: Pose = {
    **STAND, "head": (0.13, 0.86), "neck": (0.08, 0.76),
    "elbow": (0.22, 0.82), "hand": (0.37, 0.86),
    "far_elbow": (-0.05, 0.62), "far_hand": (-0.17, 0.58),
    "knee": (0.17, 0.28), "foot": (0.18, 0.02),
    "far_knee": (-0.08, 0.25), "far_foot": (-0.25, 0.07),
}
DODGE: Pose = {
    **STAND, "head": (-0.12, 0.78), "neck": (-0.06, 0.68), "hip": (-0.02, 0.41),
    "elbow": (0.09, 0.72), "hand": (0.02, 0.86),
    "far_elbow": (-0.17, 0.54), "far_hand": (-0.04, 0.60),
    "knee": (0.13, 0.26), "foot": (0.08, 0.02),
    "far_knee": (-0.14, 0.24), "far_foot": (-0.18, 0.02),
}
SCOOP: Pose = {
    **STAND, "head": (0.24, 0.60), "neck": (0.17, 0.54), "hip": (-0.08, 0.42),
    "elbow": (0.24, 0.32), "hand": (0.28, 0.10),
    "far_elbow": (0.17, 0.32), "far_hand": (0.21, 0.10),
    "knee": (0.10, 0.24), "foot": (0.02, 0.02),
    "far_knee": (-0.05, 0.22), "far_foot": (-0.15, 0.02),
}
CHEER: Pose = {
    **STAND, "elbow": (0.15, 0.90), "hand": (0.15, 1.08),
    "far_elbow": (-0.15, 0.90), "far_hand": (-0.17, 1.08),
}
CARRY: Pose = {
    **WALK, "elbow": (0.07, 0.58), "hand": (0.23, 0.57),
    "far_elbow": (0.06, 0.58), "far_hand": (0.22, 0.56),
}


def person(
    canvas: Canvas,
    x: float,
    y: float,
    height: float,
    pose: Pose,
    *,
    coat: Colour,
    legs: Colour = INK,
    hat: Colour | None = None,
    scarf: Colour | None = None,
    hair: Colour = NIGHT,
    skin: Colour = SKIN,
    light: Colour = PAPER,
    facing: int = 1,
    bobble: bool = False,
    windy: bool = True,
    lit: float = 0.012,
) -> None:
    """Someone standing at (x, y), seen from the side; `facing=-1` looks left."""

    def at(joint: str, right: float = 0, up: float = 0) -> Point:
        jx, jy = pose[joint]
        return x + (jx + right) * height * facing, y - (jy + up) * height

    unit = height
    rim = (-unit * lit, -unit * lit * 0.5, light)
    leg = Shape()
    for side in ("far_", ""):
        leg.stroke(
            [at("hip"), at(side + "knee"), at(side + "foot", 0, 0.03)], unit * 0.105, unit * 0.075
        )
        leg.stroke([at(side + "foot"), at(side + "foot", 0.055, -0.005)], unit * 0.05)
    canvas.press(leg, legs, rim=(rim[0] * 0.6, 0, mix(legs, light, 0.5)))
    sleeve = (unit * 0.09, unit * 0.07)
    shoulder = at("neck", 0.01, -0.04)
    far = Shape().stroke([at("neck", -0.01, -0.04), at("far_elbow"), at("far_hand")], *sleeve)
    canvas.press(far, mix(coat, NIGHT, 0.3))
    head = Shape().stroke([at("neck"), at("head", -0.005)], unit * 0.06)
    head.ellipse(*at("head"), unit * 0.058, unit * 0.067).ellipse(
        *at("head", 0.055, -0.012), unit * 0.014
    )
    canvas.press(head, skin)
    canvas.press(_coat(pose, at), coat, to=mix(coat, NIGHT, 0.22), rim=rim)
    arm = Shape().stroke([shoulder, at("elbow"), at("hand")], *sleeve)
    canvas.press(arm, mix(coat, NIGHT, 0.1), shadow=0.25, rim=rim)
    canvas.press(Shape().ellipse(*at("hand"), unit * 0.038), scarf or skin)
    top = Shape().ellipse(*at("head", -0.008, 0.012), unit * 0.068, unit * 0.07)
    top.polygon([at("head", 0.02, 0.025), at("head", 0.2, -0.02), at("head", 0.2, -0.2),
                 at("head", -0.03, -0.2), at("head", -0.02, -0.02)], ink=0)
    if hat:
        top.stroke([at("head", -0.06, 0.012), at("head", 0.058, 0.035)], unit * 0.035)
    canvas.press(top, hat or hair, rim=rim)
    if hat and bobble:
        canvas.press(Shape().ellipse(*at("head", -0.02, 0.095), unit * 0.03), light)
    if scarf:
        tail = Shape().stroke([at("neck", -0.045, 0.015), at("neck", 0.05, 0.005)], unit * 0.055)
        if windy:
            tail.blob([at("neck", -0.03, 0.03), at("neck", -0.13, 0.05), at("neck", -0.21, 0.0),
                       at("neck", -0.2, -0.05), at("neck", -0.12, -0.01), at("neck", -0.03, -0.03)])
        else:
            tail.stroke([at("neck", 0.04, 0), at("neck", 0.055, -0.14)], unit * 0.05, unit * 0.055)
        canvas.press(tail, scarf)


def _coat(pose: Pose, at: Callable[[str, float, float], Point]) -> Shape:
    """A coat hung along the spine, flaring below the hip."""
    along = (pose["neck"][0] - pose["hip"][0], pose["neck"][1] - pose["hip"][1])
    length = math.hypot(*along)
    ux, uy = along[0] / length, along[1] / length

    def spot(up: float, out: float) -> Point:
        return at("hip", ux * up + uy * out, uy * up - ux * out)

    return Shape().blob(
        [spot(length + 0.005, -0.035), spot(length + 0.005, 0.035), spot(length - 0.05, 0.09),
         spot(length - 0.2, 0.095), spot(-0.1, 0.125), spot(-0.12, 0), spot(-0.1, -0.125),
         spot(length - 0.2, -0.085), spot(length - 0.05, -0.09)]
    )


def branch(canvas: Canvas, shape: Shape, x: float, y: float, *, length: float, width: float,
           angle: float = 90, depth: int = 6) -> list[Point]:
    """Cut a bare tree, or a bough of one, into a stencil; return where its twigs end."""
    rng = canvas.rng
    bend = math.radians(angle + rng.uniform(-9, 9))
    end_angle = math.radians(angle)
    middle = (x + math.cos(bend) * length / 2, y - math.sin(bend) * length / 2)
    end = (x + math.cos(end_angle) * length, y - math.sin(end_angle) * length)
    shape.stroke([(x, y), middle, end], width, width * 0.68)
    if depth == 0:
        return [end]
    twigs: list[Point] = []
    turns = (-28, 24) if depth % 2 else (-34, 4, 32)
    for turn in turns:
        twigs += branch(
            canvas, shape, *end, length=length * rng.uniform(0.62, 0.84),
            width=width * (0.66 if abs(turn) > 5 else 0.6), angle=angle + turn + rng.uniform(-9, 9),
            depth=depth - 1,
        )
    return twigs


def conifer(shape: Shape, x: float, y: float, height: float) -> None:
    """A fir, cut into a stencil."""
    shape.box(x - height * 0.02, y - height * 0.2, x + height * 0.02, y)
    for i in range(6):
        top, wide = y - height * (1 - i * 0.135), height * (0.07 + i * 0.032)
        foot = top + height * 0.24
        shape.polygon([(x, top), (x + wide, foot), (x + wide * 0.4, foot - height * 0.03),
                       (x, foot + height * 0.01), (x - wide * 0.5, foot - height * 0.03),
                       (x - wide, foot)])


def facade(canvas: Canvas, left: float, top: float, right: float, base: float, *, colour: Colour,
           roof: Colour, panes: Colour, floors: int, bays: int, lamps: Colour | None = None,
           lit: float = 0.0, trim: Colour = SAND) -> None:
    """A town house front: rows of windows, cornice, roof; some windows lit."""
    width, height = right - left, base - top
    canvas.press(
        Shape().polygon([(left + 8, top - height * 0.13), (right - 8, top - height * 0.13),
                         (right + 4, top), (left - 4, top)]), roof
    )
    wall = Shape().box(left, top, right, base)
    canvas.press(wall, colour, to=mix(colour, NIGHT, 0.12), rim=(-4, 0, mix(colour, PAPER, 0.35)))
    trims, dark, warm = Shape(), Shape(), Shape()
    ledge = base - height / floors
    trims.box(left - 6, top - 5, right + 6, top + 9).box(left, ledge - 4, right, ledge + 4)
    step, storey = width / bays, (height - 16) / floors
    for floor in range(floors):
        for bay in range(bays):
            x = left + step * (bay + 0.5)
            y = top + 22 + storey * floor
            w, h = step * 0.24, storey * 0.58
            trims.box(x - w - 4, y - 6, x + w + 4, y + h + 4)
            trims.box(x - w - 8, y + h + 2, x + w + 8, y + h + 8)
            pane = warm if canvas.rng.random() < lit else dark
            pane.box(x - w, y, x + w, y + h)
            pane.box(x - 1.5, y, x + 1.5, y + h, ink=0).box(
                x - w, y + h * 0.36, x + w, y + h * 0.36 + 2.5, ink=0
            )
    canvas.press(trims, trim)
    canvas.press(dark, panes)
    canvas.press(warm, lamps or panes)


def gull(shape: Shape, x: float, y: float, span: float, tilt: float = 0.0) -> None:
    """A bird far away, cut into a stencil."""
    half = span / 2
    shape.blob([(x - half, y - half * (0.25 - tilt)), (x - half * 0.45, y - half * 0.36), (x, y),
                (x + half * 0.45, y - half * 0.36), (x + half, y - half * (0.25 + tilt)),
                (x + half * 0.45, y - half * 0.2), (x, y + half * 0.18),
                (x - half * 0.45, y - half * 0.2)])


def envelope(canvas: Canvas, x: float, y: float, width: float, turn: float, *, colour: Colour,
             seal: Colour | None = None, line: Colour = SEPIA, shadow: float = 0.45) -> None:
    """A closed letter, its middle at (x, y), turned by `turn` degrees."""
    height = width * 0.64
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def at(across: float, down: float) -> Point:
        dx, dy = across * width / 2, down * height / 2
        return x + dx * cos - dy * sin, y + dx * sin + dy * cos

    sheet = Shape().polygon([at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)])
    canvas.press(sheet, colour, shadow=shadow, rim=(-2, -2, mix(colour, (255, 255, 255), 0.55)))
    sides = Shape().polygon([at(-1, 1), at(0, -0.05), at(1, 1)])
    canvas.press(sides, mix(colour, line, 0.1))
    flap = Shape().polygon([at(-1, -1), at(1, -1), at(0.06, 0.22), at(-0.06, 0.22)])
    canvas.press(flap, mix(colour, line, 0.03), shadow=shadow * 0.5)
    edge = Shape().stroke(
        [at(-0.98, -0.97), at(-0.06, 0.22), at(0.06, 0.22), at(0.98, -0.97)], width * 0.012
    )
    canvas.press(edge, mix(colour, line, 0.4))
    if seal:
        canvas.press(Shape().ellipse(*at(0, 0.15), width * 0.085), seal, shadow=0.4)


def crate(canvas: Canvas, x: float, base: float, wide: float, colour: Colour) -> None:
    """A box full of signed sheets, seen from the side."""
    high = wide * 0.72
    sheets = Shape()
    for k in range(5):
        lean = canvas.rng.uniform(-4, 4)
        left = x - wide * 0.4 + k * wide * 0.15
        sheets.polygon([(left, base - high * 0.5), (left + lean, base - high * 1.16),
                        (left + wide * 0.2 + lean, base - high * 1.16),
                        (left + wide * 0.2, base - high * 0.5)])
    canvas.press(sheets, (255, 252, 246), rim=(1.5, 0, mix(SAND, SLATE, 0.4)))
    crate = Shape().polygon([(x - wide * 0.5, base - high), (x + wide * 0.5, base - high),
                             (x + wide * 0.46, base), (x - wide * 0.46, base)])
    canvas.press(crate, colour, to=mix(colour, WINE, 0.22), shadow=0.4, rim=(-3, -3,
            mix(colour, (255, 255, 255), 0.6)))
    canvas.press(Shape().box(x - wide * 0.13, base - high * 0.78, x + wide * 0.13,
                             base - high * 0.64, corner=5), mix(colour, NIGHT, 0.7))
    label = Shape().box(x - wide * 0.24, base - high * 0.48, x + wide * 0.24, base - high * 0.14)
    canvas.press(label, mix(colour, NIGHT, 0.12))
    lines = Shape()
    for k in range(3):
        y = base - high * (0.4 - k * 0.09)
        lines.box(x - wide * 0.2, y, x + wide * (0.2 - k * 0.07), y + 2)
    canvas.press(lines, mix(colour, NIGHT, 0.7))


def canoe(canvas: Canvas, x: float, y: float) -> None:
    """Two people paddling to the left."""
    canvas.press(Shape().ellipse(x, y + 17, 92, 7), INK, opacity=0.55, blur=2)
    for dx, coat in ((-28, OCHRE), (34, INK)):
        body = Shape().stroke([(x + dx, y), (x + dx - 3, y - 30)], 22,
                              18).stroke([(x + dx - 2, y - 28), (x + dx - 20, y - 14)], 8)
        canvas.press(body, coat, rim=(-2, -1, PAPER))
        canvas.press(Shape().ellipse(x + dx - 4, y - 48, 9, 10), SKIN)
        canvas.press(Shape().ellipse(x + dx - 4, y - 53, 9.5, 6).stroke([(x + dx - 16, y - 51),
                (x + dx + 8, y - 51)], 3), WINE)
        canvas.press(Shape().stroke([(x + dx - 8, y - 34), (x + dx - 34, y + 18)],
                                    3).ellipse(x + dx - 35, y + 18, 5, 9), INK)
    hull = smooth([(x - 98, y - 16), (x - 80, y + 4), (x, y + 14), (x + 80, y + 4),
                   (x + 98, y - 16)], closed=False)
    hull += smooth([(x + 98, y - 16), (x + 70, y - 5), (x, y), (x - 70, y - 5), (x - 98, y - 16)],
                   closed=False)
    canvas.press(Shape().polygon(hull), RED, to=WINE, rim=(-2, -2, mix(RED, PAPER, 0.5)))
