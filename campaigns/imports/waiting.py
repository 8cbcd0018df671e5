"""Lists that wait to be imported, and what they hold of one person."""

import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from campaigns.canonical_emails import normalise
from campaigns.imports import reading
from campaigns.imports.imported import WAITING, Import, State
from campaigns.imports.reading import Read
from operations import encryption


class Gone(Exception):
    """The list is not there any more, or was imported already."""


class Found(NamedTuple):
    """A list in which a person stands, with the rows that are about others."""

    subject: Import
    others: list[tuple[int, list[str]]]
    number: int  # of the rows about the person


def lists() -> QuerySet[Import]:
    return Import.objects.filter(state__in=WAITING)


def sealed(read: Read) -> dict[str, Any]:
    """A list as it is stored."""
    salt = secrets.token_bytes(32)
    cipher = next(encryption.ciphers(encryption.FILE, salt))
    content = encryption.seal_piece(cipher, 0, reading.packed(read), is_last=True)
    return {"content": content, "salt": salt, "rows": len(read.rows) - 1}


def rows_of(subject: Import) -> Iterator[tuple[int, list[str]]]:
    """The rows of a list with their numbers, the headings first. Raises Gone."""
    if subject.content is None or subject.salt is None:
        raise Gone
    content = encryption.open_piece(bytes(subject.salt), 0, bytes(subject.content), is_last=True)
    return reading.unpacked(content)


def find(lists: QuerySet[Import], email: str, *, name: str = "") -> list[Found]:
    """Those of the lists in which the mailbox stands, in whatever column and spelling.

    With a name, only the rows with all of its words are the person's.
    """
    mailbox, words = normalise(email), set(name.casefold().split())
    found = []
    for subject in lists.order_by("pk"):
        try:
            head, *rows = rows_of(subject)
        except (Gone, encryption.Damaged):
            continue  # SECRET_KEY has changed: nobody can read it or import it
        others = [
            (number, cells)
            for number, cells in rows
            if not (
                any("@" in cell and normalise(cell) == mailbox for cell in cells)
                and words <= set(" ".join(cells).casefold().split())
            )
        ]
        if len(others) < len(rows):
            found.append(Found(subject, [head, *others], len(rows) - len(others)))
    return found


def take_out(found: list[Found]) -> int:
    """Store the lists without the person, to be checked once more; return the number of rows."""
    for subject, others, _number in found:
        numbers, rows = zip(*others, strict=True)
        rest = sealed(Read(list(rows), numbers=numbers))
        lists().filter(pk=subject.pk).update(**rest, state=State.DRAFT, result={})
    return sum(each.number for each in found)
