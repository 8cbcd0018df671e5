"""Lists that wait to be imported, and what they contain about one person."""

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from campaigns.canonical_emails import normalise
from campaigns.imports import reading
from campaigns.imports.imported import WAITING, Import, State
from campaigns.imports.reading import Read
from operations import encryption, locks

# Seconds between two tries to begin an import.
PAUSE = 0.5


class Gone(Exception):
    """The list no longer exists, was already imported, or was encrypted with a key that is gone."""


class Found(NamedTuple):
    """A list that contains a person, with the headings and the rows about others."""

    subject: Import
    others: list[tuple[int, list[str]]]
    own: list[tuple[int, list[str]]]  # the rows about the person

    @property
    def number(self) -> int:
        return len(self.own)


def lists() -> QuerySet[Import]:
    return Import.objects.filter(state__in=WAITING)


def take_turn(subject: Import, *, wait: Callable[[], None]) -> None:
    """Wait until no other list is being imported into the petition, calling `wait` meanwhile.

    Who is on a sheet already is read at the beginning of an import. Must be called in a
    transaction, until the end of which others wait.
    """
    while not locks.take(f"import into {subject.tally_id}"):
        wait()
        time.sleep(PAUSE)


def sealed(read: Read) -> dict[str, Any]:
    """Return the encrypted columns of a list."""
    salt = secrets.token_bytes(32)
    cipher = next(encryption.ciphers(encryption.FILE, salt))
    content = encryption.seal_piece(cipher, 0, reading.packed(read), is_last=True)
    return {"content": content, "salt": salt, "rows": len(read.rows) - 1}


def rows_of(subject: Import) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a list with their numbers, headings first; raise Gone without a list."""
    if subject.content is None or subject.salt is None:
        raise Gone
    sealed = bytes(subject.content)
    try:
        content = encryption.open_piece(bytes(subject.salt), 0, sealed, is_last=True)
    except encryption.Damaged:
        raise Gone from None
    return reading.unpacked(content)


def find(lists: QuerySet[Import], email: str, *, name: str = "") -> list[Found]:
    """Return the lists that contain a mailbox, in any column and spelling.

    With a name, only rows that contain all of its words count as the person's.
    """
    mailbox, words = normalise(email), set(name.casefold().split())
    found = []
    for subject in lists.order_by("pk"):
        try:
            rows = list(rows_of(subject))
        except Gone:
            continue  # it can neither be read nor imported
        own = [
            (number, cells)
            for number, cells in rows
            if any("@" in cell and normalise(cell) == mailbox for cell in cells)
            and words <= set(" ".join(cells).casefold().split())
        ]
        if own:
            others = [row for row in rows if row not in own]
            if rows[0] in own:
                # A list without headings has a person in their place: empty headings stay.
                number, cells = rows[0]
                others.insert(0, (number, [""] * len(cells)))
            found.append(Found(subject, others, own))
    return found


def take_out(found: list[Found]) -> int:
    """Remove the person from the lists, which must be checked again; return the number of rows."""
    for subject, others, _own in found:
        numbers, rows = zip(*others, strict=True)
        rest = sealed(Read(list(rows), numbers=numbers))
        lists().filter(pk=subject.pk).update(**rest, state=State.DRAFT, result={})
    return sum(each.number for each in found)
