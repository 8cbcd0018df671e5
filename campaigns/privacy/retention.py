"""Delete unconfirmed signatures, anonymise those of ended petitions, and delete old keys.

The work is done in batches. Each batch is a transaction of its own, which checks again that its
rows are due, so the worker may be killed at any moment. docs/privacy.md says what is stored for how
long.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from campaigns.appeals import message
from campaigns.counting.keys import key_at
from campaigns.dates import site_day
from campaigns.finding.paging import WALKING, planned
from campaigns.mail import new_emails, reminders, resending, sent
from campaigns.mail.outbox import OutgoingMail, StoppedMailbox, first_mails, is_first_due_after
from campaigns.moderation import lists, remembered_decisions
from campaigns.petitions.state import GRACE, takes_confirmations
from campaigns.petitions.tally import Tally, mailings_ended
from campaigns.privacy import anonymising, dependent_rows, kept_for_mailings, trusted_clock
from campaigns.signatures import short_codes
from campaigns.signatures.conditions import UNCONFIRMED_FOR
from campaigns.signatures.signature import Signature
from operations import locks

log = logging.getLogger(__name__)

# Unconfirmed signatures are deleted this long after signing, or after the first email if the limit
# of a network or a quarantine has delayed that; after LONGEST in any case.
DELETE_AFTER, LONGEST = UNCONFIRMED_FOR, timedelta(days=30)
# The limits for networks cover the last day.
NETWORKS_FOR = timedelta(days=2)
# The daily allowance of a mailbox is counted by a daily key.
MAILBOXES_FOR = timedelta(days=2)
# Rows are found in one query and changed in batches, each of which locks its rows briefly.
FOUND, BATCH = 20_000, 1000
# The worker rests for as long as a batch took: it uses half of one core at most.
REST = 1.0
LOCK = "retention"


@dataclass
class Report:
    """The numbers of changed rows; `is_complete` unless more is due or another process works."""

    deleted: int = 0
    reminded: int = 0
    anonymised: int = 0
    for_mailings: int = 0
    networks: int = 0
    mailboxes: int = 0
    moderations: int = 0
    mails: int = 0
    stops: int = 0
    others: int = 0
    is_complete: bool = False

    def __bool__(self) -> bool:
        """Return whether anything was changed."""
        counts = (self.deleted, self.reminded, self.anonymised, self.networks, self.mailboxes)
        others = (self.for_mailings, self.moderations, self.mails, self.stops, self.others)
        return any((*counts, *others))


class Busy(Exception):
    """Another process is running the retention."""


@dataclass(frozen=True)
class Chore:
    """One kind of work: which rows are due, and the function that handles a batch of them.

    `order` is that of an index which contains few rows other than due ones, and which is walked.
    PostgreSQL has no statistics of personal columns, and would otherwise read all old rows to look
    for due ones.
    """

    count: str
    due: Callable[[], QuerySet[Any]]
    act: Callable[[list[Any]], int]
    order: tuple[str, ...] = ("pk",)


def run() -> Report:
    """Do everything that is due, without pauses."""
    return [Report(), *sweep()][-1]


def sweep() -> Iterator[Report]:
    """Do everything that is due, one batch at each step; each step yields the same report, updated.

    Nothing is done while the clock cannot be trusted.
    """
    if not trusted_clock.is_right():
        return
    report = Report()
    try:
        for chore in CHORES:
            for done, is_full in batches(chore):
                setattr(report, chore.count, getattr(report, chore.count) + done)
                if is_full:
                    yield report
        yield from move_mails(report)
    except Busy:
        return
    report.is_complete = True
    yield report


def batches(chore: "Chore") -> Iterator[tuple[int, bool]]:
    """Do a chore's due work in batches; yield (number of changed rows, is full) for each.

    Raises Busy.
    """
    is_more = True
    while is_more:
        due = chore.due().order_by(*chore.order).values_list("pk", flat=True)
        with planned(WALKING):
            found: list[Any] = list(due[:FOUND])
        found.sort()  # every caller locks signatures in this order
        is_more, changed = len(found) == FOUND, False
        for start in range(0, len(found), BATCH):
            keys = found[start : start + BATCH]
            done = do(chore, keys)
            changed = changed or done > 0
            yield done, len(keys) == BATCH
        is_more = is_more and changed


@transaction.atomic
def do(chore: "Chore", keys: list[Any]) -> int:
    """Handle one batch of the rows found, as far as they are still due.

    Rows that another transaction has locked, such as a signer's request, are left to the next run.
    """
    if not locks.take(LOCK):
        raise Busy
    rows = chore.due().filter(pk__in=dependent_rows.among(keys)).order_by("pk")
    rows = rows.select_for_update(skip_locked=True, of=("self",))
    locked = list(rows.values_list("pk", flat=True))
    return chore.act(locked) if locked else 0


def move_mails(report: Report) -> Iterator[Report]:
    """Move the rows of sent emails out of the outbox."""
    after = None
    while True:
        number, after = sent.move(after)
        report.mails += number
        if after is None:
            return
        yield report


class Sweeper:
    """Does due work for the worker, one batch at a time, so that other rounds need not wait."""

    steps: Iterator[Report] | None = None

    def sweep_batch(self) -> float | None:
        """Do one batch; return the seconds until the next, or None when everything is done."""
        self.steps, began = self.steps or sweep(), time.monotonic()
        report = next(self.steps, None)
        if report is not None and not report.is_complete:
            return REST * (time.monotonic() - began)
        if report:
            log.info("Retention: %s", report)
        self.steps = None
        return None


# --- the days ---


def deleted_on(signature: Signature) -> date:
    """Return the day on which an unconfirmed signature is deleted."""
    signed_at, closes_at = signature.signed_at, signature.tally.petition.closes_at
    mails = first_mails().filter(signature=signature)
    first_due = mails.aggregate(first=Min("due_at"))["first"] or signed_at
    moment = min(max(signed_at, first_due) + DELETE_AFTER, signed_at + LONGEST)
    if closes_at:  # Once nobody can confirm, a delayed email delays nothing: see `deletable`.
        moment = min(moment, max(signed_at + DELETE_AFTER, closes_at + GRACE))
    return site_day(moment)


def local_day(moment: datetime | None) -> date | None:
    """Return the day of a moment, such as `Tally.data_ends_at`, in the site's time zone."""
    return moment and site_day(moment)


