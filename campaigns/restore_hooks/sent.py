"""After a restore: find what was sent already, as far as the replaced database can say."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.appeals.message import Message
from campaigns.forwarding import gathering
from campaigns.forwarding.forwarded import Forwarded, ForwardedMail
from campaigns.mail.outbox import MailKind, OutgoingMail
from campaigns.mail.reminders import REMIND_AFTER
from campaigns.mailings import mailing, mailing_actions
from campaigns.mailings.mailing import (
    Mailing,
    MailingCount,
    MailingNotice,
    Outcome,
    Recipient,
    State,
)
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.tally import Tally
from campaigns.restore_hooks import copying, mailboxes
from campaigns.signatures.signature import Signature
from campaigns.trends import weekly
from campaigns.trends.alarms import Alarm
from campaigns.workflow.mail_choices import MailChoice
from campaigns.workflow.notices import StaffNotice
from operations.backups.hooks import Old

# The tables that say what was sent, and what is due to whom, in the last state that the site had.
SENT = (OutgoingMail, Recipient, MailingCount)
BEGUN_STATES = (State.SENDING, State.PAUSED)
SUBMITTED_STATES = (State.WAITING, State.APPROVED)
BEGUN = "SELECT 1 FROM campaigns_signature LIMIT 1"
MAILED = """
    SELECT f.signature_id, f.tally_id, f.target, m.contact, m.words
    FROM campaigns_forwarded f JOIN campaigns_forwardedmail m ON m.id = f.mail_id
"""
MAILINGS = """
    SELECT id, submitted_at, approved_at, state, began_at, ended_at, addressed, subject, text, html
    FROM campaigns_mailing
