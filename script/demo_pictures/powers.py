"""The demo pictures of a state: the police line on the square and the parliament's hall."""

# Points and inks are grouped as in the drawing, not one per line.
# fmt: off
# isort: off

import math

import figures
from drawing import (
    HEIGHT, INK, MIST, NIGHT, OCHRE, PAPER, RED, SAND, SLATE, TEAL, WIDTH, WINE, Canvas, Colour,
    Shape, mix, smooth,
)

DUSK = mix(RED, SAND, 0.62)


def square() -> bytes:
    """A police line before an onion-domed church at dusk, in the snow."""
    canvas = Canvas("square", (INK, SLATE, mix(SLATE, DUSK, 0.55), DUSK, SAND, SAND, SAND))
    canvas.glow(985, 455, 640, mix(SAND, PAPER, 0.4), 0.75)
    canvas.press(Shape().ellipse(985, 440, 232), RED, to=mix(RED, OCHRE, 0.45))
    _quay(canvas)
    _church(canvas, 985, 690)
    ground = Shape().blob(
        [(-60, 668), (500, 655), (1000, 668), (1660, 650), (1700, 1200), (-60, 1200)]
    )
    canvas.press(ground, mix(PAPER, MIST, 0.35), to=SLATE)
    _snowfall(canvas, 160, 1.2, 2.4, 0.8)
    for i in range(12):
        x = 30 + i * 142 + canvas.rng.uniform(-14, 14)
        _guard(canvas, x, 668 + canvas.rng.uniform(-10, 8), 31, mix(SLATE, INK, 0.45), shield=False)
    canvas.press(Shape().box(0, 600, WIDTH, HEIGHT).fade(0, 1), mix(SLATE, DUSK, 0.3), opacity=0.35)
    for i in range(9):
        x = -6 + i * 201 + canvas.rng.uniform(-12, 12)
        _guard(canvas, x, 716 + canvas.rng.uniform(-12, 12), 48, INK, shield=True)
    _snowfall(canvas, 150, 2.2, 4.2, 0.95)
    _snowfall(canvas, 34, 5, 8.5, 0.9)
    return canvas.finish()


def _quay(canvas: Canvas) -> None:
    far = mix(SLATE, DUSK, 0.35)
    rows = [(0, 170, 420, 0.0), (170, 330, 470, 0.12), (330, 470, 512, 0.2), (470, 600, 545, 0.28)]
    rows += [(1330, 1440, 530, 0.25), (1440, 1610, 455, 0.1)]
    for left, right, top, pale in rows:
        tone = mix(mix(SLATE, INK, 0.3), far, pale * 3)
        figures.facade(canvas, left, top, right, 690, colour=tone, roof=mix(tone, INK, 0.4),
                       panes=mix(tone, INK, 0.45), lamps=OCHRE, lit=0.22, floors=4,
                       bays=4, trim=mix(tone, INK, 0.15))


def _onion(canvas: Canvas, x: float, base: float, r: float, colour: Colour, stripe: Colour) -> None:
    """A dome on its drum, with twisted bands and a cross."""
    drum = Shape().box(x - r * 0.52, base - 4, x + r * 0.52, base + r * 1.7)
    canvas.press(drum, mix(INK, SLATE, 0.4), rim=(-3, 0, DUSK))
    slits = Shape()
    for k in (-0.28, 0, 0.28):
        slits.box(x + r * (k - 0.06), base + r * 0.3, x + r * (k + 0.06), base + r * 1.3, corner=3)
    canvas.press(slits, NIGHT)
    half = [(0.5, 0), (0.92, -0.3), (1.02, -0.72), (0.8, -1.15), (0.36, -1.55), (0.1, -1.95)]
    right = smooth([(x + a * r, base + b * r) for a, b in half], closed=False)
    left = [(2 * x - px, py) for px, py in reversed(right)]
    dome = Shape().polygon([*right, (x, base - r * 2.3), *left])
    canvas.press(dome, colour, to=mix(colour, NIGHT, 0.45), rim=(-4, 0, mix(colour, PAPER, 0.5)))
    bands = Shape()
    for k in range(-6, 6):
        start = x + k * r * 0.42
        bands.stroke(
            [(start, base), (start + r * 0.5, base - r), (start + r * 0.75, base - r * 2.2)],
            r * 0.13,
        )
    canvas.press(bands.within(dome), stripe, opacity=0.85)
    canvas.stipple(dome, NIGHT, 0.0, 0.5, across=True)
    tip, cross = base - r * 2.25, Shape()
    cross.stroke([(x, tip + 8), (x, tip - r * 0.8)], 4).stroke(
        [(x - r * 0.24, tip - r * 0.5), (x + r * 0.24, tip - r * 0.5)], 4
    )
    canvas.press(
        cross.stroke([(x - r * 0.14, tip - r * 0.22), (x + r * 0.14, tip - r * 0.13)], 3), OCHRE
    )


