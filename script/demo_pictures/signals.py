"""The demo pictures of what calls from afar: the lighthouse and the radio mast."""

# Points and inks are grouped as in the drawing, not one per line.
# fmt: off
# isort: off

import math
from itertools import pairwise

import figures
from drawing import (
    HEIGHT, INK, MIST, NIGHT, OCHRE, PAPER, RED, SAND, SLATE, TEAL, WIDTH, WINE, Canvas, Colour,
    Shape, mix, smooth,
)

SNOW: Colour = (254, 249, 238)


def lighthouse() -> bytes:
    """A striped lighthouse over a small harbour at nightfall."""
    canvas = Canvas("lighthouse", (NIGHT, INK, mix(INK, TEAL, 0.6), mix(TEAL, SAND, 0.4), SAND,
                                   SAND, SAND))
    stars = Shape()
    for _ in range(90):
        stars.ellipse(canvas.rng.uniform(0, WIDTH), canvas.rng.uniform(0, 360),
                      canvas.rng.uniform(0.8, 2.4))
    canvas.press(stars, PAPER, opacity=0.85)
    x, lamp = 1085, 232
    for end, wide, start in ((-80, 190, (0.0, 0.8)), (1680, 120, (0.8, 0.0))):
        beam = Shape().polygon([(x, lamp - 12), (end, lamp - wide + 40), (end, lamp + wide + 40),
                                (x, lamp + 12)])
        canvas.press(beam.fade(*start, across=True), mix(OCHRE, PAPER, 0.55), blur=4)
    hills = Shape().blob([(-80, 700), (-80, 610), (160, 560), (420, 620), (640, 650), (760, 700)])
    canvas.press(hills, mix(TEAL, INK, 0.45), to=mix(TEAL, SLATE, 0.3),
                 rim=(0, -3, mix(TEAL, SAND, 0.4)))
    _village(canvas)
    _sea(canvas, 660, 4, 0.0)
    rock = Shape().blob([(760, 860), (800, 790), (880, 770), (930, 700), (1010, 672), (1170, 668),
                         (1250, 715),
                         (1330, 725), (1430, 790), (1530, 800), (1620, 900), (1200, 1000)])
    canvas.press(rock, mix(INK, SLATE, 0.4), to=NIGHT, shadow=0.5,
                 rim=(-6, -5, mix(SLATE, SAND, 0.5)))
    canvas.stipple(rock, NIGHT, 0.0, 0.9, across=True)
    _tower(canvas, x, lamp, 690)
    _boat(canvas, 430, 800, 1.25)
    _sea(canvas, 815, 5, 0.5)
    path = Shape()
    for k in range(22):
        py = 838 + k * 10.5
        path.ellipse(x - 30 + canvas.rng.uniform(-26, 26), py,
                     30 + k * 3.4 + canvas.rng.uniform(-14, 20), 2 + k * 0.08)
    canvas.press(path, mix(OCHRE, PAPER, 0.4), opacity=0.75)
    flock = Shape()
    for gx, gy, span in ((600, 330, 66), (690, 285, 46), (520, 400, 40), (1370, 420, 58),
                         (800, 420, 34)):
        figures.gull(flock, gx, gy, span, canvas.rng.uniform(-0.15, 0.15))
    canvas.press(flock, PAPER)
    return canvas.finish()


def _village(canvas: Canvas) -> None:
    for x, y, wide, tall, colour in ((60, 640, 90, 70, SAND), (165, 650, 76, 92,
                                                               mix(RED, SAND, 0.5)),
                                                               (255, 655, 96, 64, MIST),
                                                               (370, 662, 80, 80, OCHRE),
                                     (470, 668, 70, 56, SAND)):
        dim = mix(colour, INK, 0.45)
        canvas.press(Shape().box(x, y - tall, x + wide, y + 30), dim, rim=(-3, 0, colour))
        roof = Shape().polygon([(x - 8, y - tall), (x + wide / 2, y - tall - 44),
                                (x + wide + 8, y - tall)])
        canvas.press(roof, mix(WINE, INK, 0.5), rim=(-3, -3, mix(WINE, SAND, 0.4)))
        panes = Shape()
        for k in (0.2, 0.6):
            panes.box(x + wide * k, y - tall + 18, x + wide * (k + 0.2), y - tall + 42)
        canvas.press(panes, mix(OCHRE, PAPER, 0.3))
        canvas.glow(x + wide / 2, y - tall + 30, 60, OCHRE, 0.35)
    pier = Shape().box(-10, 660, 640, 676)
    for px in range(20, 640, 62):
        pier.box(px, 660, px + 9, 730)
    canvas.press(pier, NIGHT, rim=(0, -3, OCHRE))


