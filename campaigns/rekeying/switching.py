"""Switch to a new SIGNATURE_KEY at one moment, and count the rows that depend on earlier keys."""

import time
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, models, transaction
from django.db.models import Count
from django.db.models.functions import Now

from campaigns.appeals.message import Message
from campaigns.mail.outbox import StoppedMailbox
from campaigns.mailings.failing import FailingMailbox
from campaigns.mailings.suppression import SuppressedMailbox
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.privacy.receipts import ErasureReceipt
from campaigns.signatures.key_fingerprint import KeyFingerprint
from operations import keyring, locks

# Tables that store only a digest: nobody can compute it again before the person comes back.
KEPT: dict[str, type[models.Model]] = {
    "remembered moderations": RememberedModeration,
    "mailboxes without email about a petition": StoppedMailbox,
    "mailboxes without mailings": SuppressedMailbox,
    "mailboxes to which mailings failed": FailingMailbox,
    "messages to representatives": Message,
    "receipts of erasures": ErasureReceipt,
}
# Unsubscribe links and codes in emails sent before the change remain valid for this long.
GOOD_FOR = timedelta(days=90)
# One attempt waits this long for the lock, and signers wait behind it. There is one attempt a
# second, up to the maximum, until all holders of the lock have ended.
PATIENCE, PAUSE, ATTEMPTS = "500ms", 1.0, 60
BATCH = 5_000
MARK = """
    UPDATE {0} SET old_key = %s
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM {0} WHERE old_key = '' LIMIT %s))
"""


class Busy(Exception):
    """Another transaction has held the lock for a minute, for example a large import."""


def is_due() -> bool:
    """Return whether a key other than SIGNATURE_KEY makes digests."""
    found = keyring.stored()
    return found is not None and found.fingerprint != keyring.fingerprint(settings.SIGNATURE_KEY)


def switch() -> None:
    """Let SIGNATURE_KEY make digests from now on, in all processes at one moment. Raises Busy.

    Rows that still depend on the previous key are marked with it, most of them in advance, in
    batches.
    """
    if not is_due():
        return
    for model in KEPT.values():
        while mark_batch(model) == BATCH:
            pass
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                locks.wait(keyring.LOCK)
                if not is_due():
                    return  # another process has switched
                for model in KEPT.values():
                    mark(model)
                KeyFingerprint.objects.update(
                    value=keyring.fingerprint(settings.SIGNATURE_KEY), since=Now()
                )
            return
        except OperationalError:
            time.sleep(PAUSE)
    raise Busy


@transaction.atomic
def mark_batch(model: type[models.Model]) -> int:
    """Mark a batch as below, unless another process has switched; return the number of rows."""
    locks.share(keyring.LOCK)
    return mark(model, BATCH) if is_due() else 0


def mark(model: type[models.Model], most: int | None = None) -> int:
    """Mark rows without a mark as made with the stored key; return the number of rows."""
    before = keyring.stored()
    assert before
    with connection.cursor() as cursor:
        cursor.execute(MARK.format(model._meta.db_table), [before.fingerprint, most])
        return int(cursor.rowcount)


def hanging() -> dict[str, Counter[str]]:
    """Return the number of rows that depend on each old key, by its fingerprint and their kind."""
    found = keyring.stored()
    current = ("", found.fingerprint if found else "")
    numbers: dict[str, Counter[str]] = {}
    for name, model in KEPT.items():
        rows = model._meta.base_manager.exclude(old_key__in=current).order_by()
        for key, number in rows.values_list("old_key").annotate(number=Count("pk")):
            numbers.setdefault(key, Counter())[name] = number
    return numbers


def good_until() -> datetime | None:
    """Return until when emails sent before the last change of keys are valid; None without one."""
    found = keyring.stored()
    return found.since + GOOD_FOR if found and found.since else None
