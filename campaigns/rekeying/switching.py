"""The moment from which SIGNATURE_KEY makes digests, and what hangs on the keys of before."""

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

# What is stored as a digest alone: nobody can make it anew before its owner comes back.
KEPT: dict[str, type[models.Model]] = {
    "remembered moderations": RememberedModeration,
    "mailboxes without email about a petition": StoppedMailbox,
    "mailboxes without mailings": SuppressedMailbox,
    "mailboxes to which mailings failed": FailingMailbox,
    "messages to representatives": Message,
    "receipts of erasures": ErasureReceipt,
}
# So long, links to unsubscribe and codes in mails that were sent before must be good.
GOOD_FOR = timedelta(days=90)
# Signers wait no longer than that for the lock, each second once, until all who hold it have ended.
PATIENCE, PAUSE, ATTEMPTS = "500ms", 1.0, 60
BATCH = 5_000
MARK = """
    UPDATE {0} SET old_key = %s
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM {0} WHERE old_key = '' LIMIT %s))
"""


class Busy(Exception):
    """Somebody has been storing something for a minute, such as a large import."""


def is_due() -> bool:
    """Whether another key than SIGNATURE_KEY makes digests."""
    found = keyring.stored()
    return found is not None and found.fingerprint != keyring.fingerprint(settings.SIGNATURE_KEY)


def switch() -> None:
    """Let SIGNATURE_KEY make digests from now on, in all processes at one moment. Raises Busy.

    What stays with the key of before is marked with it: most of it in advance, in batches.
    """
    before = keyring.stored()
    if before is None or not is_due():
        return
    for model in KEPT.values():
        while mark(model, before.fingerprint, BATCH) == BATCH:
            pass
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                locks.wait(keyring.LOCK)
                for model in KEPT.values():
                    mark(model, before.fingerprint)
                KeyFingerprint.objects.update(
                    value=keyring.fingerprint(settings.SIGNATURE_KEY), since=Now()
                )
            return
        except OperationalError:
            time.sleep(PAUSE)
    raise Busy


def mark(model: type[models.Model], fingerprint: str, most: int | None = None) -> int:
    """Mark rows of the key of now as those of this key; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(MARK.format(model._meta.db_table), [fingerprint, most])
        return int(cursor.rowcount)


def hanging() -> dict[str, Counter[str]]:
    """The number of rows that hang on each old key, by its fingerprint, and by what they are."""
    found = keyring.stored()
    current = ("", found.fingerprint if found else "")
    numbers: dict[str, Counter[str]] = {}
    for name, model in KEPT.items():
        rows = model._meta.base_manager.exclude(old_key__in=current).order_by()
        for key, number in rows.values_list("old_key").annotate(number=Count("pk")):
            numbers.setdefault(key, Counter())[name] = number
    return numbers


def good_until() -> datetime | None:
    """Until when mails of before the last change of keys may be used; None if there was none."""
    found = keyring.stored()
    return found.since + GOOD_FOR if found and found.since else None
