"""The document of a pack, as PDF: a cover, the letter, the totals, and the names by country."""

from collections.abc import Callable
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.contacts.addressed import addressed
from campaigns.handover import charts, names, snapshot
from campaigns.handover.snapshot import Imported, Snapshot
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions.parts import in_words
from campaigns.sharing import posters
from campaigns.sharing.paper import LEADING, POINT
from campaigns.signatures.signature import Signature

Advance = Callable[[int], None]
WIDTH, HEIGHT, MARGIN = 210, 297, 18
INNER = WIDTH - 2 * MARGIN
BOTTOM = HEIGHT - MARGIN - 6
TEXT, FOOT_TEXT = 10.5, 7
# The room at the foot of a page for its number, and for the end of a title that is cut off.
NUMBER = 12
# The most postal addresses that fit on the cover.
MOST_ON_COVER = 3
# The heights on the cover of what its number consists of, and of the organisation and the day.
BREAKDOWN, FOOT = 26, 14


def document(petition: Petition, found: Snapshot, *, advance: Advance) -> tuple[bytes, int]:
    """Return the PDF in the active language, and how many names no available font can show.

    The petition must have been published. `advance` is called with the number of names written.
    """
    made = Document(petition, found)
    made.cover()
    made.letter()
    made.totals()
    listed = names.List(made.pdf, found)
    listed.write(snapshot.signers(found), advance=advance)
    made.number_pages()
    return bytes(made.pdf.output()), listed.unseen


