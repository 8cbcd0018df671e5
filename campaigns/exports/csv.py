"""Writes signatures as a CSV file, which is streamed."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from campaigns.exports.cells import as_text, harmless
from campaigns.exports.rows import Row

BOM = "\ufeff".encode()


def csv_file(signatures: Iterable[Row], names: list[str]) -> Iterator[bytes]:
    """A CSV file in UTF-8 with a byte order mark, piece by piece; every field is quoted."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield BOM + writer.writerow(names)
    for row in signatures:
        yield writer.writerow([csv_cell(value) for value in row])


class Echo:
    """A file for csv.writer whose `write` returns the text, and so does `writerow`."""

    def write(self, text: str) -> bytes:
        return text.encode()


def csv_cell(value: object) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return harmless(as_text(value))
