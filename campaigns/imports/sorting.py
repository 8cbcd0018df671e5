"""Sorts the rows of a list: those that can be stored, and those that cannot, with the reasons."""

from collections.abc import Hashable, Iterator
from itertools import islice

from django.utils.translation import gettext

from campaigns.counting import ledger
from campaigns.counting.sheet_names import Sheet
from campaigns.imports import already_signed, refusing
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
        # Of another site, `sheet` may mean anything.
        is_paper = subject.channel == "paper"
        self.counted = ledger.sheets(subject.tally) if is_paper else set[Sheet]()
        self.on_sheets = already_signed.names_on_sheets(subject)
        self.seen: dict[Hashable, tuple[int, bool]] = {}
        # The numbers of rows about people of whom another row says otherwise whether they want to
        # be informed.
        self.contradicted: set[int] = set()

    def __iter__(self) -> Iterator[tuple[list[Row], list[Wrong]]]:
        rows = rows_of(self.subject)
        next(rows)
        while batch := list(islice(rows, BATCH)):
            yield self.sorted_out([self.checker.check(number, cells) for number, cells in batch])

    def sorted_out(self, checked: list[Row | Wrong]) -> tuple[list[Row], list[Wrong]]:
        rows = [each for each in checked if isinstance(each, Row)]
        earlier = already_signed.signatures_of(self.subject, rows)
        refused = refusing.refused(self.subject, rows)
        fit, wrong = list[Row](), list[Wrong]()
        for each in checked:
            if isinstance(each, Row):
                its = earlier.get(each.email_key or b"", [])
                each = self.placed(each, its, refused=refused.get(each.number, ""))
            if isinstance(each, Row):
                fit.append(each)
            else:
                wrong.append(each)
        return fit, wrong

    def placed(self, row: Row, earlier: list[Earlier], *, refused: str) -> Row | Wrong:
        """Return the row as it can be stored, or why it cannot."""
        sheets = already_signed.sheets_in(row.sheet)
        mark = row.email_key or (sheets, row.name.casefold())
        if mark in self.seen or (not row.email_key and row.sheet and mark in self.on_sheets):
            text = gettext("This person is already in the list, or on this sheet.")
            first, updates = self.seen.get(mark, (0, row.updates))
            if updates != row.updates:
                self.contradicted.add(first)
                more = gettext(
                    "The rows do not agree on “keep me informed”: this person is not informed."
                )
                text = f"{text} {more}"
            return Wrong(row.number, row.cells, text, is_duplicate=True)
        if not sheets.isdisjoint(self.counted):
            text = gettext(
                "This sheet is in the count already, as a number. Reverse that entry first."
            )
            return Wrong(row.number, row.cells, text)
        if any(each.is_confirmed for each in earlier):
            text = gettext("This person has signed already.")
            return Wrong(row.number, row.cells, text, is_duplicate=True)
        if any(each.moderation for each in earlier):
            refused = refusing.moderated()
        if refused:
            return Wrong(row.number, row.cells, refused, is_refused=True)
        # Without an email address and a sheet, the same name may belong to two people.
        if row.email_key or row.sheet:
            self.seen[mark] = row.number, row.updates
        # What they sent here and have not confirmed is replaced by what they signed elsewhere.
        return row._replace(replaces=[each.pk for each in earlier])
