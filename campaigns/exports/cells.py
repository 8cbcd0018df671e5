"""Makes the text of strangers harmless for the cells of a spreadsheet.

Names and comments are written by strangers. A spreadsheet takes a cell that begins with `=` and the
like for a formula, and runs it when the file is opened (OWASP, CSV injection). A single control
character makes an XLSX file unreadable.
"""

import re
import unicodedata

FORMULA_STARTERS = tuple("=+-@＝＋－＠")
RAW_STARTERS = tuple("\t\r\n\0")
# All control characters but the line feed, which a comment may hold.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def as_text(value: object) -> str:
    """A value as text; "" for None."""
    return "" if value is None else str(value)


def clean(text: str) -> str:
    """The text without control characters; a tab becomes a space."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def harmless(text: str) -> str:
    """The text in a form that no spreadsheet takes for a formula.

    An apostrophe is put before a text that might be taken for one.
    """
    cleaned = clean(text)
    risky = text.startswith(RAW_STARTERS) or bare(cleaned).startswith(FORMULA_STARTERS)
    return f"'{cleaned}" if risky else cleaned


def bare(text: str) -> str:
    """The text without leading spaces and characters of zero width."""
    for position, character in enumerate(text):
        if not (character.isspace() or unicodedata.category(character) == "Cf"):
            return text[position:]
    return ""
