"""The printed poster of a petition, and the QR code that leads from paper to the petition."""

from io import BytesIO

import segno
from django.utils import translation
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from campaigns.pages.stories import story_url
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.sharing import emblems, links, typesetting
from campaigns.sharing.appearance import appearance
from campaigns.sharing.paper import POINT, Paper

# Lengths on the A4 page are in millimetres: GROUND is the height of the coloured area, CODE the
# side of the QR code. Font sizes are in points.
WIDTH, HEIGHT, MARGIN, GROUND, CODE = 210, 297, 18, 158, 66
# The sign or the logo is at the bottom of the coloured area, and the title ends above it. Its
# resolution is as high as a printer can show: 18 dots per millimetre are about 450 per inch.
SIGN_WIDTH, SIGN_DENSITY = 120, 18
SIGN, SIGN_TOP, TITLE_TOP = 34, GROUND - 12 - 34, MARGIN + 8
LARGEST, SMALLEST = 96, 30
# The width of the light border around a QR code, in modules (ISO/IEC 18004 asks for four).
QUIET = 4


def code_url(petition: Petition, source: str = "poster") -> str:
    """Return the URL in the QR code. Its source code marks signatures that come from paper."""
    return links.sourced(story_url(petition), source)


def typed_url(petition: Petition) -> str:
    """Return the URL for people to type, in the letters of its language: example.org/ru/река."""
    return uri_to_iri(story_url(petition)).split("://")[1].rstrip("/")


def code(petition: Petition, source: str = "poster") -> segno.QRCode:
    return segno.make_qr(code_url(petition, source), error="m")


def code_svg(petition: Petition) -> bytes:
    """Return the QR code as an SVG without styles, which any Content-Security-Policy allows."""
    buffer = BytesIO()
    code(petition).save(buffer, kind="svg", border=QUIET, xmldecl=False, omitsize=True)
    return buffer.getvalue()


def poster(petition: Petition) -> bytes:
    """Return a PDF of one A4 page, in the petition's language and its writing direction."""
    with translation.override(petition.locale.language_code):
        sheet = Sheet(petition.title)
        sheet.ground()
        sheet.fitted(petition.title.upper(), top=TITLE_TOP, height=SIGN_TOP - TITLE_TOP)
        sheet.say(petition.ask, top=GROUND + 12, size=34, width=WIDTH - 2 * MARGIN, lines=3)
        bottom = HEIGHT - MARGIN - CODE
        beside = WIDTH - 3 * MARGIN - CODE
        sheet.code(petition, top=bottom)
        is_over = petition.state in (State.WON, State.CLOSED)
        scan = _("Scan to read") if is_over else _("Scan to sign")
        sheet.say(scan, top=bottom + 6, size=40, width=beside, lines=2)
        sheet.say(
            typed_url(petition),
            top=bottom + 46,
            size=13,
            width=beside,
            lines=1,
            role="text",
        )
        return bytes(sheet.pdf.output())


class Sheet:
    """One page, aligned to the side where its language starts."""

    def __init__(self, title: str) -> None:
        self.look = appearance()
        self.colours = self.look.colours
        self.pdf = Paper(title, faces=self.look.faces)
        self.mirrored = self.pdf.mirrored
        self.pdf.add_page()

    def ground(self) -> None:
        self.pdf.set_fill_color(self.colours["ultramarine"][0])
        self.pdf.rect(0, 0, WIDTH, GROUND, style="F")
        self.pdf.set_fill_color(self.colours["flood-action"][0])
        self.pdf.rect(0, GROUND, WIDTH, 3, style="F")
        self.emblem()

    def emblem(self) -> None:
        """Put the logo or the sign at the bottom of the coloured area."""
        picture = emblems.emblem(
            self.look,
            colour=self.colours["flood-action"][0],
            words=self.colours["flood-text"][0],
            size=(SIGN_WIDTH * SIGN_DENSITY, SIGN * SIGN_DENSITY),
        )
        width, height = (side / SIGN_DENSITY for side in picture.size)
        left = MARGIN if self.mirrored else WIDTH - MARGIN - width
        self.pdf.image(picture, x=left, y=SIGN_TOP + SIGN - height, w=width, h=height)

    def lines(self, text: str, *, width: float) -> list[str]:
        return typesetting.lines_of(text, width=width, measure=self.pdf.get_string_width)

    def balanced(self, text: str, *, width: float) -> list[str]:
        return typesetting.balanced(text, width=width, measure=self.pdf.get_string_width)

    def fitted(self, text: str, *, top: float, height: float) -> None:
        """Write the title in the largest size that fits.

        A title has at most 160 characters, which always fit at the smallest size.
        """
        width = WIDTH - 2 * MARGIN

        def lines_at(size: int) -> list[str]:
            self.pdf.type(text, role="head", size=size)
            return self.lines(text, width=width)

        size = typesetting.largest(
            text,
            sizes=range(LARGEST, SMALLEST - 1, -3),
            lines_at=lines_at,
            has_room=lambda size, lines: (
                len(lines) * size * POINT * typesetting.air(text) <= height
            ),
        )
        self.pdf.type(text, role="head", size=size or SMALLEST)
        self.pdf.set_text_color(self.colours["flood-text"][0])
        self.put(self.balanced(text, width=width), top=top, size=size or SMALLEST, width=width)
        self.pdf.set_text_color(self.colours["night"][0])

    def say(
        self, text: str, *, top: float, size: float, width: float, lines: int, role: str = "head"
    ) -> None:
        """Write at most `lines` lines, in a smaller size if necessary."""
        self.pdf.type(text, role=role, size=size)
        while len(self.lines(text, width=width)) > lines and size > 8:
            size -= 1
            self.pdf.type(text, role=role, size=size)
        self.put(self.balanced(text, width=width), top=top, size=size, width=width)

    def put(self, lines: list[str], *, top: float, size: float, width: float) -> None:
        left = WIDTH - MARGIN - width if self.mirrored else MARGIN
        leading = size * POINT * typesetting.air(" ".join(lines))
        for number, line in enumerate(lines):
            self.pdf.set_xy(left, top + number * leading)
            self.pdf.cell(width, size * POINT, line, align="R" if self.mirrored else "L")

    def code(self, petition: Petition, *, top: float) -> None:
        left = MARGIN if self.mirrored else WIDTH - MARGIN - CODE
        self.pdf.set_fill_color(self.colours["night"][0])
        put_code(self.pdf, code(petition), left=left, top=top, side=CODE)


def put_code(pdf: Paper, code: segno.QRCode, *, left: float, top: float, side: float) -> None:
    """Draw a QR code in the current fill colour, without its quiet border."""
    module = side / len(code.matrix)
    for y, row in enumerate(code.matrix):
        for x, dark in enumerate(row):
            if dark:
                pdf.rect(left + x * module, top + y * module, module, module, style="F")