# --- unconfirmed signatures ---


def deletable() -> QuerySet[Signature]:
    """Return unconfirmed signatures that are old enough to be deleted.

    As long as the petition accepts confirmations, everybody has DELETE_AFTER from the first email.
    A hold does not protect them: without a confirmation, the owner of the email address has agreed
    to nothing, and may not even know of the signature.
    """
    now = timezone.now()
    was_asked_later = is_first_due_after(now - DELETE_AFTER) & Q(
        signed_at__gt=now - LONGEST, tally__in=Tally.objects.filter(takes_confirmations(now))
    )
    old = Signature.objects.unconfirmed().filter(signed_at__lte=now - DELETE_AFTER)
    return old.exclude(was_asked_later)


# --- old keys ---


def old_networks() -> QuerySet[Signature]:
    """Return signatures with an old network key, by the time in the id (a UUID of version 7).

    `signed_at` cannot be used: it changes when somebody signs again, and the key does not.
    """
    old = key_at(timezone.now() - NETWORKS_FOR)
    return Signature.objects.filter(network_key__isnull=False, pk__lt=old)


def old_mailboxes() -> QuerySet[OutgoingMail]:
    """Return emails with an old mailbox key still in the outbox; see `campaigns.mail.sent`."""
    old = timezone.now() - MAILBOXES_FOR
    return OutgoingMail.objects.filter(recipient_key__isnull=False, due_at__lte=old)


def old_stops() -> QuerySet[StoppedMailbox]:
    """Return the stopped mailboxes of petitions that send no emails any more."""
    return StoppedMailbox.objects.filter(tally__in=mailings_ended())


def clear_network_keys(keys: list[UUID]) -> int:
    return Signature.objects.filter(pk__in=keys).update(network_key=None)


def clear_mailbox_keys(keys: list[int]) -> int:
    return OutgoingMail.objects.filter(pk__in=keys).update(recipient_key=None)


# Each chore has the primary keys of its own table: signatures, emails, mailboxes and others. The
# order matters: a deleted signature needs no reminder, and an anonymised one has no keys.
UNCONFIRMED = ("tally_id", "moderation")
CHORES = (
    Chore("deleted", deletable, dependent_rows.delete_with_signatures, UNCONFIRMED),
    Chore("reminded", reminders.remindable, reminders.remind, UNCONFIRMED),
    Chore(
        "anonymised",
        anonymising.due_with_key,
        anonymising.anonymise_due,
        ("tally_id", "email_key"),
    ),
    Chore("anonymised", anonymising.due_without_key, anonymising.anonymise_due, ("tally_id",)),
    Chore(
        "for_mailings",
        kept_for_mailings.due,
        kept_for_mailings.leave_due,
        ("tally_id", "email_key"),
    ),
    Chore("networks", old_networks, clear_network_keys, ("network_key",)),
    Chore("mailboxes", old_mailboxes, clear_mailbox_keys, ("recipient_key",)),
    Chore("moderations", remembered_decisions.outdated, remembered_decisions.delete),
    Chore("others", short_codes.old_tries, short_codes.delete_tries),
    Chore("others", lists.ended, lists.delete_ended),
    Chore("others", new_emails.outdated, new_emails.delete),
    Chore("others", resending.outdated, resending.delete),
    Chore("others", message.left_over, message.delete_left_over),
    Chore("others", message.old_tries, message.delete_tries),
    Chore("others", message.with_old_key, message.clear_keys),
    Chore("stops", old_stops, lambda keys: old_stops().filter(pk__in=keys).delete()[0]),
)
