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
        self.is_paper = subject.channel == "paper"
        self.counted = ledger.sheets(subject.tally) if self.is_paper else set[Sheet]()
        self.on_sheets = already_signed.names_on_sheets(subject)
        # Where two people may share an email address, their names tell them apart.
        self.shares_email = subject.tally.petition.shares_email
        self.slots: dict[bytes | None, set[int]] = {}
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
        mark, same = self.told_apart(row, earlier)
        taken = {each.household_slot for each in earlier if each not in same}
        taken |= self.slots.get(row.email_key, set())
        wrong = self.why_not(row, mark, same, refused=refused)
        if not wrong and len(taken) == 2:
            text = gettext("Two people have signed with this email address, and no more can.")
            wrong = Wrong(row.number, row.cells, text)
        if wrong:
            return wrong
        # Without an email address and a sheet, the same name may belong to two people.
        if row.email_key or row.sheet:
            self.seen[mark] = row.number, row.updates
        slot = 2 if 1 in taken else 1
        if self.shares_email:
            self.slots.setdefault(row.email_key, set()).add(slot)
        # What they sent here and have not confirmed is replaced by what they signed elsewhere.
        return row._replace(replaces=[each.pk for each in same], household_slot=slot)

    def told_apart(self, row: Row, earlier: list[Earlier]) -> tuple[Hashable, list[Earlier]]:
        """Return what is the same in all rows of this person, and their earlier signatures."""
        name = row.name.casefold()
        if row.email_key is None:
            return (already_signed.spelling(row.sheet), name), []
        if not self.shares_email:
            return row.email_key, earlier
        return (row.email_key, name), [each for each in earlier if each.name.casefold() == name]

    def why_not(
        self, row: Row, mark: Hashable, same: list[Earlier], *, refused: str
    ) -> Wrong | None:
        """Return the row with the reason for which its person cannot be imported."""
        if mark in self.seen or (row.email_key is None and row.sheet and mark in self.on_sheets):
            return self.again(row, mark)
        if self.is_paper and already_signed.names_too_many(row.sheet):
            text = gettext("“%s” names more than 20 sheets, but a row is on one.")
            return Wrong(row.number, row.cells, text % row.sheet)
        if not self.counted.isdisjoint(already_signed.sheets_in(row.sheet)):
            text = gettext(
                "This sheet is in the count already, as a number. Reverse that entry first."
            )
            return Wrong(row.number, row.cells, text)
        if any(each.is_confirmed for each in same):
            return signed(row)
        if any(each.moderation for each in same):
            refused = refusing.moderated()
        return Wrong(row.number, row.cells, refused, is_refused=True) if refused else None

    def again(self, row: Row, mark: Hashable) -> Wrong:
        """Return the row as one about somebody who is in the list, or on a sheet, already."""
        text = gettext("This person is already in the list, or on this sheet.")
        first, updates = self.seen.get(mark, (0, row.updates))
        if updates != row.updates:
            self.contradicted.add(first)
            more = gettext(
                "The rows do not agree on “keep me informed”: this person is not informed."
            )
            text = f"{text} {more}"
        return Wrong(row.number, row.cells, text, is_duplicate=True)


def signed(row: Row) -> Wrong:
    """Return the row as one about somebody who has signed already."""
    text = gettext("This person has signed already.")
    return Wrong(row.number, row.cells, text, is_duplicate=True)
