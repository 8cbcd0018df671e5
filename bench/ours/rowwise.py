"""The CSV export in Python, row by row: the yardstick for the export that PostgreSQL writes."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, time

from django.utils import timezone

from campaigns.exports.rows import Row

STARTERS = tuple("=+-@＝＋－＠")
RAW_STARTERS = tuple("\t\r\n\0")
INNER_FORMULA = re.compile(
    rf"([;\n])(?=[\s\"'\u00ad\u200b-\u200f\u2060\ufeff]*[{re.escape(''.join(STARTERS))}])"
)
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def csv_file(signatures: Iterable[Row], names: list[str]) -> Iterator[bytes]:
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield "\ufeff".encode() + writer.writerow(names)
    for row in signatures:
        yield writer.writerow([csv_cell(value) for value in row])


class Echo:
    """A file for csv.writer whose `write` returns the text, so that `writerow` returns it, too."""

    def write(self, text: str) -> bytes:
        return text.encode()


def csv_cell(value: object) -> str:
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        # Where only the day is known, it is the beginning of the day.
        return local.isoformat(timespec="seconds") if local.time() != time() else str(local.date())
    return harmless("" if value is None else str(value))


def harmless(text: str) -> str:
    cleaned = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\t", " "))
    risky = text.startswith(RAW_STARTERS) or bare(cleaned).startswith(STARTERS)
    guarded = INNER_FORMULA.sub(r"\1'", cleaned)
    return f"'{guarded}" if risky else guarded


def bare(text: str) -> str:
    """Return the text without leading spaces, quotation marks and zero-width characters."""
    for position, character in enumerate(text):
        is_blank = character.isspace() or unicodedata.category(character) == "Cf"
        if not is_blank and character != '"':
            return text[position:]
    return ""
