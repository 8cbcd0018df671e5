"""The print shop of the demo pictures: paper, inks, stencils and light.

Every picture is printed like a poster: stencils (`Shape`) are cut, then pressed on a `Canvas` one
over the other. Coordinates are those of the finished picture, 1600 × 1067 from the top left; the
picture is drawn at twice that size and scaled down at the end, which softens every edge. Nothing
depends on fonts, files or the clock: the same name and the same Pillow give the same bytes.
"""

import io
import math
import random
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]

WIDTH, HEIGHT = 1600, 1067
SCALE = 2
FULL = (WIDTH * SCALE, HEIGHT * SCALE)
LARGEST = 195_000

NIGHT: Colour = (11, 19, 38)
INK: Colour = (20, 33, 58)
SLATE: Colour = (52, 72, 98)
TEAL: Colour = (78, 134, 136)
MIST: Colour = (168, 193, 190)
PAPER: Colour = (244, 236, 224)
SAND: Colour = (232, 209, 170)
OCHRE: Colour = (218, 160, 66)
RED: Colour = (222, 64, 40)
WINE: Colour = (142, 42, 42)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """A colour on the way from the first (0) to the second (1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through all the points."""
    count = len(points)
    spans = count if closed else count - 1
    curve: list[Point] = []
    for i in range(spans):
        if closed:
            a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            curve.append((_bend(a[0], b[0], c[0], d[0], t), _bend(a[1], b[1], c[1], d[1], t)))
    return curve if closed else [*curve, points[-1]]


def _bend(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - a - 3 * c + d) * t * t * t
    )


@lru_cache(maxsize=4)
def _noise(seed: str, cell: int) -> Image.Image:
    """Grey noise of the full size, in grains of `cell` half pixels."""
    size = (FULL[0] // cell, FULL[1] // cell)
    bytes_ = random.Random(seed).randbytes(size[0] * size[1])
    return Image.frombytes("L", size, bytes_).resize(FULL, Image.Resampling.BICUBIC)


@lru_cache(maxsize=1)
def _wear() -> Image.Image:
    """Where a screen print lets the paper through: small, rare flaws."""
    soft = _noise("wear", 3).filter(ImageFilter.BoxBlur(2))
    return soft.point(lambda v: 255 if v > 70 else max(185, 255 - (70 - v) * 5))


def ramp(size: tuple[int, int], stops: Sequence[Colour]) -> Image.Image:
    """Colours from top to bottom, evenly spaced."""
    column = Image.new("RGB", (1, 256))
    last = len(stops) - 1
    for y in range(256):
        place = y / 255 * last
        i = min(int(place), max(last - 1, 0))
        column.putpixel((0, y), mix(stops[i], stops[min(i + 1, last)], place - i))
    return column.resize(size, Image.Resampling.BILINEAR)


class Shape:
    """A stencil. `ink=0` cuts out of what is already there."""

    def __init__(self) -> None:
        self.mask = Image.new("L", FULL, 0)
        self.pen = ImageDraw.Draw(self.mask)

    def polygon(self, points: Sequence[Point], *, ink: int = 255) -> "Shape":
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=ink)
        return self

    def blob(self, points: Sequence[Point], *, ink: int = 255) -> "Shape":
        """A closed soft outline through the points."""
        return self.polygon(smooth(points), ink=ink)

    def ellipse(self, x: float, y: float, rx: float, ry: float = 0, *, ink: int = 255) -> "Shape":
        ry = ry or rx
        edges = ((x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE)
        self.pen.ellipse(edges, fill=ink)
        return self

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        corner: float = 0,
        ink: int = 255,
    ) -> "Shape":
        edges = (left * SCALE, top * SCALE, right * SCALE, bottom * SCALE)
        self.pen.rounded_rectangle(edges, corner * SCALE, fill=ink)
        return self

    def stroke(
        self, points: Sequence[Point], start: float, end: float | None = None, *, ink: int = 255
    ) -> "Shape":
        """A line with round joints, from one thickness to another: limbs, branches, ropes."""
        end = start if end is None else end
        last = max(len(points) - 1, 1)
        radii = [(start + (end - start) * i / last) / 2 for i in range(len(points))]
        for (x, y), radius in zip(points, radii, strict=True):
            if radius > 0.4:
                self.ellipse(x, y, radius, ink=ink)
        for i in range(len(points) - 1):
            (ax, ay), (bx, by) = points[i], points[i + 1]
            length = math.hypot(bx - ax, by - ay) or 1
            nx, ny = (ay - by) / length, (bx - ax) / length
            a, b = radii[i], radii[i + 1]
            quad = [(ax + nx * a, ay + ny * a), (bx + nx * b, by + ny * b)]
            quad += [(bx - nx * b, by - ny * b), (ax - nx * a, ay - ny * a)]
            self.polygon(quad, ink=ink)
        return self

    def ring(
        self, x: float, y: float, radius: float, width: float, start: int, end: int
    ) -> "Shape":
        """An arc, in degrees clockwise from the right."""
        edges = (
            (x - radius) * SCALE,
            (y - radius) * SCALE,
            (x + radius) * SCALE,
            (y + radius) * SCALE,
        )
        self.pen.arc(edges, start, end, fill=255, width=round(width * SCALE))
        return self

    def within(self, other: "Shape") -> "Shape":
        """Keep only what lies on another stencil."""
        self.mask = ImageChops.multiply(self.mask, other.mask)
        self.pen = ImageDraw.Draw(self.mask)
        return self

    def fade(self, start: float, end: float, *, across: bool = False) -> "Shape":
        """Let it run out: from `start` to `end` (0 to 1) over its height, or its width."""
        edges = self.mask.getbbox()
        if edges is None:
            return self
        size = (edges[2] - edges[0], edges[3] - edges[1])
        slope = Image.linear_gradient("L")
        slope = slope.transpose(Image.Transpose.ROTATE_90) if across else slope
        slope = slope.point(lambda v: round(255 * (start + (end - start) * v / 255)))
        part = ImageChops.multiply(self.mask.crop(edges), slope.resize(size))
        self.mask.paste(part, edges)
        return self