def _church(canvas: Canvas, x: float, base: float) -> None:
    dark = mix(INK, SLATE, 0.25)
    for dx, top, r, colour, stripe in ((-118, 372, 46, TEAL, SAND), (122, 372, 46, OCHRE, WINE)):
        _onion(canvas, x + dx, top, r, colour, stripe)
    tent = Shape().polygon([(x - 62, 400), (x - 17, 178), (x + 17, 178), (x + 62, 400)])
    tent.box(x - 66, 392, x + 66, 520)
    canvas.press(tent, mix(dark, WINE, 0.25), to=dark, rim=(-4, 0, DUSK))
    ribs = Shape().stroke([(x, 180), (x, 392)], 3).stroke([(x + 9, 180), (x + 32, 392)], 3)
    canvas.press(ribs.stroke([(x - 9, 180), (x - 32, 392)], 3), mix(OCHRE, INK, 0.4))
    _onion(canvas, x, 150, 30, OCHRE, TEAL)
    _onion(canvas, x - 62, 440, 38, SAND, RED)
    _onion(canvas, x + 66, 440, 38, TEAL, PAPER)
    _onion(canvas, x - 272, 382, 58, OCHRE, mix(OCHRE, WINE, 0.5))
    canvas.press(
        Shape().box(x - 160, 446, x + 160, 540), mix(dark, SLATE, 0.25), to=dark, rim=(-4, -3, DUSK)
    )
    body = Shape().box(x - 190, 512, x + 190, base).box(x - 322, 452, x - 222, base)
    body.box(x + 190, 560, x + 262, base)
    for k in range(-3, 4):
        body.ellipse(x + k * 54, 516, 31, 40)
    for k in (-1, 1):
        body.ellipse(x - 272 + k * 25, 456, 25, 32)
    canvas.press(body, dark, to=NIGHT, rim=(-4, -3, mix(DUSK, SLATE, 0.3)))
    _onion(canvas, x + 226, 530, 27, SAND, TEAL)
    bays = Shape()
    for k in range(-3, 4):
        bays.box(x + k * 54 - 11, 560, x + k * 54 + 11, 660, corner=11)
        bays.ellipse(x + k * 54, 516, 12)
    for top in (490, 580):
        bays.box(x - 288, top, x - 256, top + 62, corner=15)
    canvas.press(bays, mix(OCHRE, WINE, 0.35), to=OCHRE)


def _guard(canvas: Canvas, x: float, y: float, r: float, tone: Colour, *, shield: bool) -> None:
    """A policeman from the front: helmet at (x, y), visor down."""
    glint = mix(DUSK, PAPER, 0.2)
    s = y + r * 1.55
    body = Shape().blob(
        [(x - r * 0.6, y + r * 0.6), (x + r * 0.6, y + r * 0.6), (x + r * 0.85, s - r * 0.2),
         (x + r * 1.75, s), (x + r * 2.05, s + r * 0.8), (x + r * 2.0, HEIGHT + 60),
         (x - r * 2.0, HEIGHT + 60), (x - r * 2.05, s + r * 0.8), (x - r * 1.75, s),
         (x - r * 0.85, s - r * 0.2)]
    )
    canvas.press(
        body, tone, to=mix(tone, NIGHT, 0.6), shadow=0.35, rim=(-4, -3, mix(tone, glint, 0.75))
    )
    vest = Shape().blob([(x - r * 0.9, s), (x, s + r * 0.35), (x + r * 0.9, s),
                         (x + r * 1.05, s + r * 3),
                         (x - r * 1.05, s + r * 3)])
    canvas.press(vest, mix(tone, NIGHT, 0.4))
    turn = canvas.rng.uniform(-0.14, 0.14) * r
    helmet = Shape().ellipse(x, y, r * 1.02, r * 1.1)
    helmet.polygon(
        [
            (x - r * 1.01, y),
            (x + r * 1.01, y),
            (x + r * 0.86, y + r * 1.0),
            (x - r * 0.86, y + r * 1.0),
        ]
    )
    canvas.press(helmet, mix(tone, SLATE, 0.3), to=tone, shadow=0.3, rim=(-4, -4, glint))
    visor = Shape().blob([(x - r * 0.86 + turn, y - r * 0.1), (x + turn, y - r * 0.24),
                          (x + r * 0.86 + turn, y - r * 0.1),
                          (x + r * 0.78 + turn,
                           y + r * 0.85), (x + turn, y + r * 1.2), (x - r * 0.78 + turn,
                                   y + r * 0.85)])
    canvas.press(visor, NIGHT, to=mix(TEAL, INK, 0.35), rim=(-2, -3, mix(tone, PAPER, 0.55)))
    shine = Shape().polygon([(x - r * 0.7 + turn, y - r * 0.3), (x - r * 0.3 + turn, y - r * 0.3),
                             (x - r * 0.05 + turn, y + r * 1.3),
                             (x - r * 0.45 + turn, y + r * 1.3)])
    canvas.press(shine.within(visor), DUSK, opacity=0.75)
    band = Shape().stroke(
        [(x - r * 0.98, y - r * 0.2), (x + turn, y - r * 0.36), (x + r * 0.98, y - r * 0.2)],
        r * 0.1,
    )
    canvas.press(band, NIGHT)
    if shield:
        _shield(canvas, x + r * 0.25, s + r * 1.05, r)


