"""The emblem of the organisation on a card or a poster: its logo, or the sign of the site."""

from PIL import Image, ImageDraw

from campaigns.pages.images import Rendition
from campaigns.sharing.appearance import Appearance

# Shapes are drawn this many times larger and then reduced, so that their edges are smooth.
SCALE = 4
WHITE = "#ffffff"


def emblem(look: Appearance, *, colour: str, words: str, size: tuple[int, int]) -> Image.Image:
    """Return a picture with a transparent background, not larger than `size`.

    `colour` is the colour of the sign, and `words` that of the text on the same background: white
    text means a dark background. A logo that is not made for this background is put on a white
    plate.
    """
    if words == WHITE and (logo := opened(look.logo_on_dark)):
        return fitting(logo, size)
    if logo := opened(look.logo):
        return on_plate(logo, size)
    own = opened(look.sign) if look.shape == "own" else None
    shape = fitting(own, size).getchannel("A") if own else drawn(look.shape, height=size[1])
    found = Image.new("RGBA", shape.size, colour)
    found.putalpha(shape)
    return found


def opened(rendition: Rendition | None) -> Image.Image | None:
    """Return the picture; None if there is none, or if its file cannot be read."""
    if rendition is None:
        return None
    try:
        with rendition.file.open("rb") as file:
            return Image.open(file).convert("RGBA")
    except OSError:
        return None


def fitting(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = min(size[0] / picture.width, size[1] / picture.height)
    new = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    return picture.resize(new, Image.Resampling.LANCZOS)


def on_plate(logo: Image.Image, size: tuple[int, int]) -> Image.Image:
    edge = size[1] // 8
    logo = fitting(logo, (size[0] - 2 * edge, size[1] - 2 * edge))
    whole = logo.width + 2 * edge, logo.height + 2 * edge
    plate = Image.new("RGBA", whole, WHITE)
    plate.alpha_composite(logo, (edge, edge))
    return plate


def drawn(shape: str, *, height: int) -> Image.Image:
    """Draw the drop (site/static/icons/drop.svg), a triangle on a circle, or the circle alone."""
    mask = Image.new("L", (80 * SCALE, 100 * SCALE))
    pen = ImageDraw.Draw(mask)
    pen.ellipse([side * SCALE for side in (5, 30, 75, 100)], fill=255)
    if shape == "round":
        mask = mask.crop((5 * SCALE, 30 * SCALE, 75 * SCALE + 1, 100 * SCALE))
        return mask.resize((height, height), Image.Resampling.LANCZOS)
    corners = [(40, 1), (70, 48), (10, 48)]
    pen.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=255)
    return mask.resize((height * 8 // 10, height), Image.Resampling.LANCZOS)