def _sea(canvas: Canvas, top: float, rows: int, deep: float) -> None:
    for row in range(rows):
        y = top + row * (38 + deep * 24)
        crest = [(x, y + math.sin(x / (70 + row * 22) + row * 1.9) * (5 + row * 2 + deep * 12))
                 for x in range(-40, WIDTH + 60, 20)]
        wave = Shape().polygon([*crest, (WIDTH + 60, HEIGHT + 20), (-40, HEIGHT + 20)])
        tone = mix(mix(TEAL, SAND, 0.15), INK, min(1, deep + row * 0.13))
        canvas.press(wave, tone, to=mix(tone, NIGHT, 0.5), shadow=0.2,
                     rim=(0, -3, mix(tone, SAND, 0.5)))
        foam = Shape()
        for _ in range(22):
            fx = canvas.rng.uniform(0, WIDTH)
            foam.ellipse(fx, y + canvas.rng.uniform(16, 34), canvas.rng.uniform(12, 46), 1.6)
        canvas.press(foam, mix(tone, PAPER, 0.55), opacity=0.7)


def _tower(canvas: Canvas, x: float, lamp: float, base: float) -> None:
    keeper = Shape().box(x + 60, base - 92, x + 210, base + 20)
    canvas.press(keeper, mix(SAND, SLATE, 0.4), to=mix(SAND, INK, 0.6), rim=(-3, 0, SAND))
    canvas.press(Shape().polygon([(x + 48, base - 88), (x + 100, base - 148),
                                  (x + 176, base - 148),
                                  (x + 224, base - 88)]), WINE, to=mix(WINE, INK, 0.5))
    canvas.press(Shape().box(x + 128, base - 66, x + 152, base - 32).box(x + 172, base - 66,
            x + 194, base - 32), OCHRE)
    tower = Shape().polygon([(x - 48, lamp + 70), (x + 48, lamp + 70), (x + 88, base + 14),
                             (x - 88, base + 14)])
    canvas.press(tower, PAPER, to=SAND, shadow=0.45)
    stripes = Shape()
    for k in range(3):
        y = lamp + 130 + k * 132
        stripes.polygon([(x - 120, y + 14), (x + 120, y - 14), (x + 120, y + 52),
                         (x - 120, y + 80)])
    canvas.press(stripes.within(tower), RED, to=mix(RED, WINE, 0.4))
    canvas.stipple(tower, INK, -0.25, 0.85, across=True)
    panes = Shape().box(x - 12, lamp + 212, x + 12, lamp + 252, corner=12).box(x - 13, lamp + 346,
            x + 13, lamp + 388, corner=12)
    canvas.press(panes.box(x - 20, base - 56, x + 20, base + 14, corner=18), INK)
    canvas.press(Shape().polygon([(x - 76, lamp + 52), (x + 76, lamp + 52), (x + 48, lamp + 76),
                                  (x - 48, lamp + 76)]), INK, shadow=0.4)
    rails = Shape().box(x - 78, lamp + 26, x + 78, lamp + 30)
    for k in range(-4, 5):
        rails.box(x + k * 18.5 - 1.5, lamp + 26, x + k * 18.5 + 1.5, lamp + 54)
    canvas.press(Shape().box(x - 38, lamp - 44, x + 38, lamp + 54), mix(OCHRE, PAPER, 0.6))
    bars = Shape()
    for k in (-37, -13, 13, 37):
        bars.box(x + k - 2, lamp - 44, x + k + 2, lamp + 54)
    canvas.glow(x, lamp, 280, mix(OCHRE, PAPER, 0.5), 0.9)
    canvas.press(Shape().ellipse(x, lamp, 24), SNOW)
    canvas.press(bars, INK)
    canvas.press(rails, INK)
    roof = Shape().blob([(x - 50, lamp - 42), (x - 36, lamp - 78), (x, lamp - 104),
                         (x + 36, lamp - 78), (x + 50, lamp - 42)])
    canvas.press(roof.stroke([(x, lamp - 98), (x, lamp - 146)], 6, 3), RED, to=WINE, shadow=0.3,
                 rim=(-3, -3, mix(RED, PAPER, 0.5)))


