"""Puts emails for many signatures into the outbox, within the allowances of their mailboxes."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef
from django.db.models.expressions import Combinable
from django.utils import timezone

from campaigns.canonical_emails import normalise
from campaigns.mail import sent
from campaigns.mail.outbox import ALLOWANCE, DAILY_ALLOWANCE, OutgoingMail
from campaigns.signatures.daily_keys import daily_hash
from campaigns.signatures.signature import Signature


def mails_to_mailbox() -> Combinable:
    """Return how many emails a mailbox got about the petition; two signers may share a mailbox."""
    mailbox = {name: OuterRef(name) for name in ("tally", "email_key")}
    return sent.number_of(OutgoingMail.objects.all(), mailbox)


def key_of(signature: Signature) -> bytes | UUID:
    """Return the mailbox's key, or the primary key of an imported signature without one."""
    return bytes(signature.email_key) if signature.email_key else signature.pk


def owe(
    rows: Iterable[Signature], kind: str, *, due_at: Callable[[int], datetime]
) -> list[OutgoingMail]:
    """Add an email for each of these signatures to the outbox, if its allowance permits.

    Each row has `mails_so_far`, from `mails_to_mailbox`. `due_at` is called with the number of
    emails that this call has added before.
    """
    rows = list(rows)
    today = timezone.now().date()
    mailboxes = {row.pk: daily_hash("recipient", normalise(row.email or ""), today) for row in rows}
    mails = OutgoingMail.objects.filter(recipient_key__in=set(mailboxes.values()))
    sent_today = Counter(bytes(key) for key in mails.values_list("recipient_key", flat=True) if key)
    about: Counter[tuple[int, bytes | UUID]] = Counter()
    owed: list[OutgoingMail] = []
    for row in rows:
        mailbox, petition = mailboxes[row.pk], (row.tally_id, key_of(row))
        so_far = row.mails_so_far + about[petition]  # type: ignore[attr-defined]  # annotated
        if sent_today[mailbox] < DAILY_ALLOWANCE and so_far < ALLOWANCE:
            sent_today[mailbox] += 1
            about[petition] += 1
            due = due_at(len(owed))
            owed.append(OutgoingMail(signature=row, kind=kind, due_at=due, recipient_key=mailbox))
    return OutgoingMail.objects.bulk_create(owed)
