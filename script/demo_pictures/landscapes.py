"""The demo pictures of what grows and flows: the river and the trees."""

# Points and inks are grouped as in the drawing, not one per line.
# fmt: off
# isort: off

import math
from collections.abc import Sequence
from itertools import pairwise

import figures
from drawing import (
    HEIGHT, INK, MIST, NIGHT, OCHRE, PAPER, RED, SAND, SLATE, TEAL, WIDTH, WINE, Canvas, Colour,
    Point, Shape, mix, smooth,
)

SNOW: Colour = (254, 249, 238)
MEADOW = mix(OCHRE, TEAL, 0.62)


def river() -> bytes:
    """A free river winding out of the mountains, a heron on its bank."""
    canvas = Canvas("river", (mix(TEAL, MIST, 0.35), mix(MIST, PAPER, 0.4), SAND,
                              mix(SAND, OCHRE, 0.4), SAND))
    canvas.glow(520, 330, 560, PAPER, 0.85)
    canvas.press(Shape().ellipse(520, 330, 112), RED, to=mix(RED, OCHRE, 0.6))
    _mountains(canvas)
    land = Shape().blob([(-80, 560), (380, 575), (900, 548), (1300, 572), (1700, 545),
                         (1700, 1200), (-80, 1200)])
    canvas.press(land, mix(MEADOW, SAND, 0.35), to=mix(TEAL, INK, 0.5))
    canvas.stipple(land, mix(TEAL, INK, 0.45), -0.2, 0.6)
    _bend(canvas)
    _woods(canvas)
    figures.canoe(canvas, 735, 742)
    bank = Shape().blob([(760, 1180), (900, 1050), (1060, 985), (1280, 965), (1480, 915),
                         (1700, 890), (1700, 1200)])
    canvas.press(bank, mix(TEAL, INK, 0.62), to=NIGHT, shadow=0.4,
                 rim=(0, -4, mix(OCHRE, TEAL, 0.4)))
    _heron(canvas, 1215, 985, 590)
    _reeds(canvas)
    return canvas.finish()


def _ridge(canvas: Canvas, base: float, peaks: Sequence[Point]) -> list[Point]:
    """A jagged line through the peaks and the saddles between them."""
    line: list[Point] = []
    for (ax, ay), (bx, by) in pairwise(peaks):
        for k in range(8):
            t = k / 8
            line.append((ax + (bx - ax) * t + canvas.rng.uniform(-8, 8),
                         ay + (by - ay) * t + canvas.rng.uniform(-9, 9)))
    return [*line, peaks[-1], (WIDTH + 90, base), (-90, base)]


def _mountains(canvas: Canvas) -> None:
    ranges = (
        (0.15, [(-90, 430), (150, 300), (330, 420), (640, 215), (800, 330), (1010, 120),
                (1230, 330), (1420, 190), (1690, 400)]),
        (0.42, [(-90, 360), (90, 250), (330, 470), (560, 400), (800, 500), (1060, 360),
                (1300, 260), (1480, 400), (1690, 300)]),
        (0.7, [(-90, 470), (160, 400), (420, 530), (700, 500), (950, 545), (1250, 460),
               (1450, 420), (1690, 470)]),
    )
    for depth, peaks in ranges:
        tone = mix(mix(MIST, SAND, 0.35), mix(TEAL, INK, 0.45), depth)
        rock = Shape().polygon(_ridge(canvas, 600, peaks))
        canvas.press(rock, tone, to=mix(tone, SAND, 0.45), rim=(-4, -3, mix(tone, PAPER, 0.55)))
        shade = Shape()
        for x, y in peaks[1:-1:2] if depth < 0.6 else ():
            shade.polygon([(x, y), (x + 250, y + 330), (x + 20, y + 330), (x + 34, y + 190),
                           (x - 12, y + 110)])
        canvas.stipple(shade.within(rock), mix(tone, INK, 0.55), 0.8, 0.0)
        caps = Shape()
        for x, y in peaks[1:-1:2] if depth < 0.3 else ():
            caps.polygon([(x, y - 12), (x + 62, y + 74), (x + 30, y + 62), (x + 12, y + 92),
                          (x - 12, y + 66), (x - 34, y + 88), (x - 66, y + 80)])
        canvas.press(caps.within(rock), SNOW, opacity=0.9)
    canvas.press(Shape().box(0, 440, WIDTH, 600).fade(0, 0.6), SAND)