def _boat(canvas: Canvas, x: float, y: float, s: float) -> None:
    lines = Shape().stroke([(x - 10 * s, y - 20 * s), (x - 10 * s, y - 215 * s)], 7, 5)
    lines.stroke([(x - 10 * s, y - 208 * s), (x + 150 * s, y - 40 * s)],
                 2).stroke([(x - 10 * s, y - 208 * s), (x - 140 * s, y - 36 * s)], 2)
    canvas.press(lines, NIGHT)
    edge = smooth([(x - 2 * s, y - 200 * s), (x + 62 * s, y - 120 * s), (x + 104 * s, y - 52 * s)],
                  closed=False)
    sail = Shape().polygon([*edge, (x - 2 * s, y - 48 * s)])
    canvas.press(sail, PAPER, to=SAND, shadow=0.3)
    canvas.stipple(sail, mix(OCHRE, WINE, 0.4), -0.2, 0.6, across=True)
    canvas.press(Shape().polygon([(x - 14 * s, y - 180 * s), (x - 14 * s, y - 52 * s),
                                  (x - 100 * s, y - 48 * s)]), OCHRE, shadow=0.3)
    hull = smooth([(x - 158 * s, y - 42 * s), (x - 110 * s, y + 16 * s), (x, y + 34 * s),
                   (x + 120 * s, y + 22 * s), (x + 160 * s, y - 36 * s)], closed=False)
    canvas.press(Shape().polygon(hull), RED, to=WINE, shadow=0.4,
                 rim=(-3, -5, mix(RED, PAPER, 0.6)))
    canvas.press(Shape().polygon([(x - 150 * s, y - 24 * s), (x + 154 * s, y - 20 * s),
                                  (x + 150 * s, y - 12 * s), (x - 144 * s, y - 15 * s)]), PAPER)


def radio() -> bytes:
    """A radio mast over rooftops, its waves spreading in the morning sky."""
    canvas = Canvas("radio", (mix(TEAL, SLATE, 0.4), mix(TEAL, MIST, 0.25), mix(MIST, PAPER, 0.3),
                              SAND, SAND))
    x, tip = 940, 190
    for k in range(9, 0, -1):
        disc = Shape().ellipse(x, tip, 60 + k * 92)
        canvas.press(disc, mix(SAND, PAPER, 0.5), opacity=0.085)
    for k in range(1, 8):
        ring = Shape().ring(x, tip, 60 + k * 92, 13 - k * 1.2, 0, 360)
        canvas.press(ring, RED if k < 3 else PAPER, opacity=0.95 - k * 0.1)
    for base, top, tone, wide in ((700, 520, 0.25, (70, 120)), (790, 590, 0.5, (110, 170))):
        _roofs(canvas, base, top, tone, wide)
    figures.facade(canvas, 700, 832, 1120, 1180, colour=mix(SLATE, INK, 0.3), roof=INK, panes=INK,
                   lamps=OCHRE, lit=0.3, floors=3, bays=5, trim=mix(SLATE, MIST, 0.2))
    _mast(canvas, x, tip, 800)
    _near_roofs(canvas)
    flock = Shape()
    for gx, gy, span in ((300, 220, 54), (380, 180, 40), (1340, 300, 50), (240, 320, 36),
                         (1420, 250, 34)):
        figures.gull(flock, gx, gy, span, canvas.rng.uniform(-0.2, 0.2))
    canvas.press(flock, INK)
    return canvas.finish()


