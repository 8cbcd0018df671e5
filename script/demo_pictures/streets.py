"""The demo pictures of a town outdoors: the snowball fight and the night bus."""

# Points and inks are grouped as in the drawing, not one per line.
# fmt: off
# isort: off

import math

import figures
from drawing import (
    HEIGHT, INK, MIST, NIGHT, OCHRE, PAPER, RED, SAND, SLATE, TEAL, WIDTH, WINE, Canvas, Shape, mix,
    smooth,
)


def snowball() -> bytes:
    """A snowball fight in a park before a row of old houses."""
    canvas = Canvas("snowball", (mix(TEAL, MIST, 0.55), MIST, PAPER, PAPER))
    canvas.glow(230, 130, 520, PAPER, 0.9)
    _row(canvas)
    canvas.press(Shape().box(0, 300, WIDTH, 640).fade(0, 0.75), PAPER)
    bank = Shape().blob(
        [(-80, 575), (350, 560), (800, 590), (1250, 562), (1700, 580), (1700, 1200), (-80, 1200)]
    )
    canvas.press(bank, mix(PAPER, MIST, 0.3), to=mix(PAPER, MIST, 0.12))
    _bare_trees(canvas)
    for x, y, tall, pose, coat, face in (
        (690, 640, 128, figures.CHEER, OCHRE, 1), (575, 634, 112, figures.WALK, WINE, 1),
        (1130, 632, 120, figures.THROW, TEAL, -1), (420, 636, 118, figures.WALK, SLATE, -1),
    ):
        _on_snow(canvas, x, y, tall)
        figures.person(canvas, x, y, tall, pose, coat=coat, hat=INK, facing=face)
    near = Shape().blob(
        [(-80, 790), (300, 742), (760, 790), (1200, 745), (1700, 800), (1700, 1200), (-80, 1200)]
    )
    canvas.press(near, PAPER, to=mix(PAPER, MIST, 0.55), shadow=0.12)
    _snowman(canvas, 815, 868)
    players = (
        (250, 948, 420, figures.HURL, RED, INK, OCHRE, 1, True), (560, 985, 330, figures.SCOOP,
                TEAL, OCHRE, PAPER, 1, True),
        (1075, 905, 370, figures.DODGE, OCHRE, WINE, TEAL, -1, False), (1385, 965, 430,
                figures.THROW, INK, RED, RED, -1, True),
    )
    for x, y, tall, pose, coat, hat, scarf, face, bobble in players:
        _on_snow(canvas, x, y, tall)
        figures.person(canvas, x, y, tall, pose, coat=coat, hat=hat, scarf=scarf, facing=face,
                       bobble=bobble,
                       legs=mix(INK, SLATE, 0.3 if coat == INK else 0))
    _snowballs(canvas)
    return canvas.finish()


def _row(canvas: Canvas) -> None:
    rose = mix(RED, SAND, 0.62)
    houses = ((-30, 225, 318, OCHRE), (225, 470, 262, SAND), (470, 690, 300, rose), (690, 930, 236,
            mix(TEAL, MIST, 0.4)),
              (930, 1160, 292, mix(OCHRE, SAND, 0.5)), (1160, 1395, 254,
                                                        mix(WINE, SAND, 0.45)),
                                                        (1395, 1640, 300, MIST))
    for left, right, top, colour in houses:
        figures.facade(canvas, left, top, right, 600, colour=colour, roof=PAPER,
                       panes=mix(SLATE, colour, 0.25),
                       lamps=mix(OCHRE, PAPER, 0.4),
                       lit=0.1, floors=4, bays=5, trim=mix(colour, PAPER, 0.65))
        for x in (left + 50, right - 60):
            canvas.press(
                Shape().box(x, top - 78, x + 24, top - 20),
                mix(WINE, SLATE, 0.5),
                rim=(0, -7, PAPER),
            )