def _bend(canvas: Canvas) -> None:
    left = [(868, 566), (800, 588), (870, 620), (930, 655), (760, 705), (430, 770), (170, 880),
            (60, 1000), (40, 1200)]
    right = [(905, 566), (880, 588), (990, 615), (1180, 665), (1130, 735), (880, 810), (770, 900),
             (800, 1000), (900, 1200)]
    outline = smooth(left, closed=False) + smooth(right, closed=False)[::-1]
    water = Shape().polygon(outline)
    canvas.press(water, PAPER, to=mix(TEAL, SLATE, 0.35), rim=(-3, -5, mix(TEAL, INK, 0.55)))
    canvas.stipple(water, mix(TEAL, INK, 0.35), -0.6, 0.35)
    light = Shape()
    for _ in range(120):
        y = 580 + 480 * canvas.rng.random() ** 1.6
        reach = (y - 540) * 0.16
        x = canvas.rng.uniform(60, 1200)
        light.ellipse(x, y, reach * canvas.rng.uniform(0.5, 1.3), max(0.9, (y - 540) * 0.006))
    canvas.press(light.within(water), SNOW, opacity=0.75)
    glare = Shape()
    for k in range(16):
        y = 760 + k * 19
        glare.ellipse(520 + canvas.rng.uniform(-18, 18), y,
                      26 + k * 5 + canvas.rng.uniform(-8, 14), 3.2)
    canvas.press(glare.within(water), RED, opacity=0.85)


def _woods(canvas: Canvas) -> None:
    for low, high, count, tall, tone in ((575, 600, 60, 62, 0.35), (600, 650, 46, 100, 0.55)):
        firs = Shape()
        for _ in range(count):
            x = canvas.rng.choice((canvas.rng.uniform(-20, 690),
                                   canvas.rng.uniform(1120 + (low - 570) * 3, 1640)))
            figures.conifer(firs, x, canvas.rng.uniform(low, high),
                            tall * canvas.rng.uniform(0.7, 1.2))
        canvas.press(firs, mix(TEAL, INK, tone), to=mix(TEAL, INK, tone + 0.2),
                     rim=(-1.5, 0, mix(OCHRE, TEAL, 0.4)))
    near = Shape()
    for x, y, tall in ((-8, 880, 420), (88, 850, 330), (165, 812, 250), (1585, 900, 470),
                       (1500, 830, 330), (1430, 780, 250)):
        figures.conifer(near, x, y, tall)
    canvas.press(near, mix(TEAL, INK, 0.72), to=NIGHT, shadow=0.3,
                 rim=(-3, -2, mix(OCHRE, TEAL, 0.35)))