def _roofs(canvas: Canvas, base: float, top: float, tone: float, wide: tuple[int, int]) -> None:
    x = -30.0
    while x < WIDTH:
        w, y = canvas.rng.uniform(*wide), top + canvas.rng.uniform(0, 90)
        wall = mix(mix(MIST, SAND, canvas.rng.random() * 0.6), mix(TEAL, INK, 0.4), tone)
        figures.facade(canvas, x, y, x + w - 6, base + 120, colour=wall,
                       roof=mix(mix(WINE, RED, 0.3), wall,
                                0.55 - tone * 0.5), panes=mix(wall, INK, 0.5),
                       lamps=mix(OCHRE, PAPER, 0.4),
                       lit=0.25, floors=4, bays=3, trim=mix(wall, PAPER, 0.25))
        stack = Shape().box(x + w * 0.6, y - 62, x + w * 0.6 + 16, y - 10)
        canvas.press(stack, mix(WINE, wall, 0.4), rim=(-3, -4, mix(WINE, SAND, 0.5)))
        x += w
    canvas.press(Shape().box(0, top + 40, WIDTH, base + 120).fade(0, 0.5), mix(MIST, SAND, 0.5))


def _mast(canvas: Canvas, x: float, tip: float, base: float) -> None:
    frame, height = Shape(), base - tip
    levels = [tip + 40 + (height - 40) * (k / 13) for k in range(14)]

    def half(y: float) -> float:
        return 9 + (y - tip) / height * 74

    for side in (-1, 1):
        frame.stroke([(x + side * half(tip + 40), tip + 40), (x + side * half(base), base)], 8, 12)
    for upper, lower in pairwise(levels):
        a, b = half(upper), half(lower)
        frame.stroke([(x - a, upper), (x + b, lower)], 4).stroke([(x + a, upper), (x - b, lower)],
                4)
        frame.stroke([(x - b, lower), (x + b, lower)], 5)
    frame.stroke([(x, tip + 60), (x, tip)], 10, 6)
    for y, side in ((tip + 150, -1), (tip + 230, 1)):
        frame.ellipse(x + side * 34, y, 18, 28)
    canvas.press(frame, INK, shadow=0.3, rim=(-2.5, 0, OCHRE))
    bands = Shape().box(x - 200, levels[1], x + 200, levels[3]).box(x - 200, levels[5], x + 200,
            levels[7])
    canvas.press(bands.within(frame), RED)
    canvas.glow(x, tip, 130, RED, 0.8)
    canvas.press(Shape().ellipse(x, tip, 20), RED)
    canvas.press(Shape().ellipse(x - 4, tip - 5, 8), PAPER)


