"""Makes the text of strangers harmless for the cells of a spreadsheet.

Names and comments are written by strangers. A spreadsheet takes a cell that begins with `=` and the
like for a formula, and runs it when the file is opened (OWASP, CSV injection). A single control
character makes an XLSX file unreadable.

Where the comma is the decimal sign, a spreadsheet divides the lines of a CSV file at semicolons. It
then takes our commas and quotation marks for text, so that what follows a semicolon, or a line
break, within a cell of ours begins a cell of its own.
"""

import re
import unicodedata

FORMULA_STARTERS = tuple("=+-@＝＋－＠")
RAW_STARTERS = tuple("\t\r\n\0")
# A semicolon or a line break before a formula, with blanks or quotation marks between them.
INNER_FORMULA = re.compile(
    rf"([;\n])(?=[\s\"'\u00ad\u200b-\u200f\u2060\ufeff]*[{re.escape(''.join(FORMULA_STARTERS))}])"
)
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

    An apostrophe is put before a text that might be taken for one, also within the text where a
    CSV file may be divided.
    """
    cleaned = clean(text)
    risky = text.startswith(RAW_STARTERS) or bare(cleaned).startswith(FORMULA_STARTERS)
    guarded = INNER_FORMULA.sub(r"\1'", cleaned)
    return f"'{guarded}" if risky else guarded


def bare(text: str) -> str:
    """The text without leading spaces, quotation marks and characters of zero width."""
    for position, character in enumerate(text):
        is_blank = character.isspace() or unicodedata.category(character) == "Cf"
        if not is_blank and character != '"':
            return text[position:]
    return ""