def _heron(canvas: Canvas, x: float, y: float, unit: float) -> None:
    """A grey heron looking left, its feet at (x, y)."""

    def at(*spots: Point) -> list[Point]:
        return [(x + a * unit, y - b * unit) for a, b in spots]

    legs = Shape().stroke(at((0.02, 0.4), (0.045, 0.22), (0.02, 0)), unit * 0.022, unit * 0.014)
    legs.stroke(at((0.07, 0.4), (0.11, 0.21), (0.09, 0)), unit * 0.022, unit * 0.014)
    for foot in (0.02, 0.09):
        legs.stroke(at((foot, 0.005), (foot - 0.07, -0.008)), unit * 0.012, 2)
    canvas.press(legs, mix(OCHRE, INK, 0.35), rim=(-2, 0, SAND))
    neck = smooth(at((0.0, 0.52), (-0.1, 0.6), (-0.1, 0.7), (-0.03, 0.79), (-0.02, 0.88),
                     (-0.09, 0.95)), closed=False)
    canvas.press(Shape().stroke(neck, unit * 0.12, unit * 0.05), MIST, to=mix(MIST, SLATE, 0.3),
                 rim=(-4, -2, SNOW))
    body = Shape().blob(at((-0.09, 0.6), (-0.13, 0.5), (-0.07, 0.41), (0.06, 0.37), (0.24, 0.33),
                           (0.38, 0.27), (0.31, 0.4),
                           (0.18, 0.52), (0.05, 0.61)))
    canvas.press(body, mix(MIST, SLATE, 0.25), to=SLATE, shadow=0.3, rim=(-4, -4, SNOW))
    wing = Shape().blob(at((-0.04, 0.57), (-0.03, 0.47), (0.1, 0.41), (0.28, 0.34), (0.41, 0.24),
                           (0.33, 0.39), (0.19, 0.52), (0.06, 0.595)))
    canvas.press(wing, mix(SLATE, MIST, 0.3), to=INK, shadow=0.35, rim=(-2, -3, MIST))
    canvas.stipple(wing, INK, 0.0, 0.75, across=True)
    for k in range(3):
        plume = smooth(at((-0.02 + k * 0.06, 0.5 - k * 0.02), (0.08 + k * 0.06, 0.43 - k * 0.03),
                          (0.2 + k * 0.06, 0.37 - k * 0.03)), closed=False)
        canvas.press(Shape().stroke(plume, unit * 0.012, 1), mix(MIST, PAPER, 0.3), opacity=0.8)
    head = Shape().blob(at((-0.04, 0.95), (-0.07, 0.985), (-0.13, 0.985), (-0.18, 0.965),
                           (-0.13, 0.935), (-0.07, 0.925)))
    canvas.press(head, PAPER, rim=(-2, -2, SNOW))
    beak = Shape().polygon(at((-0.16, 0.975), (-0.37, 0.925), (-0.155, 0.94)))
    canvas.press(beak, OCHRE, to=mix(OCHRE, RED, 0.5))
    crest = smooth(at((-0.14, 0.975), (-0.08, 0.985), (0.0, 0.95), (0.1, 0.93)), closed=False)
    canvas.press(Shape().stroke(crest, unit * 0.03, 1).ellipse(*at((-0.125, 0.962))[0],
                                                               unit * 0.009), INK)
    stripe = smooth(at((-0.07, 0.9), (-0.06, 0.8), (-0.12, 0.7), (-0.12, 0.6)), closed=False)
    for k in range(4, len(stripe) - 2, 4):
        canvas.press(Shape().ellipse(*stripe[k], unit * 0.007, unit * 0.016), INK)


def _reeds(canvas: Canvas) -> None:
    for count, tone, left in ((46, mix(TEAL, INK, 0.5), 900), (34, mix(OCHRE, INK, 0.55), 960)):
        blades, tips = Shape(), Shape()
        for _ in range(count):
            x = canvas.rng.choice((canvas.rng.uniform(left, 1130), canvas.rng.uniform(1340, 1620),
                                   canvas.rng.uniform(1440, 1620)))
            tall, lean = canvas.rng.uniform(130, 330), canvas.rng.uniform(-20, 60)
            foot = HEIGHT + 20
            stem = smooth([(x, foot), (x + lean * 0.3, foot - tall * 0.6),
                           (x + lean, foot - tall)], closed=False, steps=5)
            blades.stroke(stem, 7, 1.5)
            if canvas.rng.random() < 0.3:
                tips.stroke([(x + lean, foot - tall), (x + lean * 1.15, foot - tall - 42)], 12, 10)
        canvas.press(blades, tone, rim=(-1.5, 0, mix(tone, OCHRE, 0.5)))
        canvas.press(tips, mix(WINE, INK, 0.35), rim=(-2, 0, OCHRE))


