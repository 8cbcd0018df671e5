"""Replace digests made with an old key by new ones, in batches, while the site runs.

Each batch is a short transaction that skips signatures locked by other transactions. The work can
be stopped at any moment: the next run checks all rows again, and changes those that are left.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from campaigns.appeals import message
from campaigns.appeals.message import Message
from campaigns.canonical_emails import normalise
from campaigns.mail.new_emails import NewEmail
from campaigns.mail.outbox import StoppedMailbox
from campaigns.mailings import suppression
from campaigns.mailings.failing import FailingMailbox
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.privacy import dependent_rows
from campaigns.rekeying import mailboxes
from campaigns.rekeying.mailboxes import Move
from campaigns.signatures.email_keys import mailbox_keys
from campaigns.signatures.signature import Signature
from campaigns.sync import keys as secrets
from campaigns.sync.delivery import Known, remote_keys
from operations import keyring
from operations.backups import erasure_ledger
from operations.encryption import Damaged

# Tables whose rows may have an old key while the signature of their mailbox has the new one.
ALONE_THERE = (RememberedModeration, StoppedMailbox, SuppressedMailbox, FailingMailbox)
BATCH = 500
PASSES = 5
# A batch that waits longer for a lock is cancelled and retried.
PAUSE, ATTEMPTS = 0.5, 5
# PostgreSQL has no statistics of keys, and would read a whole table for each batch.
BY_INDEX = """
    SET LOCAL lock_timeout = '2s';
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_hashjoin = off;
    SET LOCAL enable_mergejoin = off;
"""

# OLD finds the signatures of these mailboxes with an old key; FREE locks those that are unlocked.
OLD = f"""
    SELECT s.id, s.tally_id, s.email_key FROM campaigns_signature s JOIN {mailboxes.MOVED}
        ON (s.tally_id, s.email_key) = (moved.tally, moved.old) ORDER BY s.id
"""
FREE = f"{OLD} FOR UPDATE OF s SKIP LOCKED"
PLAIN = """
    UPDATE {0} t SET mailbox_key = moved.new, old_key = ''
    FROM unnest(%s::bytea[], %s::bytea[]) AS moved (old, new)
    WHERE t.mailbox_key = moved.old{1}
"""
ALONE = " AND NOT EXISTS (SELECT FROM {0} o WHERE o.mailbox_key = moved.new)"


@dataclass
class Report:
    """The numbers of rows. `left` were locked, and `unknown` have a key that is not known."""

    seen: int = 0
    moved: int = 0
    merged: int = 0
    left: int = 0
    unknown: int = 0


def run(*, say: Callable[[Report], None] = lambda report: None, rest: float = 1.0) -> Report:
    """Move all rows; return a report. `rest` is the pause, as a multiple of a batch's duration."""
    report = Report()
    for _pass in range(PASSES):
        report.seen = report.left = report.unknown = 0
        for batch in batches(report):
            moved, began = report.moved, time.monotonic()
            retry_on_lock_timeout(batch)
            say(report)
            if report.moved > moved:
                time.sleep(rest * (time.monotonic() - began))
        if not report.left:
            break
    return report


def batches(report: Report) -> Iterator[Callable[[], None]]:
    """Yield functions, each of which moves a batch of rows in one transaction."""
    keys = keyring.every()
    marked = {model for model in ALONE_THERE if is_marked(model)}
    signed = Signature.objects.filter(email_key__isnull=False, email__isnull=False)
    for rows in by_key(signed, "pk", "tally_id", "email", "email_key"):
        is_alone = bool(marked & {RememberedModeration, StoppedMailbox})
        yield partial(move_signed, rows, keys, report, is_alone=is_alone)
        for model in marked & {SuppressedMailbox, FailingMailbox}:
            wanted = [suppression.keys_of(email, keys) for _pk, _tally, email, _key in rows]
            yield partial(move_plain, model, wanted)
    for rows in by_key(NewEmail.objects.all(), "pk", "signature__tally_id", "email", "email_key"):
        yield partial(move_signed, rows, keys, report)
    for rows in by_key(Message.objects.exclude(email=""), "pk", "email"):
        yield partial(move_plain, Message, [message.keys_of(email, keys) for _pk, email in rows])
    for rows in by_key(Known.objects.all(), "pk", "remote", "remote_key"):
        yield partial(move_known, rows, keys, report)


def is_marked(model: type[Any]) -> bool:
    """Return whether rows still have an old key; their signature may have been moved already."""
    return bool(model.objects.exclude(old_key="").exists())