def _bare_trees(canvas: Canvas) -> None:
    for x, y, length, width, tone in (
        (180, 640, 118, 20, 0.35),
        (905, 625, 104, 17, 0.45),
        (1530, 650, 130, 22, 0.3),
    ):
        tree = Shape()
        figures.branch(canvas, tree, x, y, length=length, width=width)
        _on_snow(canvas, x, y, 210)
        canvas.press(tree, mix(INK, SLATE, tone), rim=(-2, -1, PAPER))


def _on_snow(canvas: Canvas, x: float, y: float, tall: float) -> None:
    """The long shadow of somebody under a low sun on the left."""
    shadow = Shape().blob([(x - tall * 0.14, y - 3), (x + tall * 0.1, y - tall * 0.035),
                           (x + tall * 0.75, y + tall * 0.05),
                           (x + tall * 0.92, y + tall * 0.12),
                           (x + tall * 0.7, y + tall * 0.14), (x, y + tall * 0.03)])
    canvas.press(shadow.fade(0.75, 0.25, across=True), mix(SLATE, TEAL, 0.4), blur=2)


def _snowballs(canvas: Canvas) -> None:
    balls, trails = Shape(), Shape()
    for x, y, r, dx, dy in (
        (640, 560, 21, -150, 26),
        (880, 512, 15, -110, 2),
        (1180, 476, 17, 110, 20),
    ):
        balls.ellipse(x, y, r)
        for k in range(1, 7):
            trails.ellipse(
                x + dx * k / 6, y + dy * k / 6 + k * k * 0.4, max(1.5, r * (0.42 - k * 0.05))
            )
    balls.ellipse(1471, 522, 24)
    canvas.press(trails, (255, 252, 246), opacity=0.8)
    canvas.press(balls, (255, 252, 246), to=mix(PAPER, MIST, 0.6))


def _snowman(canvas: Canvas, x: float, y: float) -> None:
    _on_snow(canvas, x, y, 190)
    for up, r in ((48, 58), (128, 42), (186, 28)):
        ball = Shape().ellipse(x, y - up, r, r * 0.96)
        canvas.press(ball, (255, 252, 246), to=mix(PAPER, MIST, 0.8), shadow=0.15)
        canvas.stipple(ball, mix(SLATE, TEAL, 0.5), -0.5, 0.55, across=True)
    arms = Shape().stroke([(x - 34, y - 138), (x - 92, y - 178), (x - 104, y - 204)], 6, 3)
    arms.stroke([(x + 34, y - 138), (x + 84, y - 190)], 6, 3).stroke(
        [(x + 72, y - 178), (x + 94, y - 176)], 3
    )
    canvas.press(arms.ellipse(x - 9, y - 192, 3.5).ellipse(x + 8, y - 192, 3.5), INK)
    canvas.press(Shape().polygon([(x - 2, y - 186), (x - 2, y - 178), (x - 34, y - 178)]), RED)
    canvas.press(
        Shape()
        .box(x - 34, y - 214, x + 34, y - 206, corner=3)
        .box(x - 22, y - 252, x + 22, y - 208, corner=4),
        INK,
    )


def nightbus() -> bytes:
    """A night bus in the rain."""
    canvas = Canvas("nightbus", (NIGHT, NIGHT, INK, mix(INK, TEAL, 0.45), mix(SLATE, TEAL, 0.6)))
    for base, tone, low, high in ((760, 0.5, 200, 420), (760, 0.15, 330, 560)):
        x = -40.0
        while x < WIDTH:
            wide = canvas.rng.uniform(110, 210)
            colour = mix(INK, mix(SLATE, TEAL, 0.5), tone)
            figures.facade(canvas, x, canvas.rng.uniform(low, high), x + wide - 8, base,
                           colour=colour, roof=mix(colour, NIGHT, 0.3),
                           panes=mix(colour, NIGHT, 0.4),
                           lamps=mix(OCHRE, colour, 0.35), lit=0.13, floors=6, bays=4,
                           trim=mix(colour, NIGHT, 0.12))
            x += wide
    canvas.press(Shape().box(0, 480, WIDTH, 770).fade(0, 0.7), mix(SLATE, TEAL, 0.5))
    for x in (150, 1290):
        _street_lamp(canvas, x, 770)
    _bus(canvas, 330, 372, 1120, 720)
    _stop(canvas)
    canvas.press(Shape().box(0, 757, WIDTH, 772), mix(INK, SLATE, 0.5))
    canvas.mirror(770, 300, tint=NIGHT, share=0.5, ripple=5)
    canvas.press(Shape().box(0, 770, WIDTH, HEIGHT).fade(0.05, 0.75), NIGHT)
    for x in (268, 1408):
        canvas.press(Shape().ellipse(x, 930, 62, 150), OCHRE, opacity=0.3, blur=16)
    _rain(canvas)
    return canvas.finish()