def trees() -> bytes:
    """Old trees along an avenue in autumn light, a red ribbon round the nearest."""
    canvas = Canvas("trees", (mix(PAPER, OCHRE, 0.2), PAPER, mix(PAPER, OCHRE, 0.25), SAND))
    canvas.glow(800, 500, 620, SNOW, 0.95)
    for k, (outer, inner, top) in enumerate(((250, 560, 250), (-60, 300, 90))):
        tone = mix(MIST, TEAL, 0.2 + k * 0.35)
        for left, right in ((outer, inner), (WIDTH - inner, WIDTH - outer)):
            figures.facade(canvas, left, top + 60, right, 680 + k * 40, colour=tone,
                           roof=mix(tone, SLATE, 0.4), panes=mix(tone, SLATE, 0.5),
                           lamps=mix(OCHRE, PAPER, 0.4),
                           lit=0.2, floors=5, bays=4, trim=mix(tone, PAPER, 0.4))
    road = Shape().polygon([(765, 560), (835, 560), (1500, HEIGHT), (100, HEIGHT)])
    canvas.press(Shape().box(0, 560, WIDTH, HEIGHT), mix(SAND, OCHRE, 0.3),
                 to=mix(TEAL, OCHRE, 0.35))
    canvas.press(road, PAPER, to=mix(SAND, MIST, 0.35), rim=(-4, 0, mix(SAND, WINE, 0.3)))
    depths = (0.11, 0.16, 0.24, 0.37, 0.6, 1.0)
    for near in depths:
        _tree_shade(canvas, near)
    for i, near in enumerate(depths):
        if i == 4:
            _strollers(canvas)
        _avenue_pair(canvas, near)
    leaves = Shape()
    for _ in range(60):
        x, y = canvas.rng.uniform(0, WIDTH), canvas.rng.uniform(420, HEIGHT)
        r = canvas.rng.uniform(3, 8)
        leaves.blob([(x - r, y), (x, y - r * 0.5), (x + r, y - r * 0.2), (x, y + r * 0.5)])
    canvas.press(leaves, mix(OCHRE, RED, 0.3))
    return canvas.finish()


def _tree_shade(canvas: Canvas, near: float) -> None:
    y = 560 + 440 * near
    shade = Shape()
    for x in (800 - 640 * near, 800 + 640 * near):
        shade.polygon([(x - 40 * near, y - 6 * near), (x + 55 * near, y - 6 * near),
                       (x + 900 * near, y + 130 * near), (x + 780 * near, y + 150 * near)])
    canvas.press(shade, mix(TEAL, INK, 0.3), opacity=0.38, blur=3 * near)


def _avenue_pair(canvas: Canvas, near: float) -> None:
    """One tree on either side; `near` is 1 in the foreground and 0 on the horizon."""
    bark = mix(mix(TEAL, MIST, 0.5), mix(WINE, NIGHT, 0.72), min(1, near * 1.5 + 0.05))
    y = 560 + 440 * near
    for side in (-1, 1):
        x, w, tall = 800 + side * 640 * near, 62 * near, 720 * near

        def at(across: float, up: float, x: float = x, w: float = w, tall: float = tall,
               y: float = y) -> Point:
            return x + across * w, y - up * tall

        trunk = Shape().blob([at(-2.1, -0.02), at(-1.15, 0.05), at(-0.95, 0.25), at(-0.85, 0.55),
                              at(-1.1, 0.8), at(0, 0.9), at(1.1, 0.8),
                              at(0.8, 0.55),
                              at(0.95, 0.25),
                              at(1.2, 0.05), at(2.2, -0.02), at(0.7, 0.005), at(-0.6, -0.01)])
        for end, high in ((-5.2, 1.2), (-2.4, 1.4), (2.2, 1.4), (5.4, 1.15)):
            bough = smooth([at(end * 0.08, 0.62), at(end * 0.35, 0.9), at(end, high)],
                           closed=False, steps=6)
            trunk.stroke(bough, w * 1.15, w * 0.3)
        canvas.press(trunk, bark, shadow=0.3 * near, rim=(-7 * near - 1, 0, mix(bark, OCHRE, 0.65)))
        if near > 0.3:
            canvas.stipple(trunk, NIGHT, -0.2, 0.75, across=True)
            grooves = Shape()
            for _ in range(26):
                gx, gy = canvas.rng.uniform(-0.7, 0.8), canvas.rng.uniform(0.06, 0.75)
                grooves.stroke([at(gx, gy), at(gx + 0.06, gy + 0.05), at(gx * 0.95, gy + 0.1)],
                               5 * near, 1.5 * near)
            canvas.press(grooves.within(trunk), mix(bark, NIGHT, 0.6))
        if near == 1.0 and side < 0:
            _ribbon(canvas, trunk, x, 690, w)
        _crown(canvas, x, y - tall * 1.08, near)