class Canvas:
    """A sheet being printed, with its own seeded chance (`rng`)."""

    def __init__(self, name: str, stops: Sequence[Colour]) -> None:
        self.rng = random.Random(name)
        self.image = ramp(FULL, stops)

    def press(
        self,
        shape: Shape,
        colour: Colour,
        *,
        to: Colour | None = None,
        opacity: float = 1.0,
        blur: float = 0,
        shadow: float = 0,
        rim: tuple[float, float, Colour] | None = None,
    ) -> None:
        """Print a stencil.

        `to` is the colour at its foot, `shadow` how dark a shadow it throws on the layers under
        it, and `rim` the light on its edge: how far it reaches in from the right and from below
        (negative: from the left and from above), and its colour.
        """
        mask = _blurred(shape.mask, blur) if blur else shape.mask
        edges = mask.getbbox()
        if edges is None:
            return
        if shadow:
            self._darken(mask, edges, shadow)
        part = ImageChops.multiply(mask.crop(edges), _wear().crop(edges))
        if opacity < 1:
            part = part.point(lambda v: round(v * opacity))
        size = (edges[2] - edges[0], edges[3] - edges[1])
        self.image.paste(ramp(size, (colour, to)) if to else colour, edges, part)
        if rim:
            across, down, light = rim
            shift = (round(-across * SCALE), round(-down * SCALE))
            moved = Image.new("L", size, 0)
            moved.paste(part, shift)
            if (
                edges[0] == 0 and shift[0] > 0
            ):  # The picture continues beyond its frame, so there is no edge.
                moved.paste(255, (0, 0, shift[0], size[1]))
            if edges[2] == FULL[0] and shift[0] < 0:
                moved.paste(255, (size[0] + shift[0], 0, *size))
            self.image.paste(light, edges, ImageChops.subtract(part, moved))

    def _darken(self, mask: Image.Image, edges: tuple[int, int, int, int], strength: float) -> None:
        left, top = max(edges[0] - 64, 0) // 8 * 8, max(edges[1] - 64, 0) // 8 * 8
        right, bottom = min(edges[2] + 96, FULL[0]), min(edges[3] + 96, FULL[1])
        small = mask.crop((left, top, right, bottom)).reduce(8)
        fallen = Image.new("L", small.size, 0)
        fallen.paste(small.point(lambda v: round(v * strength)), (2, 3))
        fallen = fallen.filter(ImageFilter.GaussianBlur(3))
        size = (right - left, bottom - top)
        self.image.paste(NIGHT, (left, top), fallen.resize(size, Image.Resampling.BICUBIC))

    def stipple(
        self, shape: Shape, colour: Colour, start: float, end: float, *, across: bool = False
    ) -> None:
        """Shade with sprayed dots, denser from `start` to `end` (0 to 1) over the stencil."""
        edges = shape.mask.getbbox()
        if edges is None:
            return
        dense = Shape()
        dense.mask.paste(255, edges)
        slope = dense.fade(start, end, across=across).mask.crop(edges)
        dots = ImageChops.add(slope, _noise("dots", 3).crop(edges), 1, -255)
        dots = dots.point(lambda v: min(255, v * 6))
        self.image.paste(colour, edges, ImageChops.multiply(dots, shape.mask.crop(edges)))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light around a lamp, a moon, a window."""
        side = round(radius * 2 * SCALE)
        light = ImageChops.invert(Image.radial_gradient("L")).point(
            lambda v: round(max(0, (v - 76) / 179) ** 1.7 * 255 * strength)
        )
        corner = (round((x - radius) * SCALE), round((y - radius) * SCALE))
        self.image.paste(colour, corner, light.resize((side, side), Image.Resampling.BICUBIC))

    def mirror(
        self, line: float, depth: float, *, tint: Colour, share: float, ripple: float
    ) -> None:
        """Reflect what is above a line in the water or wet street below it."""
        y, height = round(line * SCALE), round(depth * SCALE)
        band = self.image.crop((0, y - height, FULL[0], y)).transpose(
            Image.Transpose.FLIP_TOP_BOTTOM
        )
        band = Image.blend(band, Image.new("RGB", band.size, tint), share)
        for top in range(0, height, 5):
            strip = band.crop((0, top, FULL[0], top + 5))
            reach = ripple * SCALE * (0.4 + top / height)
            shift = round(reach * math.sin(top * 0.11) + self.rng.uniform(-reach, reach) * 0.5)
            self.image.paste(ImageChops.offset(strip, shift, 0), (0, y + top))

    def finish(self) -> bytes:
        """Bring the sheet down to its size, lay the paper's grain over it and write a JPEG."""
        picture = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        grain = _noise("grain", 2).crop((0, 0, WIDTH, HEIGHT)).filter(ImageFilter.BoxBlur(1))
        grain = grain.point(lambda v: round(128 + (v - 128) * 0.21))
        picture = ImageChops.soft_light(picture, Image.merge("RGB", (grain, grain, grain)))
        for quality in range(90, 40, -4):
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
            if file.tell() < LARGEST:
                break
        return file.getvalue()


def _blurred(mask: Image.Image, radius: float) -> Image.Image:
    small = mask.resize((FULL[0] // 4, FULL[1] // 4), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(radius * SCALE / 4)).resize(
        FULL, Image.Resampling.BICUBIC
    )