class Document:
    """The pages before the list of names."""

    def __init__(self, petition: Petition, found: Snapshot) -> None:
        self.petition, self.found = petition, found
        version = petition.version
        assert version  # drafts are not handed over
        self.version = version
        self.parts: dict[str, Any] = {**petition.parts, **version.parts}
        self.targets = addressed(petition)
        self.front = posters.Sheet(self.parts["title"])
        self.pdf = self.front.pdf
        self.pdf.c_margin = 0
        self.ink = self.front.colours["night"][0]
        self.top: float = MARGIN

    def cover(self) -> None:
        front = self.front
        front.ground()
        front.fitted(
            self.parts["title"].upper(),
            top=posters.TITLE_TOP,
            height=posters.SIGN_TOP - posters.TITLE_TOP,
        )
        top = posters.GROUND + 10
        number = self.found.total
        text = ngettext("%s signature", "%s signatures", number) % intcomma(number)
        front.say(text, top=top, size=44, width=INNER, lines=1)
        self.top = top + 20
        self.fit(self.parts["ask"], height=20, largest=14)
        if self.parts["targets"]:
            self.top += 3
            self.fit(self.to(), height=16, largest=12)
        self.addresses()
        self.top = HEIGHT - MARGIN - FOOT - BREAKDOWN
        self.breakdown()
        self.top = HEIGHT - MARGIN - FOOT
        # On separate lines: next to a name in Latin letters, bidirectional text would move the
        # day's number.
        self.write(self.parts["organisation"], size=12)
        self.write(date_format(timezone.localdate(), "DATE_FORMAT"), size=12)

    def to(self) -> str:
        return _("To: %s") % in_words(self.parts["targets"].split("\n"))

    def addresses(self) -> None:
        """Write the postal addresses below the targets.

        If there are many, only the letter has them.
        """
        lines = [", ".join(each.postal_address.splitlines()) for each in self.targets]
        lines = [line for line in lines if line]
        if 0 < len(lines) <= MOST_ON_COVER:
            self.top += 1
            self.fit("\n".join(lines), height=12, largest=10)

    def fit(self, text: str, *, height: float, largest: int) -> None:
        """Write a paragraph within this height, in a smaller size if necessary."""
        for size in range(largest, 5, -1):
            lines = self.pdf.lines(text, width=INNER, role="text", size=size)
            if self.pdf.height_of(lines, size=size) <= height:
                break
        self.write(text, size=size)

    def breakdown(self) -> None:
        """Write what the number on the cover consists of, unless it is only names.

        Names of anonymised signers are gone, and those that are stored for mailings alone are not
        handed over.
        """
        found = self.found
        without = found.stored - found.named
        named = ngettext(
            "%s signature, with its name in this document",
            "%s signatures, with their names in this document",
            found.named,
        )
        lines = [named % intcomma(found.named)]
        if without:
            unnamed = ngettext(
                "%s signature whose name is not in this document",
                "%s signatures whose names are not in this document",
                without,
            )
            lines.append(unnamed % intcomma(without))
        for how, number in found.elsewhere:
            text = (
                _("%(how)s: %(number)s, without names") if number > 0 else _("%(how)s: %(number)s")
            )
            lines.append(text % {"how": capfirst(how), "number": intcomma(number)})
        if len(lines) > 1:
            self.fit("\n".join(lines), height=BREAKDOWN, largest=11)

    def letter(self) -> None:
        """Write the letter, what its signers agreed to, and how it was changed."""
        self.page(_("The letter"))
        if any(each.postal_address for each in self.targets):
            for each in self.targets:
                self.write("\n".join(filter(None, (each.words, each.postal_address))))
                self.top += 3
        elif self.parts["targets"]:
            self.write(self.to())
            self.top += 3
        self.write(self.parts["letter"])
        self.top += 5
        self.heading(_("What its signers agreed to"), size=16)
        self.write(self.parts["consent"], size=9)
        for imported in self.found.imported:
            self.top += 3
            self.write(f"{how_signed(imported)}\n{imported.consent}", size=9)
        self.top += 3
        day = date_format(timezone.localtime(self.version.published_at), "DATE_FORMAT")
        shown = {"number": self.version.pk, "day": day}
        self.write(_("Version %(number)s, published on %(day)s.") % shown, size=9)
        for change in self.petition.changes:
            day = date_format(timezone.localtime(change.published_at), "DATE_FORMAT")
            text = _("The petition was changed on %(day)s: %(reason)s")
            mistake = _("A small mistake was corrected on %(day)s.")
            shown = {"day": day, "reason": change.reason}
            self.write((mistake if change.is_small_mistake else text) % shown, size=9)

    def totals(self) -> None:
        self.page(_("The signatures"))
        if any(each.code for each in self.found.countries):
            self.heading(_("By country"), size=16)
            self.top = charts.by_country(self.pdf, self.found.countries, top=self.top)
        self.top += 8
        if self.found.months:
            if self.top > BOTTOM - charts.HEIGHT - 20:
                self.page("")
            self.heading(_("By month of signing"), size=16)
            self.top = charts.by_month(self.pdf, self.found.months, top=self.top)

    # --- writing ---

    def page(self, heading: str) -> None:
        self.pdf.add_page()
        self.pdf.set_text_color(self.ink)
        self.pdf.set_fill_color(self.ink)
        self.top = MARGIN
        if heading:
            self.heading(heading, size=30)

    def heading(self, text: str, *, size: float) -> None:
        self.write(text, size=size, role="head")
        self.top += size * POINT * 0.3

    def write(self, text: str, *, size: float = TEXT, role: str = "text") -> None:
        """Write paragraphs below the current position, on as many pages as they need."""
        lines = self.pdf.lines(text, width=INNER, role=role, size=size)
        for line in lines:
            if self.top + size * POINT * LEADING > HEIGHT - MARGIN + 4:
                self.page("")
            self.top = self.pdf.block(
                [line], place=MARGIN, top=self.top, width=INNER, size=size, role=role
            )

    def number_pages(self) -> None:
        """Write the title and the page number at the foot of each page except the cover."""
        self.pdf.set_text_color(self.ink)
        [title, *more] = self.pdf.lines(
            self.parts["title"], width=INNER - NUMBER, role="text", size=FOOT_TEXT
        )
        title += "…" if more else ""
        foot: dict[str, Any] = {"top": HEIGHT - MARGIN + 6, "place": MARGIN, "width": INNER}
        foot["size"] = FOOT_TEXT
        for number in range(2, self.pdf.pages_count + 1):
            self.pdf.page = number
            self.pdf.current_font_is_set_on_page = False
            self.pdf.line_of(title, **foot)
            self.pdf.line_of(str(number), align="end", **foot)


def how_signed(imported: Imported) -> str:
    """Return the sentence before what the signers on paper or on another site agreed to."""
    if imported.channel == Signature.Channel.PAPER:
        text = ngettext(
            "%s person signed on paper, and agreed to this:",
            "%s people signed on paper, and agreed to this:",
            imported.number,
        )
    else:
        text = ngettext(
            "%s person signed on another site, and agreed to this:",
            "%s people signed on another site, and agreed to this:",
            imported.number,
        )
    return text % intcomma(imported.number)