def _shield(canvas: Canvas, x: float, top: float, r: float) -> None:
    plate = Shape().box(x - r * 1.72, top, x + r * 1.72, HEIGHT + 60, corner=r * 0.6)
    canvas.press(
        plate,
        mix(SLATE, TEAL, 0.25),
        to=mix(INK, SLATE, 0.3),
        shadow=0.6,
        rim=(-5, -4, mix(SAND, DUSK, 0.4)),
    )
    canvas.stipple(plate, NIGHT, 0.0, 0.8, across=True)
    sheen = Shape().polygon(
        [
            (x - r * 1.3, top - 9),
            (x - r * 0.55, top - 9),
            (x - r * 1.5, HEIGHT),
            (x - r * 2.3, HEIGHT),
        ]
    )
    canvas.press(sheen.within(plate).fade(0.55, 0.1), PAPER)
    slot = Shape().box(x - r * 1.05, top + r * 0.75, x + r * 1.05, top + r * 1.5, corner=r * 0.2)
    canvas.press(slot, NIGHT, rim=(3, 3, mix(SLATE, PAPER, 0.3)))
    snow = Shape().blob([(x - r * 1.3, top + 4), (x - r * 0.6, top - 7), (x + r * 0.3, top - 5),
                         (x + r * 1.25, top + 4), (x, top + 7)])
    canvas.press(snow, PAPER)


def _snowfall(canvas: Canvas, count: int, small: float, large: float, opacity: float) -> None:
    flakes = Shape()
    for _ in range(count):
        r = canvas.rng.uniform(small, large)
        flakes.ellipse(canvas.rng.uniform(0, WIDTH), canvas.rng.uniform(0, HEIGHT), r, r * 1.1)
    canvas.press(flakes, PAPER, opacity=opacity)


def hall() -> bytes:
    """People handing over boxes of signatures before a full hemicycle."""
    canvas = Canvas("hall", (mix(INK, WINE, 0.25), mix(WINE, INK, 0.4), mix(WINE, OCHRE, 0.3)))
    _tall_windows(canvas)
    for row in range(5, 0, -1):
        _benches(canvas, row)
    floor = Shape().ellipse(800, 1010, 706, 372).ellipse(800, 1330, 1700, 400)
    canvas.press(floor, mix(SAND, OCHRE, 0.35), to=mix(SAND, WINE, 0.35), shadow=0.5)
    for x in (330, 800, 1270):
        beam = Shape().polygon([(x - 50, 40), (x + 50, 40), (x + 330, HEIGHT), (x + 40, HEIGHT)])
        canvas.press(beam.fade(0.38, 0.03), PAPER, blur=12)
    carpet = Shape().polygon([(-20, 985), (WIDTH + 20, 985), (WIDTH + 20, 1034), (-20, 1034)])
    canvas.press(carpet, RED, to=mix(RED, WINE, 0.6))
    _petition_table(canvas)
    coats = (INK, OCHRE, TEAL, PAPER)
    for i, (x, tall) in enumerate(((180, 350), (425, 378), (665, 352), (905, 372))):
        y = 1000 + (i % 2) * 14
        canvas.press(Shape().ellipse(x + 30, y + 2, tall * 0.24, 9), NIGHT, opacity=0.5, blur=3)
        figures.person(canvas, x, y, tall, figures.CARRY, coat=coats[i],
                       legs=mix(INK, SLATE, 0.2 if i else 0.5),
                       scarf=(OCHRE, RED, SAND, TEAL)[i], hair=(NIGHT, WINE, NIGHT,
                                                                mix(OCHRE, WINE, 0.6))[i],
                                                                windy=False)
        figures.crate(canvas, x + tall * 0.29, y - tall * 0.52, tall * 0.3,
                      RED if i == 2 else mix(PAPER, SAND, 0.3))
    return canvas.finish()