"""


def send_nothing_twice(made_at: datetime, old: Old) -> None:
    """Make sure that emails that were sent after the backup are not due again."""
    now = timezone.now()
    StaffNotice.objects.filter(due_at__lte=now).delete()
    # They may have been sent since; their writers can write again.
    Message.objects.filter(ended_at=None).delete()
    MailingNotice.objects.filter(due_at__lte=now).delete()
    MailChoice.objects.update(weekly_on=weekly.monday(now))
    Alarm.objects.filter(told_at=None).update(told_at=now)
    with transaction.atomic():
        if not (old and copy_from(old)):
            suppose_all_was_sent()
        forward_nothing_twice(old)


def copy_from(old: psycopg.Connection) -> bool:
    """Copy what was sent and is due from the replaced database; return False if it cannot say.

    So is what it knows of mailboxes. Nothing else is copied about signatures and mailings that are
    newer than the backup. A database without signatures was newly created, and has no data about
    emails.
    """
    try:
        if not old.execute(BEGUN).fetchone():
            return False
        with transaction.atomic():
            for model in SENT:
                copying.copy(model, old)
            mailboxes.take_over(old)
            copy_mailings(old)
    except psycopg.Error:
        return False
    return True


class LastMailing(NamedTuple):
    """A mailing in the replaced database."""

    submitted_at: datetime | None
    approved_at: datetime | None
    state: str
    began_at: datetime | None
    ended_at: datetime | None
    addressed: int | None
    subject: str
    text: str
    html: str

    @property
    def progress(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("began_at", "ended_at", "addressed")}


def copy_mailings(old: psycopg.Connection) -> None:
    """Copy how far each mailing was, and withdraw what was withdrawn since.

    What was submitted at the same moment has the same text, so its approval still holds.
    """
    there = {key: LastMailing(*row) for key, *row in old.execute(MAILINGS)}
    for each in Mailing.objects.defer("text", "html"):
        known, last = Mailing.objects.filter(pk=each.pk), there.get(each.pk)
        is_same = last is not None and last.submitted_at == each.submitted_at
        if last and last.approved_at and each.approved_at and is_same:
            known.update(state=last.state, **last.progress)
        elif last and last.approved_at and last.began_at:
            stop_unapproved(known, last)
        elif each.state in BEGUN_STATES:  # deleted since
            stop_begun(known)
        elif each.state in SUBMITTED_STATES and not is_same:
            known.update(state=State.DRAFT, **mailing_actions.NOT_SUBMITTED)


def stop_unapproved(known: QuerySet[Mailing], last: LastMailing) -> None:
    """Stop a mailing that was approved, and began to be sent, after the backup.

    It may have had another text by then, so it gets the one that was sent. The database allows this
    only for drafts.
    """
    sent = {"subject": last.subject, "text": last.text, "html": last.html}
    known.update(state=State.DRAFT, **mailing_actions.NOT_SUBMITTED | sent)
    ended_at = last.ended_at or timezone.now()
    values = {**last.progress, "ended_at": ended_at, "approved_at": last.began_at}
    known.update(**values, submitted_at=last.submitted_at, state=State.STOPPED)
    for key in known.values_list("pk", flat=True):
        mailing.give_up(key)  # those who were started are counted by `due_mailings.end`


def forward_nothing_twice(old: Old) -> None:
    """Record the emails to targets that the replaced database has, so that none is sent twice.

    If the replaced database cannot say, assume that all emails that were due to targets were sent.
    """
    gathering.gather()
    told = mailed(old)
    if told is None:
        told = list(owed())
    there = Signature.objects.filter(pk__in={each.signature for each in told})
    known = set(there.values_list("pk", "tally_id"))
    alike = defaultdict(list)
    for each in told:
        if (each.signature, each.tally) in known:
            alike[each._replace(signature=None)].append(each.signature)
    unclear = {"ended_at": timezone.now(), "outcome": ForwardedMail.Outcome.UNCLEAR}
    for mail, signatures in alike.items():
        of = {"tally_id": mail.tally, "target": mail.target}
        Forwarded.objects.bulk_create(
            (Forwarded(signature_id=each, **of) for each in signatures), ignore_conflicts=True
        )
        waiting = Forwarded.objects.filter(**of, signature__in=signatures, mail=None)
        if waiting.exists():
            left = ForwardedMail(**of, **unclear, contact=mail.contact, words=mail.words)
            left.save()
            waiting.update(mail=left)


class Mailed(NamedTuple):
    """A signature, and the target to whom it was emailed."""

    signature: Any
    tally: int
    target: str
    contact: int | None
    words: str


def mailed(old: Old) -> list[Mailed] | None:
    """Return what was emailed to targets by the replaced database; None if it cannot say."""
    try:
        if not (old and old.execute(BEGUN).fetchone()):
            return None
        return [Mailed(*row) for row in old.execute(MAILED).fetchall()]
    except psycopg.Error:
        return None


def owed() -> Iterator[Mailed]:
    """Yield what is due to be emailed to targets now."""
    owing = Forwarded.objects.filter(mail=None).values("tally")
    for tally in Tally.objects.select_related("petition__locale").filter(pk__in=owing):
        for office in gathering.offices(tally.petition):
            for version in Version.objects.filter(pk__in=office.versions):
                words = "\n".join(office.read_in(version))
                rows = gathering.waiting(tally, office).filter(signature__version=version)
                for signature, target in rows.values_list("signature", "target"):
                    yield Mailed(signature, tally.pk, target, office.contact, words)


def suppose_all_was_sent() -> None:
    """Assume that all emails due by now were sent, since no database says otherwise.

    Staff can write again to signers who therefore get no reminder, and to those whom a mailing did
    not reach.
    """
    now = timezone.now()
    OutgoingMail.objects.filter(outcome="", due_at__lte=now).delete()
    old = Signature.objects.unconfirmed().filter(signed_at__lte=now - REMIND_AFTER)
    unreminded = old.exclude(mails__kind=MailKind.REMINDER).values_list("pk", flat=True)
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            signature_id=pk, kind=MailKind.REMINDER, due_at=now, ended_at=now, outcome="dropped"
        )
        for pk in unreminded.iterator()
    )
    stop_begun(Mailing.objects.filter(state__in=(State.APPROVED, *BEGUN_STATES)))


def stop_begun(begun: QuerySet[Mailing]) -> None:
    """Stop mailings whose remaining emails were perhaps sent."""
    for key in begun.values_list("pk", flat=True):
        mailing.add(key, Outcome.UNCLEAR, Recipient.objects.filter(mailing=key).delete()[0])
    begun.update(state=State.STOPPED, ended_at=timezone.now())