def _crown(canvas: Canvas, x: float, y: float, near: float) -> None:
    for k, colour in enumerate((mix(TEAL, INK, 0.45), mix(TEAL, OCHRE, 0.25),
                                mix(OCHRE, TEAL, 0.25), OCHRE)):
        pale = mix(colour, mix(PAPER, OCHRE, 0.3), max(0.0, 0.55 - near))
        leaves = Shape()
        for _ in range(52 - k * 6):
            turn, reach = canvas.rng.uniform(0, math.tau), canvas.rng.random() ** 0.5
            cx = x + math.cos(turn) * reach * (390 - k * 25) * near - k * 34 * near
            cy = y + math.sin(turn) * reach * (205 - k * 14) * near - k * 40 * near
            r = canvas.rng.uniform(34, 66) * near * (1 - k * 0.13)
            lobes = [r * canvas.rng.uniform(0.95, 1.2) if i % 2 else r * 0.74 for i in range(14)]
            leaves.blob([(cx + math.cos(i * math.tau / 14) * lobe,
                          cy + math.sin(i * math.tau / 14) * lobe * 0.82)
                         for i, lobe in enumerate(lobes)])
        canvas.press(leaves, pale, shadow=0.22 * near, rim=(-2.5 * near, -2.5 * near,
                                                            mix(pale, PAPER, 0.3)))


def _ribbon(canvas: Canvas, trunk: Shape, x: float, y: float, w: float) -> None:
    band = smooth([(x - w * 1.5, y - 8), (x, y + 12), (x + w * 1.5, y - 8)], closed=False)
    canvas.press(Shape().stroke(band, 46).within(trunk), RED, shadow=0.4)
    bow = Shape().blob([(x, y), (x - 62, y - 44), (x - 86, y - 12), (x - 60, y + 22)])
    bow.blob([(x, y), (x + 62, y - 44), (x + 86, y - 12), (x + 60, y + 22)])
    tails = Shape().polygon([(x - 8, y), (x + 12, y), (x + 54, y + 130), (x + 34, y + 118),
                             (x + 18, y + 136)])
    tails.polygon([(x - 12, y), (x + 8, y), (x - 20, y + 128), (x - 36, y + 112),
                   (x - 54, y + 120)])
    canvas.press(tails, mix(RED, WINE, 0.4), shadow=0.4)
    canvas.press(bow, RED, to=mix(RED, WINE, 0.35), shadow=0.4, rim=(-3, -3, mix(RED, PAPER, 0.45)))
    canvas.press(Shape().ellipse(x, y, 17, 20), mix(RED, WINE, 0.2), shadow=0.4)


def _strollers(canvas: Canvas) -> None:
    for x, y, tall, pose, coat, face in ((715, 800, 178, figures.WALK, INK, 1), (775, 804, 170,
            figures.WALK, TEAL, 1), (960, 770, 150, figures.WALK, WINE, -1)):
        canvas.press(Shape().ellipse(x + tall * 0.35, y + 6, tall * 0.45, 7), mix(TEAL, INK, 0.3),
                     opacity=0.5, blur=2)
        figures.person(canvas, x, y, tall, pose, coat=coat, scarf=OCHRE if coat == TEAL else None,
                       facing=face, light=SNOW)
    dog = Shape().blob([(866, 746), (890, 742), (912, 746), (914, 756), (890, 760),
                        (866, 758)]).ellipse(862, 738, 9, 7)
    dog.polygon([(858, 738), (846, 743), (860, 745)]).stroke([(912, 748), (924, 732)], 5, 2)
    for x in (870, 878, 902, 910):
        dog.stroke([(x, 754), (x - 2, 772)], 5, 4)
    canvas.press(dog, INK, rim=(-1.5, -1, SNOW))
    canvas.press(Shape().stroke([(940, 694), (868, 744)], 2), RED)
