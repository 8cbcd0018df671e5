"""Finds people in a list who have signed the petition before, or are on a sheet imported before."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from contextlib import suppress
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from campaigns.counting import ledger, sheet_names
from campaigns.counting.sheet_names import Sheet
from campaigns.imports import checking
from campaigns.imports.checking import Row
from campaigns.imports.imported import Import, ImportedSignature
from campaigns.petitions.tally import Tally
from campaigns.signatures.signature import Signature
from operations import keyring

# A row is on one sheet. A cell that names more than these is a phone number, or a range of years.
MOST_SHEETS = 20
# Looks up each key in the index: PostgreSQL, which has no statistics of keys, would otherwise read
# all signatures of the petition for each batch.
KNOWN = """
    SELECT known.email_key, known.id, coalesce(known.name, ''), known.household_slot,
        known.confirmed_at IS NOT NULL, known.moderation
    FROM unnest(%(keys)s::bytea[]) AS listed (email_key)
    CROSS JOIN LATERAL (
        SELECT id, email_key, name, household_slot, confirmed_at, moderation
        FROM campaigns_signature
        WHERE tally_id = %(tally)s AND email_key = listed.email_key OFFSET 0
    ) AS known
"""


class Earlier(NamedTuple):
    """A signature that the petition has with the email address of a row."""

    pk: UUID
    name: str
    household_slot: int
    is_confirmed: bool
    moderation: str


def signatures_of(subject: Import, rows: Iterable[Row]) -> dict[bytes, list[Earlier]]:
    """Return the signatures that the petition has with the email keys of these rows."""
    # While keys rotate, the stored signature may have another key of the same mailbox.
    keys = checking.keys_of(subject.tally_id, rows)
    found = defaultdict[bytes, list[Earlier]](list)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"keys": [*keys], "tally": subject.tally_id})
        for key, *values in cursor.fetchall():
            found[keys[bytes(key)]].append(Earlier(*values))
    return found


def names_on_sheets(subject: Import) -> set[Hashable]:
    """Return (spelling of the sheet, name) of the petition's signatures imported from sheets.

    Sheets of paper and what other sites call by these numbers are different things.
    """
    lists = {"made_in__tally": subject.tally_id, "made_in__channel": subject.channel}
    found = ImportedSignature.objects.filter(**lists).exclude(sheet="")
    pairs = found.values_list("sheet", "signature__name")
    return {(spelling(sheet), (name or "").casefold()) for sheet, name in pairs}


def names_too_many(cell: str) -> bool:
    """Return whether a cell names more sheets than a row can be on."""
    try:
        sheet_names.read(cell, most=MOST_SHEETS)
    except sheet_names.Unreadable as error:
        return isinstance(error, sheet_names.TooMany)
    return False


@lru_cache(maxsize=500)
def sheets_in(cell: str) -> frozenset[Sheet]:
    """Return the sheets that a cell names, which is one as a rule, however they are spelt.

    A cell that cannot be read is the name of one sheet.
    """
    text = " ".join(cell.split())
    with suppress(sheet_names.Unreadable):
        if found := sheet_names.read(text, most=MOST_SHEETS):
            return frozenset(found)
    return frozenset({(text.casefold(), 0)})


def spelling(cell: str) -> str:
    """Return the sheets of a cell in the spelling that is the same for all spellings."""
    return sheet_names.write(sheets_in(cell))


def digests(tally: int, sheet: Sheet) -> list[str]:
    """Return the digests of a sheet with all known keys, first the one to store.

    An import stores no text of its column of sheets, in which a list may have anything.
    """
    name, number = sheet
    message = f"sheet:{tally}:{number}:{name}".encode()
    return [digest.hex() for digest in keyring.digests(message)]


def last_number(tally: Tally) -> int:
    """Return the highest number of the sheets without a name that are known; 0 without any."""
    found = ImportedSignature.objects.filter(made_in__tally=tally, made_in__channel="paper")
    texts = found.exclude(sheet="").order_by().values_list("sheet", flat=True).distinct()
    known = ledger.sheets(tally).union(*map(sheets_in, texts))
    return max((number for name, number in known if not name), default=0)


def imported_sheets(tally: Tally, typed: Iterable[Sheet]) -> tuple[set[Sheet], str]:
    """Return the sheets of paper whose names came with one list, and the file name of that list.

    An import knows its sheets when its signers have been anonymised, until the key of its digests
    is no longer known; once it is undone, those of its signers who stay say theirs. While all
    signatures on paper say theirs, none is left of the other sheets: their names were deleted.
    """
    found = ImportedSignature.objects.filter(made_in__tally=tally, made_in__channel="paper")
    found = found.exclude(sheet="").order_by()
    imports = Import.objects.filter(tally=tally, channel="paper")
    wanted = set(typed)
    lists = defaultdict[tuple[int, str], set[Sheet]](set)
    for key, file, text in found.values_list("made_in", "made_in__file_name", "sheet").distinct():
        lists[key, file] |= sheets_in(text) & wanted
    known = {digest: sheet for sheet in wanted for digest in digests(tally.pk, sheet)}
    # Asked at most once, and only if it matters.
    is_any_left = cache(
        Signature.objects.filter(tally=tally, channel="paper", imported=None).exists
    )
    for key, file, stored in imports.values_list("pk", "file_name", "result__sheets"):
        sheets = {known[digest] for digest in known.keys() & set(stored or ())}
        if not sheets <= lists[key, file] and is_any_left():
            lists[key, file] |= sheets
    again = ((sheets, file) for (_key, file), sheets in sorted(lists.items()))
    return next((each for each in again if each[0]), (set(), ""))
