"""The demo pictures of what is written: the letters on the scales and the library."""

# Points and inks are grouped as in the drawing, not one per line.
# fmt: off
# isort: off

import figures
from drawing import (
    HEIGHT, INK, MIST, NIGHT, OCHRE, PAPER, RED, SAND, SLATE, TEAL, WIDTH, WINE, Canvas, Colour,
    Shape, mix, smooth,
)

SNOW: Colour = (254, 249, 238)


def letters() -> bytes:
    """A balance: a heap of letters, and one red drop falling, against iron weights."""
    canvas = Canvas("letters", (mix(PAPER, SAND, 0.35), PAPER, mix(PAPER, SAND, 0.5), SAND))
    disc = Shape().ellipse(800, 520, 452)
    canvas.press(disc, mix(OCHRE, SAND, 0.45), to=mix(OCHRE, SAND, 0.15))
    canvas.stipple(disc, mix(OCHRE, RED, 0.35), -0.5, 0.55)
    table = Shape().box(-10, 946, WIDTH + 10, HEIGHT + 10)
    canvas.press(table, INK, to=NIGHT, rim=(0, -5, TEAL))
    _weights(canvas, 1215, 538)
    _heap(canvas, 390, 704)
    _balance(canvas)
    _drop(canvas, 408, 218, 78)
    return canvas.finish()


def _balance(canvas: Canvas) -> None:
    steel = mix(TEAL, INK, 0.3)
    shade = Shape().ellipse(840, 952, 330, 20)
    canvas.press(shade, NIGHT, opacity=0.7, blur=6)
    for x, y in ((390, 800), (1215, 630)):
        canvas.press(Shape().stroke([(x, y), (x, y - 92)], 22, 16), INK, rim=(-4, 0, TEAL))
    beam = Shape().polygon([(372, 788), (384, 820), (800, 752), (1232, 646), (1222, 614),
                            (800, 690)])
    canvas.press(beam, steel, to=INK, shadow=0.4, rim=(-2, -4, mix(TEAL, PAPER, 0.5)))
    stand = Shape().polygon([(764, 700), (836, 700), (872, 880), (728, 880)]).blob(
        [(600, 955), (640, 895), (720, 868), (880, 868), (960, 895), (1000, 955)])
    canvas.press(stand, INK, to=NIGHT, shadow=0.4, rim=(-5, -3, TEAL))
    canvas.press(Shape().ellipse(800, 718, 62), steel, to=INK, shadow=0.5,
                 rim=(-4, -4, mix(TEAL, PAPER, 0.5)))
    canvas.press(Shape().ellipse(800, 718, 42), PAPER, shadow=0.3)
    needle = Shape().polygon([(800, 708), (800, 728), (768, 712)]).ellipse(800, 718, 7)
    canvas.press(needle, RED)
    for x, y in ((390, 716), (1215, 546)):
        half = smooth([(x - 262, y - 14), (x - 205, y + 34), (x, y + 56), (x + 205, y + 34),
                       (x + 262, y - 14)], closed=False)
        canvas.press(Shape().polygon(half), mix(TEAL, SLATE, 0.3), to=INK, shadow=0.3,
                     rim=(-3, -2, MIST))
        canvas.press(Shape().box(x - 268, y - 20, x + 268, y - 8, corner=6), MIST, to=TEAL)


def _weights(canvas: Canvas, x: float, base: float) -> None:
    for dx, wide, tall in ((-96, 150, 190), (88, 176, 246), (8, 112, 128)):
        left, right, top = x + dx - wide / 2, x + dx + wide / 2, base - tall
        ring = Shape().ellipse(x + dx, top - 34, 34).ellipse(x + dx, top - 34, 19, ink=0)
        canvas.press(ring, INK, shadow=0.4, rim=(-3, -3, SLATE))
        mass = Shape().polygon([(left + 16, top + 14), (right - 16, top + 14), (right, base),
                                (left, base)])
        mass.box(left + 12, top, right - 12, top + 40, corner=14).box(x + dx - 24, top - 14,
                x + dx + 24, top + 20, corner=6)
        canvas.press(mass, mix(SLATE, INK, 0.4), to=NIGHT, shadow=0.5,
                     rim=(-5, -4, mix(SLATE, MIST, 0.5)))
        canvas.stipple(mass, NIGHT, 0.0, 0.8, across=True)
        canvas.press(Shape().box(left + 22, top + 56, right - 22, top + 62), mix(SLATE, MIST, 0.3),
                     opacity=0.7)


