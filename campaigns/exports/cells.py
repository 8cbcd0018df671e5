"""Makes the text of strangers harmless for the cells of a spreadsheet.

Names and comments are written by strangers. A spreadsheet takes a cell that begins with `=` and the
like for a formula, and runs it when the file is opened (OWASP, CSV injection). A single control
character makes an XLSX file unreadable.

Where the comma is the decimal sign, a spreadsheet divides the lines of a CSV file at semicolons. It
then takes our commas and quotation marks for text, so that what follows a semicolon, or a line
break, within a cell of ours begins a cell of its own.

PostgreSQL writes the CSV file, and Python the XLSX file. The patterns below are read by both.
"""

import re
from collections.abc import Sequence

STARTERS = "[=+\\-@＝＋－＠]"
# What `str.isspace` is true of.
SPACE = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# The characters that are not seen: Unicode's category Cf.
UNSEEN = (
    r"\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
# All control characters but the line feed, which a comment may hold.
CONTROLS = r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]"
# A cell may begin with these only as a text: a formula behind what is not seen, or a control.
RAW_START = r"\A[\t\r\n]"
FORMULA = rf'\A[{SPACE}{UNSEEN}"]*{STARTERS}'
# A semicolon or a line break before a formula, with blanks or quotation marks between them.
INNER_FORMULA = rf"([;\n])(?=[{SPACE}\"'\u00ad\u200b-\u200f\u2060\ufeff]*{STARTERS})"
# What holds none of these is harmless as it is.
SUSPICIOUS = f"{CONTROLS}|[;\n]|{FORMULA}"

# Between the cells of a row that are looked at together: no cell can hide anything behind it.
BETWEEN = "|"
SUSPICIOUS_ROW = f'{SUSPICIOUS}|[{BETWEEN}][{SPACE}{UNSEEN}"]*{STARTERS}'

CONTROL = re.compile(CONTROLS)


def as_text(value: object) -> str:
    """A value as text; "" for None."""
    return "" if value is None else str(value)


def clean(text: str) -> str:
    """The text without control characters; a tab becomes a space."""
    return CONTROL.sub("", text.replace("\t", " "))


def harmless(text: str) -> str:
    """The text in a form that no spreadsheet takes for a formula, as `harmless_sql` makes it."""
    cleaned = clean(text)
    risky = re.search(RAW_START, text) or re.search(FORMULA, cleaned)
    return ("'" if risky else "") + re.sub(INNER_FORMULA, r"\1'", cleaned)


def clean_sql(column: str) -> str:
    """The same in SQL."""
    return f"regexp_replace(replace({column}, chr(9), ' '), {quoted(CONTROLS)}, '', 'g')"


def harmless_sql(column: str) -> str:
    """SQL for the text of a column in a form that no spreadsheet takes for a formula; '' for NULL.

    An apostrophe is put before a text that might be taken for one, also within the text where a
    CSV file may be divided.
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
    """SQL for whether all these texts are harmless as they are; it may deny it of some that are.

    Hardly any row holds anything else, and one look at all of its cells costs less than many.
    """
    joined = ", ".join(columns)
    return f"concat_ws('{BETWEEN}', {joined}) !~ {quoted(SUSPICIOUS_ROW)}"


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
