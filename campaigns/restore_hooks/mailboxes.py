"""After a restore: who wants no emails, and what is remembered of people who left, is kept.

The mailboxes of the replaced database and of the backup are put together. No union is too large:
the ledger deletes who was erased, and the sweep what is too old.
"""

import contextlib

import psycopg
from django.db import models, transaction

from campaigns.mail.outbox import StoppedMailbox
from campaigns.mailings.failing import FailingMailbox
from campaigns.mailings.suppression import WISHES, SuppressedMailbox
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.privacy.receipts import ErasureReceipt
from campaigns.restore_hooks import copying
from operations import keyring
from operations.backups import erasure_ledger

# The column by which the rows of both databases are the same. Its digests contain the petition,
# where a row is about one.
SAME_BY: dict[type[models.Model], str] = {
    SuppressedMailbox: "mailbox_key",
    FailingMailbox: "mailbox_key",
    StoppedMailbox: "email_key",
    RememberedModeration: "email_key",
    ErasureReceipt: "id",
}


def merge(old: psycopg.Connection, *, is_newer: bool) -> None:
    """Add what the replaced database knows of mailboxes; the newer of two rows about one stays.

    Rows of a database in which another key made digests are marked with that key.
    """
    found = keyring.stored()
    [theirs] = old.execute("SELECT max(value) FROM campaigns_keyfingerprint").fetchone() or [None]
    is_foreign = found and theirs and found.fingerprint != theirs
    for model, name in SAME_BY.items():
        for rows in copying.batches(model, old):
            for each in rows if is_foreign else ():
                each.old_key = each.old_key or theirs
            keys = [getattr(each, name) for each in rows]
            same = model._meta.base_manager.filter(**{f"{name}__in": keys})
            if is_newer:
                same.delete()
            known = set(same.values_list(name, flat=True))
            copying.insert(model, [each for each in rows if getattr(each, name) not in known])
    # They may have been unticked only after the backup.
    SuppressedMailbox.objects.filter(reason__in=WISHES).update(may_be_ticked=True)


def take_over(old: psycopg.Connection) -> None:
    """Add what the last state of the site knows.

    It may have people who were erased by a ledger that it does not have. So what the ledger, which
    is in the restored database by now, has beyond its own is replayed once more. What it has in
    spite of an entry of its own was entered again. Adding before the first replay would not do:
    that remembers withdrawn signatures as they were at the backup, and the last state knows better.
    """
    merge(old, is_newer=True)
    known = erasure_ledger.entries(old)
    erasure_ledger.replay(erasure_ledger.newer(erasure_ledger.entries(), than=known))


def add(old: psycopg.Connection) -> None:
    """Add what a database knows that is older than the backup, if it can say."""
    with contextlib.suppress(psycopg.Error), transaction.atomic():
        merge(old, is_newer=False)
