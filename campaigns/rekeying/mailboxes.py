"""The email key of a mailbox that signs, while the keys rotate.

All rows of a petition about one mailbox (its signatures, a remembered moderation, a stopped
mailbox) have the same email key, the new one or an old one, so that code that compares them can
ignore rotations. A caller that has the email address first moves all these rows to the current key.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from campaigns.canonical_emails import normalise
from campaigns.prepared_statements import Statement
from campaigns.signatures.email_keys import mailbox_key, mailbox_keys
from campaigns.signatures.signature import Signature
from operations import keyring

# One move: a tally, and the email key of a mailbox before and after it.
Move = tuple[int, bytes, bytes]
MOVED = "unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS moved (tally, old, new)"
# Signatures come first: every caller locks them before it changes the other tables.
STEPS = (
    f"""
    UPDATE campaigns_signature s SET email_key = moved.new FROM {MOVED}
    WHERE (s.tally_id, s.email_key) = (moved.tally, moved.old) AND 0 = (
        SELECT count(*) FROM campaigns_signature other
        WHERE (other.tally_id, other.email_key, other.household_slot)
            = (moved.tally, moved.new, s.household_slot))
    """,
    *(
        f"""
        UPDATE {table} t SET email_key = moved.new, old_key = '' FROM {MOVED}
        WHERE (t.tally_id, t.email_key) = (moved.tally, moved.old) AND 0 = (
            SELECT count(*) FROM {table} other
            WHERE (other.tally_id, other.email_key) = (moved.tally, moved.new))
        """
        for table in ("campaigns_rememberedmoderation", "campaigns_stoppedmailbox")
    ),
    # No tally is compared here: an email key belongs to one tally.
    f"""
    UPDATE campaigns_newemail n SET email_key = moved.new FROM {MOVED}
    WHERE n.email_key = moved.old
    """,
)
# The number of a petition's rows with an old key of a mailbox: almost always 0 once all rows were
# moved. The query counts, since PostgreSQL has no statistics of email keys: for EXISTS, it would
# expect a matching row so soon that it would read the whole table.
NUMBER_KNOWN = Statement("""
    SELECT (SELECT count(*) FROM campaigns_signature
            WHERE tally_id = %(tally)s AND email_key = %(old)s)
        + (SELECT count(*) FROM campaigns_rememberedmoderation
            WHERE tally_id = %(tally)s AND email_key = %(old)s)
        + (SELECT count(*) FROM campaigns_stoppedmailbox
            WHERE tally_id = %(tally)s AND email_key = %(old)s)
        + (SELECT count(*) FROM campaigns_newemail WHERE email_key = %(old)s)
""")


@contextmanager
def held(tally: int, mailbox: str) -> Iterator[dict[str, bytes]]:
    """Yield the email keys of a mailbox by the keys that make them; the first one is to be stored.

    The first key remains valid until the block ends. While the keys rotate, the block is a
    transaction. Without a rotation it is not, and there is only one key.
    """
    if not keyring.is_rotating():
        yield {settings.SIGNATURE_KEY: mailbox_key(tally, mailbox)}
        return
    with transaction.atomic():
        yield settled(tally, mailbox)


def settle(tally: int, mailbox: str) -> bytes:
    """Move a petition's rows about a mailbox to the current key; return the mailbox's email key.

    Must be called in a transaction, until the end of which that key remains valid.
    """
    if not keyring.is_rotating():
        return mailbox_key(tally, mailbox)
    return next(iter(settled(tally, mailbox).values()))


def settled(tally: int, mailbox: str) -> dict[str, bytes]:
    keys = keyring.every()
    now, *old = mailbox_keys(tally, mailbox, keys)
    for each in old:
        if NUMBER_KNOWN.run(tally=tally, old=each) != (0,):
            move([(tally, each, now)])
    return dict(zip(keys, (now, *old), strict=True))


def move(moves: Sequence[Move]) -> int:
    """Give these mailboxes their new email keys; return the number of signatures.

    A row is not changed if another row has its new key already.
    """
    columns = [list(column) for column in zip(*moves, strict=True)]
    with connection.cursor() as cursor:
        numbers: list[int] = []
        for step in STEPS:
            cursor.execute(step, columns)
            numbers.append(cursor.rowcount)
    return numbers[0]


def settle_own(signature: Signature) -> bytes | None:
    """Return the email key of a signature, moved to the current key; None if it has none.

    Must be called in the transaction that stores this key elsewhere.
    """
    if keyring.is_rotating() and signature.email_key and signature.email:
        signature.email_key = settle(signature.tally_id, normalise(signature.email))
    return bytes(signature.email_key) if signature.email_key else None