def _heap(canvas: Canvas, x: float, base: float) -> None:
    sheets = (PAPER, SNOW, SAND, mix(MIST, PAPER, 0.5), PAPER, mix(OCHRE, SAND, 0.5), SNOW)
    for row, count in enumerate((4, 4, 4, 3, 3, 2, 1)):
        for k in range(count):
            spread = (k - (count - 1) / 2) * (400 - row * 26) / max(count, 2)
            px = x + spread + canvas.rng.uniform(-12, 12)
            py = base - 50 - row * 41 + abs(spread) * 0.05 + canvas.rng.uniform(-8, 8)
            turn = canvas.rng.uniform(-22, 22) + spread * 0.06
            seal = canvas.rng.choice((RED, RED, TEAL, None, None, None)) if count > 1 else RED
            figures.envelope(canvas, px, py, 172, turn, colour=canvas.rng.choice(sheets), seal=seal)


def _drop(canvas: Canvas, x: float, y: float, r: float) -> None:
    """The last drop, with the flap of an envelope on it."""
    trail = Shape()
    for dx, top, long in ((-34, 26, 60), (0, -10, 80), (34, 34, 50)):
        trail.stroke([(x + dx, top), (x + dx, top + long)], 4, 9)
    canvas.press(trail, RED, opacity=0.55)
    side = [(0, -1.75), (0.16, -1.3), (0.52, -0.78), (0.88, -0.2), (0.97, 0.3), (0.72, 0.8),
            (0.28, 1.03), (0, 1.06)]
    right = smooth([(x + a * r, y + b * r) for a, b in side], closed=False)
    drop = Shape().polygon([*right, *[(2 * x - px, py) for px, py in reversed(right)]])
    canvas.press(drop, mix(RED, OCHRE, 0.12), to=RED, shadow=0.5,
                 rim=(-4, -3, mix(RED, PAPER, 0.55)))
    canvas.stipple(drop, WINE, -0.1, 0.7, across=True)
    fold = Shape().stroke([(x - r * 0.94, y - r * 0.05), (x, y + r * 0.5),
                           (x + r * 0.94, y - r * 0.05)], 6)
    canvas.press(fold.within(drop), PAPER)
    shine = smooth([(x - r * 0.36, y - r * 0.62), (x - r * 0.56, y - r * 0.3),
                    (x - r * 0.62, y - r * 0.1)], closed=False)
    canvas.press(Shape().stroke(shine, 10, 5), PAPER, opacity=0.9)


def library() -> bytes:
    """A branch library at night, readers behind its lit windows."""
    canvas = Canvas("library", (NIGHT, INK, mix(INK, TEAL, 0.35), mix(SLATE, TEAL, 0.4)))
    stars = Shape()
    for _ in range(70):
        stars.ellipse(
            canvas.rng.uniform(0, WIDTH), canvas.rng.uniform(0, 380), canvas.rng.uniform(0.8, 2.2)
        )
    canvas.press(stars, PAPER, opacity=0.8)
    canvas.glow(1330, 170, 250, mix(PAPER, TEAL, 0.3), 0.5)
    canvas.press(Shape().ellipse(1330, 170, 62).ellipse(1304, 156, 56, ink=0), PAPER)
    for left, right, top, bays in ((-40, 180, 420, 4), (1400, 1640, 380, 4)):
        figures.facade(canvas, left, top, right, 860, colour=mix(INK, SLATE, 0.35), roof=INK,
                       panes=NIGHT,
                       lamps=mix(OCHRE, INK, 0.35),
                       lit=0.12, floors=5, bays=bays, trim=mix(INK, SLATE, 0.6))
    canvas.glow(800, 600, 760, OCHRE, 0.3)
    wall = Shape().box(190, 330, 1410, 850)
    canvas.press(wall, mix(WINE, INK, 0.45), to=mix(WINE, INK, 0.3), shadow=0.5)
    canvas.stipple(wall, NIGHT, 0.75, 0.05)
    pediment = Shape().polygon([(480, 300), (800, 168), (1120, 300)]).box(170, 300, 1430, 338)
    canvas.press(
        pediment, mix(SAND, SLATE, 0.45), to=mix(SAND, SLATE, 0.6), shadow=0.5, rim=(3, -5, SAND)
    )
    canvas.press(Shape().polygon([(560, 290), (800, 192), (1040, 290)]), mix(INK, SLATE, 0.5))
    _open_book(canvas, 800, 268)
    for x in (240, 405, 1065, 1230):
        _reading_window(canvas, x, 430, 130, 330)
    _entrance(canvas)
    _pavement(canvas)
    return canvas.finish()


