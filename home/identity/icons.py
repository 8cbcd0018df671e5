"""The icon of a look, for browser tabs and home screens: its sign on its first colour."""

from io import BytesIO

from PIL import Image

from campaigns.sharing import emblems
from home.identity.look import Look
from home.identity.signs import Sign

# The width and height of the icon for home screens, in pixels, and the height of its sign.
SIDE, SIGN = 180, 124
DROP = (
    "M40 1C43 10 62 28 70.500 47L7 60.500C10 38 37 10 40 1Z"
    "M73.300 55.500C74.400 58.700 75 62 75 65a35 34 0 0 1-69.300 5.500Z"
)
CIRCLE = "M40 15a35 35 0 0 1 0 70a35 35 0 0 1 0-70Z"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<rect width="64" height="64" rx="12" fill="{ground}"/>'
    '<path transform="translate(12.800 7.500) scale(.48)" fill="{sign}" d="{path}"/></svg>\n'
)


def svg(look: Look) -> bytes:
    ground, sign = (look.colours[name][0] for name in ("ultramarine", "flood-action"))
    path = DROP if look.sign == Sign.DROP else CIRCLE
    return SVG.format(ground=ground, sign=sign, path=path).encode()


def png(look: Look) -> bytes:
    ground, colour = (look.colours[name][0] for name in ("ultramarine", "flood-action"))
    icon = Image.new("RGB", (SIDE, SIDE), ground)
    sign = emblems.drawn("drop" if look.sign == Sign.DROP else "round", height=SIGN)
    place = (SIDE - sign.width) // 2, (SIDE - sign.height) // 2
    icon.paste(Image.new("RGB", sign.size, colour), place, sign)
    out = BytesIO()
    icon.save(out, "PNG", optimize=True)
    return out.getvalue()