def _street_lamp(canvas: Canvas, x: float, base: float) -> None:
    arm = smooth([(x, base), (x, 300), (x + 14, 225), (x + 70, 200), (x + 118, 206)], closed=False)
    beam = Shape().polygon([(x + 84, 222), (x + 152, 222), (x + 330, base), (x - 90, base)])
    canvas.press(beam.fade(0.55, 0.05), mix(OCHRE, PAPER, 0.3), blur=5)
    canvas.press(Shape().stroke(arm, 12, 7), NIGHT, rim=(2, 0, mix(OCHRE, INK, 0.3)))
    canvas.press(
        Shape().blob(
            [(x + 76, 214), (x + 90, 192), (x + 146, 192), (x + 160, 214), (x + 118, 218)]
        ),
        NIGHT,
    )
    canvas.glow(x + 118, 220, 170, OCHRE, 0.85)
    canvas.press(Shape().ellipse(x + 118, 217, 30, 9), PAPER)


def _bus(canvas: Canvas, left: float, top: float, right: float, base: float) -> None:
    """A double-decker, heading right."""
    canvas.press(Shape().ellipse((left + right) / 2, base + 38, 420, 20), NIGHT, blur=8)
    body = Shape().box(left, top, right, base, corner=34)
    canvas.press(
        body, mix(RED, OCHRE, 0.12), to=mix(RED, WINE, 0.75), rim=(3, -5, mix(RED, PAPER, 0.6))
    )
    canvas.stipple(body, mix(WINE, INK, 0.5), 0.7, 0, across=True)
    glow, frames, inside = Shape(), Shape(), Shape()
    rows = ((top + 34, top + 128), (top + 182, top + 276))
    for upper, lower in rows:
        for k in range(6):
            x = left + 30 + k * 112
            glow.box(x, upper, x + 104, lower, corner=12)
    glow.box(right - 92, rows[0][0], right - 14, rows[0][1], corner=14)
    glow.box(right - 84, top + 176, right - 12, base - 64, corner=12)
    canvas.press(glow, mix(PAPER, OCHRE, 0.35), to=OCHRE)
    for _, lower in rows:
        frames.box(left + 20, lower - 12, right - 120, lower)
        for k in range(6):
            if canvas.rng.random() < 0.72:
                x = left + 30 + k * 112 + canvas.rng.uniform(36, 68)
                inside.ellipse(x, lower - 52, 16, 19).stroke(
                    [(x - 2, lower - 26), (x - 4, lower + 10)], 40, 54
                )
    inside.ellipse(right - 52, top + 232, 17, 20).stroke(
        [(right - 54, top + 262), (right - 56, base - 50)], 42, 52
    )
    inside.stroke([(right - 52, top + 280), (right - 22, top + 288)], 12)
    canvas.press(inside.within(glow), INK)
    canvas.press(frames.within(glow), mix(WINE, INK, 0.4))
    strip = (
        Shape()
        .box(left + 4, top + 144, right - 4, top + 162)
        .box(left + 6, base - 52, right - 6, base - 46)
    )
    canvas.press(strip, SAND)
    canvas.press(
        Shape().box(right - 128, top + 182, right - 96, base - 16, corner=6), mix(WINE, NIGHT, 0.4)
    )
    _wheels(canvas, (left + 150, right - 190), base)
    headlight = Shape().polygon(
        [
            (right - 6, base - 44),
            (WIDTH + 20, base - 110),
            (WIDTH + 20, base + 60),
            (right - 6, base - 24),
        ]
    )
    canvas.press(headlight.fade(0.7, 0.05, across=True), mix(PAPER, OCHRE, 0.3), blur=4)
    canvas.glow(right - 8, base - 34, 90, PAPER, 0.9)
    canvas.press(Shape().ellipse(right - 12, base - 34, 11, 14), PAPER)
    canvas.press(Shape().box(left - 2, base - 60, left + 10, base - 26, corner=4), OCHRE)