def _open_book(canvas: Canvas, x: float, y: float) -> None:
    for side in (-1, 1):
        page = smooth([(x, y), (x + side * 28, y - 16), (x + side * 62, y - 6)], closed=False)
        page += smooth(
            [(x + side * 62, y - 46), (x + side * 28, y - 54), (x, y - 36)], closed=False
        )
        canvas.press(Shape().polygon(page), OCHRE if side < 0 else SAND)


def _reading_window(canvas: Canvas, left: float, top: float, wide: float, tall: float) -> None:
    """An arched window onto shelves and somebody reading."""
    x, base = left + wide / 2, top + tall
    arch = Shape().box(left - 12, top, left + wide + 12, base + 12).ellipse(x, top, wide / 2 + 12)
    canvas.press(arch, mix(SAND, SLATE, 0.55), shadow=0.4)
    glass = Shape().box(left, top, left + wide, base).ellipse(x, top, wide / 2)
    canvas.press(glass, mix(OCHRE, PAPER, 0.5), to=OCHRE)
    books, boards = Shape(), Shape()
    for row in range(5):
        foot = top + 20 + row * 46
        boards.box(left, foot, left + wide, foot + 5)
        bx = left + 4.0
        while bx < left + wide - 8:
            thick, high = canvas.rng.uniform(6, 13), canvas.rng.uniform(22, 36)
            if canvas.rng.random() < 0.8:
                books.box(bx, foot - high, bx + thick - 1.5, foot)
            bx += thick
    canvas.press(books.within(glass), mix(OCHRE, WINE, 0.62))
    canvas.press(boards.within(glass), mix(OCHRE, INK, 0.6))
    canvas.glow(x, top + 130, 90, mix(OCHRE, PAPER, 0.75), 0.8)
    reader, face = Shape(), canvas.rng.choice((-1, 1))
    x += canvas.rng.uniform(-14, 10) * face
    reader.ellipse(x + face * 2, base - 122, 19, 23).ellipse(x - face * 15, base - 130,
                                                             canvas.rng.choice((0, 11)))
    reader.blob([(x - 9, base - 104), (x + 9, base - 104), (x + 38, base - 82),
                 (x + 46, base - 20), (x - 46, base - 20),
                 (x - 38, base - 82)])
    reader.box(left, base - 34, left + wide, base)
    reader.stroke(
        [(x - face * 14, base - 76), (x + face * 22, base - 44), (x + face * 36, base - 58)], 20, 14
    )
    canvas.press(reader.within(glass), INK)
    book = Shape().polygon(
        [
            (x + face * 20, base - 50),
            (x + face * 52, base - 88),
            (x + face * 60, base - 82),
            (x + face * 30, base - 40),
        ]
    )
    canvas.press(book.within(glass), RED)
    bars = (
        Shape().box(x - 2.5, top - wide / 2, x + 2.5, base).box(left, top - 4, left + wide, top + 2)
    )
    canvas.press(bars.box(left, top + 150, left + wide, top + 155).within(glass), INK)
    canvas.press(
        Shape().box(left - 22, base + 10, left + wide + 22, base + 26),
        mix(SAND, SLATE, 0.35),
        shadow=0.5,
    )


