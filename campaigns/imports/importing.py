"""Imports a list into a petition: uploading, checking and importing."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import uuid6
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from campaigns.counting import ledger, surveying
from campaigns.imports import corrected, headings, reading, refusing, waiting
from campaigns.imports.already_signed import digests, sheets_in, spelling
from campaigns.imports.checking import Row, Wrong
from campaigns.imports.imported import KEPT_FOR, Import, State
from campaigns.imports.reading import Read
from campaigns.imports.sorting import Sorter, signed
from campaigns.imports.waiting import Gone, rows_of
from campaigns.mailings import suppression
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.privacy import dependent_rows
from campaigns.signatures.signature import Signature
from operations import keyring
from operations.backups import erasure_ledger

MINUTE = timedelta(minutes=1)
Advance = Callable[[int], None]

# If somebody signs with one of the email addresses at this moment, their signature stays, and the
# row is reported as one that has already signed.
INSERT = """
    WITH r AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(number)s::int[], %(name)s::text[],
            %(email)s::text[], %(email_key)s::bytea[], %(country)s::text[], %(postcode)s::text[],
            %(affiliation)s::text[], %(comment)s::text[], %(updates)s::boolean[],
            %(signed_at)s::timestamptz[], %(sheet)s::text[], %(household_slot)s::int[])
        AS r (id, number, name, email, email_key, country, postcode, affiliation, comment, updates,
            signed_at, sheet, household_slot)
    ), stored AS (
        INSERT INTO campaigns_signature (id, tally_id, email_key, household_slot, name, email,
            country, postcode, affiliation, comment, updates, language, signed_at, confirmed_at,
            moderation, moderation_reason, channel, source)
        SELECT r.id, %(tally)s, r.email_key, r.household_slot, r.name, r.email, r.country,
            r.postcode, r.affiliation, r.comment, r.updates, %(language)s, r.signed_at, r.signed_at,
            '', '', %(channel)s, %(channel)s FROM r
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO campaigns_importedsignature (signature_id, made_in_id, "row", sheet)
    SELECT r.id, %(import)s, r.number, r.sheet FROM r JOIN stored USING (id) RETURNING "row"
"""
COLUMNS = [name for name in Row._fields if name not in ("cells", "replaces")]


class Changed(Exception):
    """The list has changed since the last check, or a row fits now that did not fit then.

    Or somebody has entered the number of a sheet while its names were being stored.
    """


class Over(Exception):
    """The petition may no longer retain its signers' data: the rows would be anonymised at once."""


class Counts(NamedTuple):
    """How many rows of a list can be stored, are duplicates, are wrong, or are refused."""

    fit: int = 0
    duplicates: int = 0
    wrong: int = 0
    refused: int = 0


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
    """Store a list for a day, encrypted, with the guessed meanings of its columns."""
    read = corrected.without_own_columns(read)
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
        digest=keyring.digest(b"list:" + reading.packed(read)),
        **waiting.sealed(read),
    )


def earlier_import(subject: Import) -> Import | None:
    """Return the import of the very same list into this petition, if there is one."""
    if subject.digest is None:
        return None
    found = Import.objects.filter(tally=subject.tally_id, state=State.DONE).defer("content")
    return found.filter(digest=subject.digest).order_by("-ended_at").first()


