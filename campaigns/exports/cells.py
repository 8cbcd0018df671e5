"""Makes text that users typed safe for the cells of a spreadsheet.

Names and comments are untrusted input. A spreadsheet interprets a cell that begins with `=` and the
like as a formula, and evaluates it when the file is opened (OWASP, CSV injection). A single control
character makes an XLSX file unreadable.

Where the comma is the decimal separator, spreadsheets split the lines of a CSV file at semicolons.
They then treat our commas and quotation marks as text, so that anything that follows a semicolon or
a line break within one of our cells starts a new cell.

PostgreSQL writes the CSV file, and Python the XLSX file. Both use the patterns below.
"""

import re
from collections.abc import Sequence

STARTERS = "[=+\\-@＝＋－＠]"
# The characters for which `str.isspace` is true.
SPACE = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Invisible characters: Unicode's category Cf.
UNSEEN = (
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
# All control characters except the line feed, which comments may contain.
CONTROLS = r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]"
# A cell with such a beginning must be marked as text: a control character, or a formula that may
# follow invisible characters.
RAW_START = r"\A[\t\r\n]"
START = rf'[{SPACE}{UNSEEN}"]*{STARTERS}'
FORMULA = rf"\A{START}"
# A semicolon or a line break before a formula, with spaces or quotation marks between them.
INNER_START = rf"[{SPACE}\"'\u00ad\u200b-\u200f\u2060\ufeff]*{STARTERS}"
INNER_FORMULA = rf"([;\n])(?={INNER_START})"
# Text that matches none of these is harmless as it is.
SUSPICIOUS = f"{CONTROLS}|[;\n]|{FORMULA}"

# Separates the cells of a row that are checked together: no cell can hide anything behind it.
BETWEEN = "|"
SUSPICIOUS_ROW = f"{SUSPICIOUS}|[{BETWEEN}]{START}"

CONTROL = re.compile(CONTROLS)


def as_text(value: object) -> str:
    """Return a value as text; "" for None."""
    return "" if value is None else str(value)


def clean(text: str) -> str:
    """Return the text without control characters; a tab becomes a space."""
    return CONTROL.sub("", text.replace("\t", " "))


def harmless(text: str) -> str:
    """Return the text in a form that no spreadsheet reads as a formula, as `harmless_sql` does."""
    cleaned = clean(text)
    risky = re.search(RAW_START, text) or re.search(FORMULA, cleaned)
    return ("'" if risky else "") + re.sub(INNER_FORMULA, r"\1'", cleaned)


def clean_sql(column: str) -> str:
    """Return SQL that does what `clean` does."""
    return f"regexp_replace(replace({column}, chr(9), ' '), {quoted(CONTROLS)}, '', 'g')"


def harmless_sql(column: str) -> str:
    """Return SQL for the text of a column in a form that is never read as a formula; '' for NULL.

    An apostrophe is inserted before text that might be interpreted as a formula, also within the
    text where a spreadsheet may split a CSV file.
    """
    cleaned = clean_sql(column)
    risky = f"{column} ~ {quoted(RAW_START)} OR {cleaned} ~ {quoted(FORMULA)}"
    guarded = f"regexp_replace({cleaned}, {quoted(INNER_FORMULA)}, '\\1''', 'g')"
    apostrophe = f"CASE WHEN {risky} THEN '''' ELSE '' END"
    return (
        f"CASE WHEN {column} ~ {quoted(SUSPICIOUS)} THEN {apostrophe} || {guarded}"
        f" ELSE coalesce({column}, '') END"
    )


def harmless_row_sql(columns: Sequence[str]) -> str:
    """Return SQL for whether all these texts are harmless as they are; it may give false alarms.

    Nearly all rows are harmless, and one check of all cells together costs less than one of each.
    """
    joined = ", ".join(columns)
    return f"concat_ws('{BETWEEN}', {joined}) !~ {quoted(SUSPICIOUS_ROW)}"


def quoted(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