def _tall_windows(canvas: Canvas) -> None:
    for x in (170, 485, 800, 1115, 1430):
        canvas.press(Shape().box(x - 84, 100, x + 84, 700).ellipse(x, 100, 84),
                     mix(WINE, INK, 0.55), shadow=0.4)
        glass = Shape().box(x - 66, 100, x + 66, 700).ellipse(x, 100, 66)
        canvas.press(glass, PAPER, to=OCHRE)
        bars = Shape().box(x - 3, 0, x + 3, 700)
        for y in (100, 210, 320):
            bars.box(x - 70, y - 3, x + 70, y + 3)
        canvas.press(bars.within(glass), mix(WINE, INK, 0.55))
        canvas.glow(x, 160, 230, SAND, 0.35)


def _benches(canvas: Canvas, row: int) -> None:
    """One arc of seats, its members and the desk before them; 1 is nearest the floor."""
    rx, ry, middle = 640 + row * 135, 330 + row * 92, 1010
    tone = mix(mix(WINE, INK, 0.55), mix(OCHRE, WINE, 0.5), row / 5)
    heads, hair, spots = Shape(), Shape(), []
    suits = (Shape(), Shape(), Shape())
    size = 25 - row * 1.7
    count = 17 + row * 3
    for i in range(count):
        angle = math.radians(180 + (i + 0.5 + canvas.rng.uniform(-0.12, 0.12)) * 180 / count)
        x, y = 800 + math.cos(angle) * rx, middle + math.sin(angle) * ry
        if -40 < x < WIDTH + 40 and abs(i + 0.5 - count / 2) > 0.6:
            spots.append((x, y))
    for x, y in spots:
        heads.ellipse(x, y - size * 1.28, size * 0.55, size * 0.68)
        if canvas.rng.random() < 0.85:
            hair.ellipse(x, y - size * 1.5, size * 0.72, size * canvas.rng.uniform(0.7, 0.95))
        canvas.rng.choice(suits).blob([(x - size * 0.3, y - size * 0.75),
                                       (x + size * 0.3, y - size * 0.75),
                                       (x + size * 1.05, y - size * 0.2),
                        (x + size * 1.1, y + size * 1.6),
                        (x - size * 1.1, y + size * 1.6), (x - size * 1.05, y - size * 0.2)])
    for suit, cloth in zip(suits, (INK, SLATE, mix(TEAL, INK, 0.4)), strict=True):
        canvas.press(suit, mix(cloth, tone, row * 0.07), rim=(-2, -2, mix(OCHRE, tone, 0.3)))
    canvas.press(hair, mix(NIGHT, tone, 0.2), rim=(-1.5, -1.5, mix(OCHRE, tone, 0.4)))
    canvas.press(heads, mix(figures.SKIN, tone, 0.15 + row * 0.08), rim=(-2, -2, SAND))
    desk = Shape().ellipse(800, middle + size * 0.6, rx, ry)
    canvas.press(desk, mix(tone, OCHRE, 0.28), to=tone, shadow=0.35,
                 rim=(0, -3.5, mix(OCHRE, SAND, 0.4)))
    front = Shape().ellipse(800, middle + size * 1.1, rx - 6, ry)
    canvas.press(front, mix(tone, NIGHT, 0.25), to=mix(tone, NIGHT, 0.5))
    sheets = Shape()
    for x, y in spots:
        if canvas.rng.random() < 0.4:
            sheets.polygon([(x - size * 0.5, y + size * 0.62), (x + size * 0.3, y + size * 0.62),
                            (x + size * 0.5, y + size * 0.95),
                            (x - size * 0.4, y + size * 0.95)])
    canvas.press(sheets, PAPER, opacity=0.85)


def _petition_table(canvas: Canvas) -> None:
    for x, base, colour in ((1215, 838, PAPER), (1330, 838, SAND), (1445, 838, PAPER),
                            (1270, 762, SAND), (1385, 762, RED)):
        figures.crate(canvas, x, base, 108, colour)
    figures.person(canvas, 1520, 1004, 380, {**figures.STAND, "elbow": (0.1, 0.6),
                                             "hand": (0.22, 0.62)}, coat=SLATE,
                   scarf=RED, hair=mix(SAND, SLATE, 0.4), facing=-1, windy=False)
    top = Shape().box(1130, 838, 1480, 862, corner=4)
    legs = Shape().box(1150, 850, 1172, 1006).box(1440, 850, 1462, 1006)
    canvas.press(legs, mix(WINE, NIGHT, 0.6))
    canvas.press(top, mix(WINE, INK, 0.35), shadow=0.5, rim=(0, -4, OCHRE))
