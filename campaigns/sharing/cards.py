"""Draw the card of a petition for social networks: its title, a picture and its count."""

from io import BytesIO
from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.translation import ngettext
from PIL import Image, ImageDraw, ImageFont, features

from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.sharing import emblems, typesetting
from campaigns.sharing.appearance import appearance

# The size that social networks recommend for Open Graph images (1.91 to 1), in pixels.
SIZE = WIDTH, HEIGHT = 1200, 630
PICTURE_WIDTH, MARGIN = 500, 56
# Without a picture, the sign is shown in its place. The ratio of a drop's sides is 4 to 5.
DROP_WIDTH, DROP_HEIGHT = 208, 260
LARGEST, SMALLEST, MOST_LINES, LEADING = 104, 48, 4, 0.92
# The height of the two lines with the count, and of the space above them.
COUNT_HEIGHT = 176


def draw(petition: Petition, *, total: int) -> bytes:
    """Return a JPEG of 1200 x 630 pixels, in the petition's language and its writing direction.

    The card shows no count if `total` is 0.
    """
    language = petition.locale.language_code
    with translation.override(language):
        title = petition.title.upper()
        mirrored = translation.get_language_bidi()
        colours = Colours.of(petition)
        card = Image.new("RGB", SIZE, colours.ground)
        picture = picture_of(petition)
        room = WIDTH - 2 * MARGIN - (PICTURE_WIDTH if picture else DROP_WIDTH + MARGIN)
        if picture:
            card.paste(picture, (0 if mirrored else WIDTH - PICTURE_WIDTH, 0))
        left = WIDTH - MARGIN - room if mirrored else MARGIN
        pen = Pen(card, colours, left=left, width=room, language=language, mirrored=mirrored)
        pen.title(title, bottom=HEIGHT - MARGIN - (COUNT_HEIGHT if total else 0))
        pen.count(total)
        if not picture:
            sign = emblems.emblem(
                appearance(),
                colour=colours.sign,
                words=colours.words,
                size=(DROP_WIDTH, DROP_HEIGHT),
            )
            place = MARGIN if mirrored else WIDTH - MARGIN - sign.width
            card.paste(sign, (place, HEIGHT - 70 - sign.height), sign)
    buffer = BytesIO()
    card.save(buffer, "JPEG", quality=86, progressive=True)
    return buffer.getvalue()


class Colours(NamedTuple):
    """The colours of a card: the background, the title on it, and the count with the sign."""

    ground: str
    words: str
    sign: str

    @classmethod
    def of(cls, petition: Petition) -> "Colours":
        found = appearance().colours
        names = (
            ("ultramarine", "flood-text", "flood-action")
            if petition.state == State.OPEN
            else ("dusk", "paper", "night-action")
        )
        return cls(*(found[name][0] for name in names))


def picture_of(petition: Petition) -> Image.Image | None:
    """Return the picture of the newest public campaign with the petition, as tall as the card.

    None if no such campaign has a picture, or if the image file cannot be read.
    """
    page = CampaignPage.public().filter(petition=petition, listing_image__isnull=False).first()
    if page is None or page.listing_image is None:
        return None
    rendition = page.listing_image.shown(f"fill-{PICTURE_WIDTH}x{HEIGHT}|format-jpeg")
    picture = emblems.opened(rendition)
    if picture is None or picture.height == HEIGHT:
        return picture
    return picture.resize((PICTURE_WIDTH, HEIGHT))


class Pen:
    """Writes into one column of the card, aligned to the side where its language starts."""

    def __init__(
        self,
        card: Image.Image,
        colours: Colours,
        *,
        left: int,
        width: int,
        language: str,
        mirrored: bool,
    ) -> None:
        self.draw, self.left, self.width = ImageDraw.Draw(card), left, width
        self.faces = appearance().faces
        self.colours = colours
        self.edge = left + width if mirrored else left
        self.anchor = "rs" if mirrored else "ls"
        # Some letters have different shapes in different languages, for example in Russian and
        # Bulgarian.
        self.language = language if features.check("raqm") else None

    def head(self, text: str, size: int) -> ImageFont.FreeTypeFont:
        file = typesetting.font_for(text, role="head", faces=self.faces)
        return ImageFont.truetype(file, size)

    def write(self, text: str, *, top: float, size: int, fill: str) -> None:
        self.draw.text(
            (self.edge, top),
            text,
            font=self.head(text, size),
            fill=fill,
            anchor=self.anchor,
            language=self.language,
        )

    def title(self, text: str, *, bottom: int) -> None:
        """Write the title in the largest size that fits above the count.

        A title that does not fit at the smallest size ends in an ellipsis.
        """

        leading = LEADING * typesetting.air(text)

        def lines_at(size: int) -> list[str]:
            measure = self.head(text, size).getlength
            return typesetting.lines_of(text, width=self.width, measure=measure)

        def has_room(size: int, lines: list[str]) -> bool:
            return len(lines) <= MOST_LINES and MARGIN + len(lines) * size * leading <= bottom

        sizes = range(LARGEST, SMALLEST - 1, -4)
        size = typesetting.largest(text, sizes=sizes, lines_at=lines_at, has_room=has_room)
        if size:
            measure = self.head(text, size).getlength
            lines = typesetting.balanced(text, width=self.width, measure=measure)
        else:
            size, lines = SMALLEST, lines_at(SMALLEST)
            lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1].rstrip('.,;:')} …"]
        for number, line in enumerate(lines, 1):
            top = MARGIN + number * size * leading
            self.write(line, top=top, size=size, fill=self.colours.words)

    def count(self, total: int) -> None:
        if not total:
            return
        bottom = HEIGHT - MARGIN
        # Translators: the number stands on a line of its own above these words.
        label = ngettext("person has signed", "people have signed", total)
        self.write(label, top=bottom, size=44, fill=self.colours.words)
        self.write(intcomma(total), top=bottom - 50, size=128, fill=self.colours.sign)
