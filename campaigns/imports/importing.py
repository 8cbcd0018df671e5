"""Brings a list into the petition: uploading, checking, importing and undoing it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import uuid6
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from campaigns.exports.cells import harmless
from campaigns.imports import headings, waiting
from campaigns.imports.already_signed import known_keys, names_on_sheets
from campaigns.imports.checking import Checker, Row, Wrong
from campaigns.imports.imported import KEPT_FOR, Import, ImportedSignature, State
from campaigns.imports.reading import Read
from campaigns.imports.waiting import Gone, rows_of
from campaigns.mailings import suppression
from campaigns.petitions.petition import Petition
from campaigns.privacy import dependent_rows
from operations import keyring
from operations.backups import erasure_ledger

BATCH = 5_000
Advance = Callable[[int], None]

# Somebody may sign with one of the emails at this very moment: that signature stays, and the row of
# the list is told as one that has signed already.
INSERT = """
    WITH r AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(number)s::int[], %(name)s::text[],
            %(email)s::text[], %(email_key)s::bytea[], %(country)s::text[], %(postcode)s::text[],
            %(affiliation)s::text[], %(comment)s::text[], %(updates)s::boolean[],
            %(signed_at)s::timestamptz[], %(sheet)s::text[])
        AS r (id, number, name, email, email_key, country, postcode, affiliation, comment, updates,
            signed_at, sheet)
    ), stored AS (
        INSERT INTO campaigns_signature (id, tally_id, email_key, household_slot, name, email,
            country, postcode, affiliation, comment, updates, language, signed_at, confirmed_at,
            moderation, moderation_reason, channel, source)
        SELECT r.id, %(tally)s, r.email_key, 1, r.name, r.email, r.country, r.postcode,
            r.affiliation, r.comment, r.updates, %(language)s, r.signed_at, r.signed_at, '', '',
            %(channel)s, %(channel)s FROM r
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO campaigns_importedsignature (signature_id, made_in_id, "row", sheet)
    SELECT r.id, %(import)s, r.number, r.sheet FROM r JOIN stored USING (id) RETURNING "row"
"""
COLUMNS = Row._fields[:-1]


class Changed(Exception):
    """The list, or what fits of it, is not as the check has said: it is to be checked again."""


class Counts(NamedTuple):
    """What came of the rows of a list."""

    fit: int = 0
    duplicates: int = 0
    wrong: int = 0


def upload(
    petition: Petition,
    read: Read,
    *,
    by: User | None,
    channel: str,
    file_name: str,
    reason: str,
    consent: str,
    signed_on: date,
) -> Import:
    """Store a list for a day, encrypted, with what its columns probably mean."""
    width = max(map(len, read.rows))
    first = [*read.rows[0], *[""] * (width - len(read.rows[0]))]
    return Import.objects.create(
        tally=petition.tally,
        made_by=by,
        channel=channel,
        language=petition.locale.language_code,
        file_name=file_name[:120],
        reason=reason,
        consent=consent,
        signed_on=signed_on,
        found={"encoding": read.encoding, "delimiter": read.delimiter},
        meanings=headings.guess(first, among=headings.offered(petition)),
        **waiting.sealed(read),
    )


def choose(subject: Import, meanings: Sequence[str], *, day_first: bool) -> None:
    """Settle what the columns mean, and remember it for the next list with these headings.

    Raises Gone for a list that was imported, or is being imported at this moment.
    """
    with transaction.atomic():
        free = waiting.lists().select_for_update(skip_locked=True)
        try:
            subject.refresh_from_db(from_queryset=free)
        except Import.DoesNotExist:
            raise Gone from None
        _number, found = next(rows_of(subject))
        found += [""] * (len(meanings) - len(found))
        named = [(head, key) for head, key in zip(found, meanings, strict=True) if head]
        headings.remember(*zip(*named, strict=True))
        subject.meanings, subject.day_first = list(meanings), day_first
        subject.state = State.DRAFT
        subject.save(update_fields=["meanings", "day_first", "state"])


# --- going through the rows ---


def sorted_out(subject: Import) -> Iterator[tuple[list[Row], list[Wrong]]]:
    """The rows batch by batch: those that can be stored, and those that cannot. Raises Gone."""
    rows = rows_of(subject)
    next(rows)
    checker = Checker(
        subject.tally_id,
        subject.meanings,
        signed_on=subject.signed_on,
        day_first=subject.day_first,
    )
    seen: set[bytes | tuple[str, str]] = set()
    on_sheets = names_on_sheets(subject)
    while batch := list(islice(rows, BATCH)):
        checked = [checker.check(number, cells) for number, cells in batch]
        known = known_keys(subject, [each for each in checked if isinstance(each, Row)])
        fit: list[Row] = []
        wrong: list[Wrong] = []
        for each in checked:
            if isinstance(each, Row):
                mark = each.email_key or (each.sheet.casefold(), each.name.casefold())
                why = known.get(each.email_key or b"", "")
                if mark in seen or (not each.email_key and each.sheet and mark in on_sheets):
                    why = gettext("This person is already in the list, or on this sheet.")
                if not why:
                    # Without an email and a sheet, two people may have the same name.
                    if each.email_key or each.sheet:
                        seen.add(mark)
                    fit.append(each)
                    continue
                each = Wrong(each.number, each.cells, why, is_duplicate=True)
            wrong.append(each)
        yield fit, wrong


# --- the three jobs ---


def check(subject: Import, *, advance: Advance) -> tuple[Counts, list[Wrong]]:
    """Go through the list and change nothing but its state; return what would come of it."""
    counts, every = Counts(), list[Wrong]()
    for fit, wrong in sorted_out(subject):
        counts = added(counts, len(fit), wrong)
        every += wrong
        advance(sum(counts))
    result = counts._asdict()
    if not waiting.lists().filter(pk=subject.pk).update(state=State.CHECKED, result=result):
        raise Gone
    return counts, every


def bring_in(subject: Import, *, by: User | None, advance: Advance) -> tuple[Counts, list[Wrong]]:
    """Store the rows that fit, as signatures that count; nobody gets a mail. Raises Gone, Changed.

    Must be called in a transaction, which makes all of them visible at once.
    """
    subject = Import.objects.select_for_update().get(pk=subject.pk)
    if subject.state != State.CHECKED:
        raise Changed if subject.state == State.DRAFT else Gone
    counts, every = Counts(), list[Wrong]()
    for fit, wrong in sorted_out(subject):
        stored = insert(subject, fit)
        late = [
            Wrong(
                row.number, row.cells, gettext("This person has signed already."), is_duplicate=True
            )
            for row in fit
            if row.number not in stored
        ]
        counts = added(counts, len(stored), [*wrong, *late])
        every += [*wrong, *late]
        advance(sum(counts))
    if counts.fit > subject.result["fit"]:
        raise Changed
    end(subject, State.DONE, result=counts._asdict())
    data = {"count": counts.fit, "channel": subject.channel, "import": subject.pk}
    log(subject.tally.petition, "petition.import", user=by, data=data)
    return counts, every


def insert(subject: Import, rows: list[Row]) -> set[int]:
    """Insert these rows; return the numbers of those that were stored."""
    rows = without_unsubscribed(rows)
    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    about: dict[str, Any] = {
        "ids": [uuid6.uuid7() for _row in rows],
        "import": subject.pk,
        "tally": subject.tally_id,
        # A list that was uploaded before lists had a language waits for a day.
        "language": subject.language or subject.tally.petition.locale.language_code,
        "channel": subject.channel,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {**columns, **about})
        return {number for (number,) in cursor.fetchall()}


def without_unsubscribed(rows: list[Row]) -> list[Row]:
    """The rows, without “keep me informed” where the owner of the mailbox has unsubscribed here.

    A list does not say when somebody agreed to what stands in it.
    """
    keys = keyring.every()
    asked = [row for row in rows if row.updates and row.email]
    mailboxes = {row.number: suppression.keys_of(row.email or "", keys) for row in asked}
    ended = suppression.since(mailboxes.values(), reasons=suppression.WISHES)
    return [
        row._replace(updates=False) if mailboxes.get(row.number) in ended else row for row in rows
    ]


def undo(subject: Import, *, by: User | None, advance: Advance) -> int:
    """Delete all signatures that came with an import, as far as they are not anonymised.

    Raises Gone for one that was not imported, or is undone. Must be called in a transaction.
    """
    subject = Import.objects.select_for_update().get(pk=subject.pk)
    if subject.state != State.DONE:
        raise Gone
    rows = ImportedSignature.objects.filter(made_in=subject).order_by("pk")
    done = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        erasure_ledger.note("signature", keys)
        done += dependent_rows.delete_with_signatures(keys)
        advance(done)
    end(subject, State.UNDONE, result={**subject.result, "undone": done})
    data = {"count": done, "channel": subject.channel, "import": subject.pk}
    log(subject.tally.petition, "petition.undo_import", user=by, data=data)
    return done


def end(subject: Import, state: State, *, result: dict[str, int]) -> None:
    """The list itself is not needed any more."""
    Import.objects.filter(pk=subject.pk).update(
        state=state, result=result, content=None, salt=None, ended_at=timezone.now()
    )


def delete_old() -> None:
    """Delete the lists that nobody has imported within a day. A round of the worker."""
    # Signatures that came with a list protect it; one such row would keep all others.
    old = waiting.lists().filter(signatures=None, made_at__lt=timezone.now() - KEPT_FOR)
    with transaction.atomic():
        old.delete()


def added(counts: Counts, fit: int, wrong: Sequence[Wrong]) -> Counts:
    again = sum(each.is_duplicate for each in wrong)
    return Counts(counts.fit + fit, counts.duplicates + again, counts.wrong + len(wrong) - again)


def file_of_wrong(subject: Import, wrong: Iterable[Wrong]) -> Iterator[bytes]:
    """The rows that were not stored, with why, to be corrected and uploaded again (CSV)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    text.write("\ufeff")
    _number, heads = next(rows_of(subject))
    writer.writerow(map(harmless, [gettext("Row"), gettext("What is wrong"), *heads]))
    for each in wrong:
        # Why it is wrong may quote what was typed.
        writer.writerow(map(harmless, [str(each.number), each.why, *each.cells]))
        if text.tell() > 256 * 1024:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