def _near_roofs(canvas: Canvas) -> None:
    """Tiled roofs in the foreground: a cat, aerials, a window with somebody listening."""
    for ridge, dark in (([(-60, 900), (180, 742), (560, 742), (720, 900)], 0.45), ([(900, 940),
            (1080, 760), (1500, 760), (1690, 930)], 0.6)):
        roof = Shape().polygon([*ridge, (ridge[-1][0] + 160, 1200), (ridge[0][0] - 160, 1200)])
        canvas.press(roof, mix(WINE, INK, dark - 0.2), to=mix(INK, WINE, 0.15), shadow=0.5,
                     rim=(-4, -6, mix(RED, SAND, 0.45)))
        tiles = Shape()
        for row in range(11):
            y = 772 + row * 30
            for tx in range(-60 + (row % 2) * 24, WIDTH + 60, 48):
                tiles.ring(tx, y, 24, 2.5, 20, 160)
        canvas.press(tiles.within(roof), mix(WINE, SAND, 0.25), opacity=0.55)
        canvas.stipple(roof, NIGHT, -0.1, 0.7)
    for x, top, wide in ((210, 640, 64), (1410, 640, 76)):
        stack = Shape().box(x, top, x + wide, 800).box(x - 8, top - 12, x + wide + 8, top + 8)
        canvas.press(stack, mix(WINE, RED, 0.35), to=mix(WINE, INK, 0.4), shadow=0.4,
                     rim=(-5, -4, SAND))
        canvas.press(Shape().box(x + 8, top - 42, x + 26, top - 10).box(x + 36, top - 42, x + 54,
                top - 10), mix(OCHRE, WINE, 0.4), rim=(-3, 0, SAND))
    aerial = Shape()
    for x, top in ((470, 560), (1200, 590)):
        aerial.stroke([(x, 780), (x, top)], 7, 5).stroke([(x - 70, top + 24), (x + 70, top + 8)], 4)
        for k in range(-3, 4):
            aerial.stroke([(x + k * 22, top + 16 - k * 2.6 - 24), (x + k * 22,
                    top + 16 - k * 2.6 + 24)], 3.5)
    canvas.press(aerial, INK, rim=(-1.5, 0, SAND))
    _cat(canvas, 352, 744)
    _listener(canvas, 1270, 980)


def _cat(canvas: Canvas, x: float, y: float) -> None:
    cat = Shape().blob([(x - 30, y), (x - 34, y - 36), (x - 16, y - 70), (x + 8, y - 78),
                        (x + 24, y - 50), (x + 26, y)])
    cat.ellipse(x + 14, y - 92, 22, 19).polygon([(x - 6, y - 98), (x - 4, y - 126),
                                                 (x + 12, y - 108)])
    cat.polygon([(x + 16, y - 108), (x + 32, y - 126), (x + 35, y - 96)])
    cat.stroke(smooth([(x - 24, y - 8), (x - 56, y - 6), (x - 74, y + 22), (x - 62, y + 54),
                       (x - 50, y + 48)], closed=False), 13, 8)
    canvas.press(cat, NIGHT, shadow=0.3, rim=(-3, -2, SAND))


def _listener(canvas: Canvas, x: float, base: float) -> None:
    """A dormer: somebody at the open window, a red radio on the sill."""
    canvas.press(Shape().polygon([(x - 160, base - 176), (x, base - 268), (x + 160, base - 176)]),
                 mix(WINE, INK, 0.2), shadow=0.5, rim=(-4, -5, mix(RED, SAND, 0.5)))
    canvas.press(Shape().box(x - 132, base - 178, x + 132, base + 24), mix(SAND, MIST, 0.3),
                 to=mix(SAND, SLATE, 0.4), shadow=0.4, rim=(-4, 0, PAPER))
    room = Shape().box(x - 104, base - 154, x + 104, base)
    canvas.press(room, mix(OCHRE, PAPER, 0.5), to=OCHRE)
    figures.person(canvas, x - 46, base + 128, 262, {**figures.STAND, "elbow": (0.13, 0.58),
                                                     "hand": (0.05, 0.78)},
                                                     coat=TEAL, hair=WINE, light=SNOW)
    canvas.press(Shape().box(x - 132, base, x + 132, base + 240), mix(WINE, INK, 0.55))
    canvas.press(Shape().box(x - 150, base - 4, x + 150, base + 16), PAPER, to=SAND, shadow=0.5)
    canvas.press(Shape().stroke([(x + 84, base - 60), (x + 118, base - 130)], 4), INK)
    canvas.press(Shape().box(x + 6, base - 66, x + 98, base - 4, corner=9), RED,
                 to=mix(RED, WINE, 0.4), shadow=0.5, rim=(-3, -3, mix(RED, PAPER, 0.5)))
    canvas.press(Shape().ellipse(x + 33, base - 34, 19).box(x + 60, base - 54, x + 90, base - 40,
                                                            corner=3), PAPER)
    knobs = Shape().ellipse(x + 33, base - 34, 11).ellipse(x + 66, base - 22, 5)
    canvas.press(knobs.ellipse(x + 84, base - 22, 5), INK)