def by_key(rows: QuerySet[Any], *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows in batches by primary key; each batch is read when it is needed."""
    found = list(rows.order_by("pk").values_list(*columns)[:BATCH])
    while found:
        yield found
        found = list(rows.filter(pk__gt=found[-1][0]).order_by("pk").values_list(*columns)[:BATCH])


def retry_on_lock_timeout(act: Callable[[], None]) -> None:
    """Act in a transaction with a short lock timeout, with retries. Raises OperationalError."""
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(BY_INDEX)
                act()
            return
        except OperationalError:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(PAUSE)


def move_signed(
    rows: list[tuple[Any, int, str, bytes]],
    keys: list[str],
    report: Report,
    *,
    is_alone: bool = False,
) -> None:
    """Move these mailboxes, with all rows of the petition about each.

    With `is_alone`, also move rows with an old key whose signature has moved already.
    """
    by_old_key: list[dict[tuple[int, bytes], Move]] = [{} for _key in keys[1:]]
    unknown = 0
    for _pk, tally, email, key in rows:
        now, *old = mailbox_keys(tally, normalise(email), keys)
        unknown += bytes(key) not in (now, *old)
        if is_alone or bytes(key) != now:
            for moves, each in zip(by_old_key, old, strict=True):
                moves[tally, each] = (tally, each, now)
    # One after the other: a mailbox may have rows with several old keys.
    for moves in by_old_key:
        busy = locked(moves.values())
        free = {each: move for each, move in moves.items() if each not in busy}
        report.moved += mailboxes.move(list(free.values())) if free else 0
        twice = {(tally, key) for _pk, tally, key in asked(OLD, free.values())}
        report.merged += sum(merge(free[each]) for each in twice)
        report.left += len(busy)
    report.seen += len(rows)
    report.unknown += unknown


def asked(question: str, moves: Iterable[Move]) -> list[tuple[UUID, int, bytes]]:
    columns = [list(column) for column in zip(*moves, strict=True)]
    if not columns:
        return []
    with connection.cursor() as cursor:
        cursor.execute(question, columns)
        return [(pk, tally, bytes(key)) for pk, tally, key in cursor.fetchall()]


def locked(moves: Iterable[Move]) -> set[tuple[int, bytes]]:
    """Return (tally, old key) of the mailboxes with a signature locked by another transaction."""
    moves = list(moves)
    there = asked(OLD, moves)
    free = {pk for pk, _tally, _key in asked(FREE, moves)}
    return {(tally, key) for pk, tally, key in there if pk not in free}


def merge(move: Move) -> int:
    """Merge the signatures of a mailbox that signed under both keys; return the number deleted.

    This happens if a process ran without the new key. The first confirmed signature is retained, or
    else the first one; if two people may share an email address, two with different names are
    retained.
    """
    tally, old, now = move
    rows = Signature.objects.select_for_update(of=("self",)).select_related("tally__petition")
    found = list(rows.filter(tally=tally, email_key__in=(old, now)).order_by("pk"))
    found.sort(key=lambda row: (row.confirmed_at is None, row.signed_at))
    kept, gone = found[:1], found[1:]
    if found[0].tally.petition.shares_email:
        others = [row for row in gone if (row.name or "").lower() != (found[0].name or "").lower()]
        kept += others[:1]
        gone = [row for row in gone if row not in kept]
    keys = [row.pk for row in gone]
    dependent_rows.delete_with_signatures(keys)
    erasure_ledger.note("signature", keys)
    if len(kept) == 2 and kept[0].household_slot == kept[1].household_slot:
        kept[1].household_slot = 3 - kept[0].household_slot
    for row in kept:
        values = {"email_key": now, "household_slot": row.household_slot}
        Signature.objects.filter(pk=row.pk).update(**values)
    return len(gone)


def move_plain(model: type[Any], wanted: Sequence[Sequence[bytes]]) -> None:
    """Move rows about mailboxes over all petitions; `wanted` has all keys of each mailbox."""
    table = model._meta.db_table
    alone = "" if model is Message else ALONE.format(table)
    now, *old = (list(column) for column in zip(*wanted, strict=True))
    with connection.cursor() as cursor:
        for each in old:  # one after the other, as above
            cursor.execute(PLAIN.format(table, alone), [each, now])


def move_known(rows: list[tuple[int, bytes, bytes]], keys: list[str], report: Report) -> None:
    """Move the digests by which receivers know signers; the same row has the encrypted values."""
    for pk, remote, key in rows:
        try:
            now, *old = remote_keys(secrets.read(remote), keys)
        except Damaged:
            continue
        if bytes(key) in old:
            Known.objects.filter(pk=pk, remote_key=key).update(remote_key=now)
            report.moved += 1
