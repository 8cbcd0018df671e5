"""Sorts the rows of a list: those that can be stored, and those that cannot, with the reasons."""

from collections.abc import Hashable, Iterator
from itertools import islice

from django.utils.translation import gettext

from campaigns.imports import already_signed
from campaigns.imports.already_signed import Earlier
from campaigns.imports.checking import Checker, Row, Wrong
from campaigns.imports.imported import Import
from campaigns.imports.waiting import rows_of

BATCH = 5_000


class Sorter:
    """Sorts the rows of one list. Iterating over it yields them in batches, and raises Gone."""

    def __init__(self, subject: Import) -> None:
        self.subject = subject
        self.checker = Checker(
            subject.tally_id,
            subject.meanings,
            signed_on=subject.signed_on,
            day_first=subject.day_first,
        )
        self.on_sheets = already_signed.names_on_sheets(subject)
        self.seen: set[Hashable] = set()

    def __iter__(self) -> Iterator[tuple[list[Row], list[Wrong]]]:
        rows = rows_of(self.subject)
        next(rows)
        while batch := list(islice(rows, BATCH)):
            yield self.sorted_out([self.checker.check(number, cells) for number, cells in batch])

    def sorted_out(self, checked: list[Row | Wrong]) -> tuple[list[Row], list[Wrong]]:
        rows = [each for each in checked if isinstance(each, Row)]
        earlier = already_signed.signatures_of(self.subject, rows)
        remembered = already_signed.remembered(self.subject, rows)
        fit, wrong = list[Row](), list[Wrong]()
        for each in checked:
            if isinstance(each, Row):
                key = each.email_key or b""
                each = self.placed(each, earlier.get(key, []), why=remembered.get(key, ""))
            if isinstance(each, Row):
                fit.append(each)
            else:
                wrong.append(each)
        return fit, wrong

    def placed(self, row: Row, earlier: list[Earlier], *, why: str) -> Row | Wrong:
        """Return the row as it can be stored, or why it cannot."""
        mark = row.email_key or (row.sheet.casefold(), row.name.casefold())
        if mark in self.seen or (not row.email_key and row.sheet and mark in self.on_sheets):
            why = gettext("This person is already in the list, or on this sheet.")
        elif not why:
            why = already_signed.why_not(earlier)
        if why:
            return Wrong(row.number, row.cells, why, is_duplicate=True)
        # Without an email address and a sheet, the same name may belong to two people.
        if row.email_key or row.sheet:
            self.seen.add(mark)
        return row._replace(replaces=[each.pk for each in earlier])
