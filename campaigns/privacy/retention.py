"""Deletes unconfirmed signatures, anonymises those of ended petitions, and deletes old keys.

The work is done in batches. Each is a transaction of its own, which checks again what it changes,
so the worker may be killed at any moment. docs/privacy.md says what is stored for how long.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    Func,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Now
from django.utils import timezone

from campaigns.mail import new_emails, reminders
from campaigns.mail.outbox import OutgoingMail, StoppedMailbox
from campaigns.moderation import memory, screening
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally, data_ended
from campaigns.privacy import clock, dependents, promises
from campaigns.signatures import codes, replies
from campaigns.signatures.columns import PERSONAL
from campaigns.signatures.signature import Signature
from operations import locks

log = logging.getLogger(__name__)

DELETE_AFTER = timedelta(days=7)
# The limits look back one day.
NETWORKS_FOR = timedelta(days=2)
# The daily allowance of a mailbox is counted by a key of the day.
MAILBOXES_FOR = timedelta(days=2)
BATCH = 1000
BETWEEN_BATCHES = 0.5  # seconds
LOCK = "retention"


@dataclass
class Report:
    """What was done, in rows; `is_complete` is False if more is due, or another process works."""

    deleted: int = 0
    reminded: int = 0
    anonymised: int = 0
    networks: int = 0
    mailboxes: int = 0
    moderations: int = 0
    stops: int = 0
    others: int = 0
    is_complete: bool = False

    def __bool__(self) -> bool:
        """Whether anything was changed."""
        counts = (self.deleted, self.reminded, self.anonymised, self.networks, self.mailboxes)
        return any((*counts, self.moderations, self.stops, self.others))


@dataclass(frozen=True)
class Due:
    """What would be done now with the signatures of one petition."""

    petition: Petition
    retained_until: date | None
    held_reason: str
    deleted: int
    reminded: int
    anonymised: int


@dataclass(frozen=True)
class Forecast:
    """What would be done now, in all."""

    petitions: list[Due]
    networks: int
    mailboxes: int


def run() -> Report:
    """Do everything that is due, at once."""
    return [Report(), *sweep()][-1]


def sweep() -> Iterator[Report]:
    """Do everything that is due, one batch at each step; the same report is updated.

    Nothing is done while the clock cannot be trusted.
    """
    if not clock.is_right():
        return
    report = Report()
    for count, due, act in CHORES:
        after = None
        while True:
            with transaction.atomic():
                if not locks.take(LOCK):
                    return
                keys = locked(due(), after)
                done = act(keys) if keys else 0
            setattr(report, count, getattr(report, count) + done)
            if len(keys) < BATCH:
                break
            yield report
            after = keys[-1]
    report.is_complete = True
    yield report


class Sweeper:
    """Does what is due for the worker, one batch at a time, so that other rounds need not wait."""

    steps: Iterator[Report] | None = None

    def sweep_batch(self) -> float | None:
        """Do one batch; return the seconds until the next, or None when everything is done."""
        self.steps = self.steps or sweep()
        report = next(self.steps, None)
        if report is not None and not report.is_complete:
            return BETWEEN_BATCHES
        if report:
            log.info("Retention: %s", report)
        self.steps = None
        return None


def locked(due: QuerySet[Any], after: Any) -> list[Any]:
    """The primary keys of the next batch, whose rows are locked.

    Rows that another transaction has locked, a signer's say, are left to the next run.
    """
    rows = due.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    rows = rows if after is None else rows.filter(pk__gt=after)
    return [row.pk for row in rows.only("pk")[:BATCH]]


def forecast() -> Forecast:
    """What `run` would do now, for each petition, with a fixed number of queries.

    There may be fewer reminders, since mailboxes may have used up their daily allowance.
    """
    deleted, reminded, anonymised = (
        dict(due().order_by().values_list("tally").annotate(Count("pk")))
        for due in (deletable, reminders.remindable, anonymisable)
    )
    petitions = [
        Due(
            petition=tally.petition,
            retained_until=local_day(tally.data_ends_at),
            held_reason=tally.held_reason,
            deleted=deleted.get(tally.pk, 0),
            reminded=reminded.get(tally.pk, 0),
            anonymised=anonymised.get(tally.pk, 0),
        )
        for tally in Tally.objects.select_related("petition").order_by("pk")
    ]
    return Forecast(petitions, old_networks().count(), old_mailboxes().count())


# --- the days ---


def data_retained_until(petition: Petition) -> date | None:
    """The day, in the site's time zone, on which the data of its signers is anonymised.

    None while the petition has no end, and during a hold; `tally.held_at` distinguishes the two.
    """
    return local_day(petition.tally.data_ends_at)


def deleted_on(signature: Signature) -> date:
    """The day on which an unconfirmed signature is deleted."""
    return timezone.localdate(signature.signed_at + DELETE_AFTER)


def local_day(moment: datetime | None) -> date | None:
    return moment and timezone.localdate(moment)


# --- the unconfirmed ---


def deletable() -> QuerySet[Signature]:
    """Unconfirmed signatures that are old enough to be deleted.

    A hold does not protect them: without a confirmation, the owner of the email has agreed to
    nothing, and may not even know of the signature.
    """
    return Signature.objects.unconfirmed().filter(signed_at__lte=timezone.now() - DELETE_AFTER)


def delete_unconfirmed(keys: list[UUID]) -> int:
    dependents.delete(keys)
    return Signature.objects.filter(pk__in=keys).delete()[0]


# --- the signers of what has ended ---


def anonymisable() -> QuerySet[Signature]:
    """Confirmed signatures whose retention is over, whatever their moderation."""
    return Signature.objects.filter(
        promises.are_over(), anonymised_at__isnull=True, confirmed_at__isnull=False
    )


def anonymise(keys: list[UUID]) -> int:
    """Empty the personal columns; that somebody signed, on which day and in which country, stays.

    The id is replaced, since it contains the millisecond, and appears in mails and in exports. A
    reason that staff typed may contain a name, and is emptied; the reasons of screening stay.
    """
    dependents.delete(keys)
    replies.take_out_personal(keys)
    ours = When(moderation_reason__in=screening.Reason.values, then=F("moderation_reason"))
    return Signature.objects.filter(pk__in=keys).update(
        **dict.fromkeys(PERSONAL),
        updates=False,
        moderation_reason=Case(ours, default=Value("")),
        signed_at=day_of("signed_at"),
        confirmed_at=day_of("confirmed_at"),
        anonymised_at=Now(),
        id=Func(
            day_of("signed_at"),
            # A UUID of version 7 with the time of the day's beginning, and otherwise random.
            template="""(lpad(to_hex((extract(epoch FROM %(expressions)s) * 1000)::bigint), 12, '0')
                || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid""",
            output_field=UUIDField(),
        ),
    )


def day_of(field: str) -> Func:
    """The beginning of the day of a moment, in the site's time zone, as the CMS shows the day."""
    return Func(
        Value("day"),
        F(field),
        Value(settings.TIME_ZONE),
        function="date_trunc",
        output_field=DateTimeField(),
    )


# --- old keys ---


def old_networks() -> QuerySet[Signature]:
    """Signatures with an old network key, found by the time in the id (a UUID of version 7).

    `signed_at` does not serve, since it changes when somebody signs again, and the key does not.
    """
    old = int((timezone.now() - NETWORKS_FOR).timestamp() * 1000)
    return Signature.objects.filter(network_key__isnull=False, pk__lt=UUID(int=old << 80))


def old_mailboxes() -> QuerySet[OutgoingMail]:
    old = timezone.now() - MAILBOXES_FOR
    return OutgoingMail.objects.filter(recipient_key__isnull=False, due_at__lte=old)


def old_stops() -> QuerySet[StoppedMailbox]:
    """That mailboxes get no mail about petitions that send none any more."""
    return StoppedMailbox.objects.filter(tally__in=data_ended())


def clear_network_keys(keys: list[UUID]) -> int:
    return Signature.objects.filter(pk__in=keys).update(network_key=None)


def clear_mailbox_keys(keys: list[int]) -> int:
    return OutgoingMail.objects.filter(pk__in=keys).update(recipient_key=None)


# Some of signatures, some of mails and mailboxes, each with the keys of its table.
# In this order, since a deleted signature needs no reminder, and an anonymised one has no keys.
CHORES: list[tuple[str, Callable[[], QuerySet[Any]], Callable[[list[Any]], int]]] = [
    ("deleted", deletable, delete_unconfirmed),
    ("reminded", reminders.remindable, reminders.remind),
    ("anonymised", anonymisable, anonymise),
    ("networks", old_networks, clear_network_keys),
    ("mailboxes", old_mailboxes, clear_mailbox_keys),
    ("moderations", memory.outdated, memory.forget),
    ("others", codes.old_tries, codes.forget_tries),
    ("others", new_emails.outdated, new_emails.forget),
    ("stops", old_stops, lambda keys: old_stops().filter(pk__in=keys).delete()[0]),
]