def _wheels(canvas: Canvas, places: tuple[float, float], base: float) -> None:
    for x in places:
        canvas.press(
            Shape().ellipse(x, base, 62).box(x - 70, base + 2, x + 70, base + 80, ink=0),
            mix(WINE, NIGHT, 0.7),
        )
        canvas.press(Shape().ellipse(x, base, 48), NIGHT, rim=(0, -3, SLATE))
        canvas.press(Shape().ellipse(x, base, 24), SLATE)
        canvas.press(Shape().ellipse(x, base, 10), INK)


def _stop(canvas: Canvas) -> None:
    canvas.press(Shape().stroke([(1225, 770), (1225, 470)], 9), NIGHT, rim=(-2, 0, OCHRE))
    canvas.press(Shape().ellipse(1225, 448, 38), RED, shadow=0.3)
    canvas.press(Shape().ellipse(1225, 448, 25), PAPER)
    canvas.press(
        Shape().box(1210, 432, 1240, 458, corner=5).ellipse(1217, 461, 4).ellipse(1233, 461, 4), INK
    )
    for x, tall, coat, roof in ((1330, 235, TEAL, INK), (1450, 250, mix(OCHRE, WINE, 0.25), NIGHT)):
        figures.person(canvas, x, 772, tall, {**figures.STAND, "elbow": (0.12, 0.64),
                                              "hand": (0.13, 0.76)},
                       coat=coat, scarf=PAPER if x < 1400 else None, facing=-1, light=OCHRE)
        cx, cy = x - tall * 0.13, 772 - tall * 1.02
        canvas.press(Shape().stroke([(cx, cy + tall * 0.28), (cx, cy - 62)], 4), NIGHT)
        shade = [
            (cx + 96 * math.cos(math.radians(a)), cy + 10 - 70 * math.sin(math.radians(a)))
            for a in range(0, 181, 6)
        ]
        umbrella = Shape().polygon(shade)
        for k in (-64, 0, 64):
            umbrella.ellipse(cx + k, cy + 14, 32, 14, ink=0)
        canvas.press(
            umbrella,
            roof if x < 1400 else OCHRE,
            to=mix(roof, NIGHT, 0.5) if x < 1400 else WINE,
            rim=(-3, -4, SAND),
        )


def _rain(canvas: Canvas) -> None:
    for count, long, thick, opacity in (
        (260, 26, 1.2, 0.35),
        (120, 48, 1.8, 0.45),
        (26, 84, 2.6, 0.4),
    ):
        drops = Shape()
        for _ in range(count):
            x, y = canvas.rng.uniform(0, WIDTH + 80), canvas.rng.uniform(-60, HEIGHT)
            size = long * canvas.rng.uniform(0.7, 1.2)
            drops.stroke([(x, y), (x - size * 0.26, y + size)], thick, thick * 0.6)
        canvas.press(drops, mix(PAPER, MIST, 0.4), opacity=opacity)
    rings = Shape()
    for _ in range(40):
        x, y = canvas.rng.uniform(0, WIDTH), canvas.rng.uniform(800, HEIGHT)
        wide = (y - 700) * 0.07
        rings.ellipse(x, y, wide, wide * 0.26).ellipse(x, y, wide - 1.6, wide * 0.26 - 1.2, ink=0)
    canvas.press(rings, MIST, opacity=0.45)