def choose(subject: Import, meanings: Sequence[str], *, day_first: bool) -> None:
    """Set the meanings of the columns, and remember them for lists with the same headings.

    Raise Gone if the list was imported, or is being imported at this moment.
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
        among = headings.offered(subject.tally.petition)
        if named:  # an erasure may have emptied all headings
            headings.remember(*zip(*named, strict=True), among=among)
        subject.meanings, subject.day_first = list(meanings), day_first
        subject.state = State.DRAFT
        subject.save(update_fields=["meanings", "day_first", "state"])


# --- two jobs; `undoing` has the third ---


def check(subject: Import, *, advance: Advance) -> tuple[Counts, list[Wrong]]:
    """Check the list, changing only its state; return what an import would result in.

    Raise Gone, and Changed if somebody was taken out of the list or chose other columns meanwhile.
    """
    counts, every, replaced = Counts(), list[Wrong](), 0
    for fit, wrong in Sorter(subject):
        counts = added(counts, len(fit), wrong)
        every += wrong
        replaced += sum(bool(row.replaces) for row in fit)
        advance(sum(counts))
    left_out = [each.number for each in every]
    earlier = earlier_import(subject)
    result = {**counts._asdict(), "left_out": left_out, "replaced": replaced}
    result["earlier"] = earlier.pk if earlier else None
    found = waiting.lists().filter(pk=subject.pk)
    # Whoever is erased from now on waits for the end of the transaction, and deletes the file.
    same = found.filter(salt=subject.salt, meanings=subject.meanings, day_first=subject.day_first)
    if not same.update(state=State.CHECKED, result=result):
        raise Changed if found.exists() else Gone
    return counts, every


def bring_in(subject: Import, *, by: User | None, advance: Advance) -> tuple[Counts, list[Wrong]]:
    """Store the valid rows as counted signatures; no emails are sent.

    Raise Changed if the list must be checked again, Gone if it does not wait any more, and Over.
    Must be called in a transaction, which makes all signatures visible at once.
    """
    waiting.take_turn(subject, wait=lambda: advance(0))
    # An earlier import of the same list stays until this one ends.
    same = Q(pk=subject.pk) | Q(tally=subject.tally_id, digest=subject.digest)
    list(Import.objects.filter(same).order_by("pk").select_for_update().values_list("pk"))
    subject = Import.objects.get(pk=subject.pk)
    if subject.state != State.CHECKED:
        raise Changed if subject.state == State.DRAFT else Gone
    if is_over(subject.tally):
        raise Over
    earlier = earlier_import(subject)
    if earlier and earlier.pk != subject.result.get("earlier"):
        raise Changed
    # Whoever unsubscribes while the rows are being stored does not see them yet.
    began = timezone.now() - MINUTE
    transaction.on_commit(lambda: suppression.look_again(since=began))
    left_out = set(subject.result["left_out"])
    counts, every, replaced = Counts(), list[Wrong](), 0
    sheets = set[str]()
    sorter = Sorter(subject)
    for fit, wrong in replacing_last(sorter):
        if not left_out.isdisjoint(row.number for row in fit):
            raise Changed
        stored = insert(subject, fit)
        wrong += [signed(row) for row in fit if row.number not in stored]
        sheets |= {spelling(row.sheet) for row in fit if row.number in stored and row.sheet}
        counts = added(counts, len(stored), wrong)
        every += wrong
        replaced += sum(bool(row.replaces) for row in fit if row.number in stored)
        advance(sum(counts))
    if sorter.contradicted:
        numbers = dependent_rows.among(list(sorter.contradicted))
        found = Signature.objects.filter(imported__made_in=subject, imported__row__in=numbers)
        found.update(updates=False)
    surveying.survey_at_once(subject.tally_id)
    data = {"count": counts.fit, "channel": subject.channel, "import": subject.pk}
    log(subject.tally.petition, "petition.import", user=by, data=data)
    if sorter.is_paper:
        ledger.lock_sheets(subject.tally)
        counted = ledger.sheets(subject.tally)
        if any(not counted.isdisjoint(sheets_in(each)) for each in sheets):
            raise Changed
    known = {digests(subject.tally_id, sheet)[0] for each in sheets for sheet in sheets_in(each)}
    result = {**counts._asdict(), "replaced": replaced, "sheets": sorted(known)}
    end(subject, State.DONE, result=result)
    return counts, every


def replacing_last(
    batches: Iterable[tuple[list[Row], list[Wrong]]],
) -> Iterator[tuple[list[Row], list[Wrong]]]:
    """Yield the rows that replace unconfirmed signatures in an additional batch, the last one.

    From that batch until the commit, the requests of signers who confirm these signatures wait.
    """
    last = list[Row]()
    for fit, wrong in batches:
        last += [row for row in fit if row.replaces]
        yield [row for row in fit if not row.replaces], wrong
    if last:
        yield last, []


def is_over(tally: Tally) -> bool:
    """Return whether the retention of the petition's data is over."""
    return tally.data_ends_at is not None and tally.data_ends_at <= timezone.now()


def insert(subject: Import, rows: list[Row]) -> set[int]:
    """Insert these rows; return the numbers of the rows that were stored."""
    rows = without_unsubscribed(subject, rows)
    delete_pending([key for row in rows for key in row.replaces])
    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    about: dict[str, Any] = {
        "ids": [uuid6.uuid7() for _row in rows],
        "import": subject.pk,
        "tally": subject.tally_id,
        "language": subject.language,
        "channel": subject.channel,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {**columns, **about})
        return {number for (number,) in cursor.fetchall()}


def delete_pending(keys: list[UUID]) -> None:
    """Delete the unconfirmed signatures that rows replace, unless they were confirmed meanwhile."""
    if not keys:
        return
    found = Signature.objects.pending().filter(pk__in=dependent_rows.among(keys)).order_by("pk")
    pending = list(found.select_for_update(of=("self",)).values_list("pk", flat=True))
    erasure_ledger.note("signature", pending)
    dependent_rows.delete_with_signatures(pending)


def without_unsubscribed(subject: Import, rows: list[Row]) -> list[Row]:
    """Clear “keep me informed” in the rows of mailboxes whose owner wants no emails from here.

    A list does not say when somebody agreed to its contents, so this wish takes precedence.
    """
    keys = keyring.every()
    asked = [row for row in rows if row.updates and row.email]
    mailboxes = {row.number: suppression.keys_of(row.email or "", keys) for row in asked}
    ended = suppression.since(mailboxes.values(), reasons=suppression.WISHES)
    unticked = refusing.stopped(subject, asked)
    unticked |= {number for number, mailbox in mailboxes.items() if mailbox in ended}
    return [row._replace(updates=False) if row.number in unticked else row for row in rows]


def end(subject: Import, state: State, *, result: dict[str, Any]) -> None:
    """Set the final state, and delete the list itself, which is no longer needed."""
    Import.objects.filter(pk=subject.pk).update(
        state=state, result=result, content=None, salt=None, ended_at=timezone.now()
    )


def delete_old() -> None:
    """Delete lists that were not imported within a day. A round of the worker."""
    # Imported signatures protect their list; a single one would prevent deleting all the others.
    old = waiting.lists().filter(signatures=None, made_at__lt=timezone.now() - KEPT_FOR)
    with transaction.atomic():
        old.delete()


def added(counts: Counts, fit: int, wrong: Sequence[Wrong]) -> Counts:
    again = sum(each.is_duplicate for each in wrong)
    refused = sum(each.is_refused for each in wrong)
    more = (fit, again, len(wrong) - again - refused, refused)
    return Counts(*map(operator.add, counts, more))
