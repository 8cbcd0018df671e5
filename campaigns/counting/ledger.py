"""The ledger of a petition: the numbers in its count besides the signatures stored here.

Each number that staff enter is one entry, with who, when and why. Entries are never edited: a wrong
one is countered. `Tally.count` is the sum of the stored signatures and of all entries.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet, Sum
from wagtail.log_actions import log

from campaigns.counting import sheet_names
from campaigns.counting.entries import Kind, LedgerEntry
from campaigns.petitions.immediate_actions import clear_cached_tally
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from operations import locks


class TooFew(Exception):
    """The entry would subtract more than all entries have added; `left` is the maximum."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class Part(NamedTuple):
    """One part of the count."""

    kind: Kind
    number: int


def entries(tally: Tally) -> QuerySet[LedgerEntry]:
    """Return all entries, the newest first, with the related rows that the screen shows."""
    found = LedgerEntry.objects.filter(tally=tally).order_by("-pk")
    return found.select_related("entered_by", "countered_by", "counters")


def parts(tally: Tally) -> list[Part]:
    """Return the sum of the entries of each kind, unless it is 0, in the order of the kinds."""
    found = LedgerEntry.objects.filter(tally=tally).order_by().values_list("kind")
    sums = dict(found.annotate(Sum("number")))
    return [Part(kind, sums[kind]) for kind in Kind if sums.get(kind)]


def counted_twice(tally: Tally, typed: Iterable[sheet_names.Sheet]) -> set[sheet_names.Sheet]:
    """Return those of these sheets that an entry already names."""
    return sheets(tally) & set(typed)


def sheets(tally: Tally) -> set[sheet_names.Sheet]:
    """Return the sheets that entries name, unless these are countered."""
    found = LedgerEntry.objects.filter(tally=tally, counters=None, countered_by=None)
    texts = found.exclude(sheets="").values_list("sheets", flat=True)
    return {sheet for text in texts for sheet in sheet_names.read(text)}


def enter(
    petition: Petition,
    *,
    kind: str,
    number: int,
    reason: str,
    by: User | None,
    sheets: str = "",
    collected: str = "",
) -> LedgerEntry:
    """Add a number to the count; a correction may be negative.

    Raise TooFew if the entries would add up to less than zero.
    """
    fields = {"kind": kind, "number": number, "reason": reason}
    return insert(petition, by=by, sheets=sheets, collected=collected, **fields)


def counter(petition: Petition, entry: LedgerEntry, *, reason: str, by: User | None) -> bool:
    """Counter an entry by its opposite; return False if it was countered before.

    Raise TooFew if the entries would add up to less than zero.
    """
    with transaction.atomic():
        lock(petition.tally)
        if LedgerEntry.objects.filter(counters=entry).exists():
            return False
        fields = {"kind": entry.kind, "number": -entry.number, "reason": reason}
        insert(petition, by=by, counters=entry, **fields)
    return True


def insert(petition: Petition, *, by: User | None, **fields: object) -> LedgerEntry:
    with transaction.atomic():
        tally = lock(petition.tally)
        number = fields["number"]
        assert isinstance(number, int)
        if tally.elsewhere + number < 0:
            raise TooFew(tally.elsewhere)
        entry = LedgerEntry.objects.create(tally=tally, entered_by=by, **fields)
        verb = "counter_entry" if entry.counters_id else "enter_number"
        data = {"number": entry.number, "kind": entry.kind}
        log(petition.original, f"petition.{verb}", user=by, data=data)
    clear_cached_tally(petition)
    return entry


def lock(tally: Tally) -> Tally:
    """Lock the tally, so that its ledger gets no other entry meanwhile."""
    return Tally.objects.select_for_update(no_key=True).get(pk=tally.pk)


def lock_sheets(tally: Tally) -> None:
    """Let nobody else bring in sheets of paper until the end of the transaction.

    An import may last long after this. For a locked tally, all totals of the site would wait.
    """
    locks.wait(f"sheets of {tally.pk}")
