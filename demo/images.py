"""The demo's pictures: their titles, descriptions, credits and files.

They were drawn by script/demo_pictures, so no licence is needed.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "pictures"
CREDIT = "Illustration: Lastdrop demo"


@dataclass(frozen=True)
class Picture:
    """The fields of a picture in the image library; `description` is its alternative text."""

    title: str
    description: str
    credit: str = CREDIT


PICTURES = {
    "square": Picture(
        "The line on the square",
        "Helmeted riot police with visors down stand in a line behind snow-topped shields; "
        "behind them a church with striped onion domes before a huge red setting sun, and snow "
        "falling.",
    ),
    "snowball": Picture(
        "Snowball fight",
        "People in coats and scarves throw snowballs round a snowman in a snowy park, before "
        "bare trees and a row of old houses in ochre, rose and teal.",
    ),
    "river": Picture(
        "The last free bend",
        "A river winds out of snow-capped mountains under a red sun; two people paddle a red "
        "canoe, and a grey heron stands among the reeds on the near bank.",
    ),
    "library": Picture(
        "The branch library, still open",
        "A brick library with columns at night: readers before bookshelves in its lit arched "
        "windows, someone in the open red door, others coming with a child and a pile of books.",
    ),
    "nightbus": Picture(
        "The last night bus",
        "A red double-decker with lit windows and passengers drives through the rain under "
        "street lamps towards two people with umbrellas at a stop; all of it mirrored in the "
        "wet street.",
    ),
    "trees": Picture(
        "The avenue stays",
        "Two rows of old trees, turning yellow, along a wide avenue where people and a dog are "
        "walking; a big red ribbon is tied round the nearest trunk.",
    ),
    "letters": Picture(
        "The last drop",
        "A balance: one pan, heaped with letters, has sunk below the other with its three iron "
        "weights, and a single red drop marked like an envelope is falling onto the letters.",
    ),
    "hall": Picture(
        "Signatures in the hall",
        "Four people carry boxes full of paper along a red carpet to a table stacked with more "
        "boxes, where someone receives them; behind, members fill the curved benches of a "
        "parliament.",
    ),
    "lighthouse": Picture(
        "Light over the harbour",
        "A red and white striped lighthouse on a rock sends its beams over the sea at "
        "nightfall; a red sailing boat passes a row of small houses with lit windows.",
    ),
    "radio": Picture(
        "On the air",
        "Rings spread from the red light of a radio mast over the roofs of a town; a cat sits "
        "on one roof, and at a window someone listens to a red radio.",
    ),
}


def read(name: str) -> bytes:
    """Return a picture as a JPEG of 1600 × 1067 pixels."""
    return (FOLDER / f"{name}.jpg").read_bytes()