def _entrance(canvas: Canvas) -> None:
    canvas.press(Shape().box(640, 338, 960, 850), mix(WINE, INK, 0.62))
    canvas.press(
        Shape().box(700, 470, 900, 850).ellipse(800, 470, 100),
        mix(OCHRE, PAPER, 0.45),
        to=OCHRE,
        shadow=0.5,
    )
    canvas.press(Shape().box(700, 520, 752, 850).box(848, 520, 900, 850), RED, to=WINE)
    panels = Shape()
    for left in (710, 858):
        panels.box(left, 536, left + 32, 660).box(left, 680, left + 32, 830)
    canvas.press(panels, mix(WINE, INK, 0.2))
    canvas.press(Shape().box(694, 512, 906, 522).stroke([(800, 372), (800, 512)], 5), INK)
    figures.person(
        canvas,
        806,
        852,
        235,
        figures.WALK,
        coat=INK,
        hair=NIGHT,
        skin=mix(INK, OCHRE, 0.25),
        light=OCHRE,
        facing=-1,
    )
    columns = Shape()
    for x in (590, 668, 932, 1010):
        columns.polygon([(x - 20, 372), (x + 20, 372), (x + 24, 850), (x - 24, 850)])
        columns.box(x - 32, 338, x + 32, 372, corner=5).box(x - 32, 834, x + 32, 852)
    canvas.press(columns, mix(SAND, SLATE, 0.35), to=mix(SAND, SLATE, 0.15), shadow=0.55)
    for x in (590, 668, 932, 1010):
        side = Shape().box(x - 24, 372, x + 24, 836)
        canvas.stipple(side, INK, *((0.85, 0.0) if x < 800 else (0.0, 0.85)), across=True)


def _pavement(canvas: Canvas) -> None:
    street = Shape().box(-10, 900, WIDTH + 10, HEIGHT + 10)
    canvas.press(street, mix(INK, TEAL, 0.25), to=NIGHT)
    for k in range(4):
        step = Shape().box(560 - k * 34, 846 + k * 17, 1040 + k * 34, 864 + k * 17)
        canvas.press(step, mix(SAND, SLATE, 0.3 + k * 0.12), shadow=0.35)
    spill = Shape().polygon([(640, 916), (960, 916), (1220, HEIGHT), (380, HEIGHT)])
    canvas.press(spill.fade(0.75, 0.12), OCHRE, blur=9)
    for left in (240, 405, 1065, 1230):
        patch = Shape().polygon(
            [
                (left, 905),
                (left + 130, 905),
                (left + 150 + (left - 735) * 0.2, 1010),
                (left - 20 + (left - 735) * 0.2, 1010),
            ]
        )
        canvas.press(patch.fade(0.4, 0.02), OCHRE, blur=8)
    for x in (128, 1490):
        post = Shape().stroke([(x, 960), (x, 520)], 13, 8).box(x - 22, 940, x + 22, 966, corner=5)
        canvas.press(post, NIGHT, rim=(3 if x < 800 else -3, 0, OCHRE))
        canvas.glow(x, 492, 210, OCHRE, 0.75)
        canvas.press(Shape().ellipse(x, 492, 30), mix(PAPER, OCHRE, 0.25))
    figures.person(canvas, 395, 1000, 270, figures.WALK, coat=TEAL, hat=RED, scarf=RED, light=OCHRE)
    figures.person(
        canvas, 455, 1004, 165, figures.WALK, coat=OCHRE, hat=INK, light=PAPER, bobble=True
    )
    figures.person(
        canvas,
        1215,
        1008,
        265,
        figures.CARRY,
        coat=mix(SLATE, INK, 0.3),
        scarf=OCHRE,
        light=OCHRE,
        facing=-1,
    )
    books = Shape()
    for k in range(4):
        books.box(1118 + (k % 2) * 5, 838 - k * 17, 1172 + (k % 2) * 5, 852 - k * 17, corner=2)
    canvas.press(books, PAPER, to=RED, shadow=0.3)
